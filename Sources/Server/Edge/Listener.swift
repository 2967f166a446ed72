import Foundation
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Mounts an exchange on Hummingbird: the only place that knows the HTTP server.
struct Listener: Sendable {
    let exchange: Exchange
    let connections: Connections
    let limits: ConnectionLimits
    let log: Logger
    /// What the HTTP server itself may say.
    var quiet = Logger.Level.notice

    /// A service that listens until it is told to stop; `onRunning` gets the port.
    func service(
        _ address: BindAddress, onRunning: @escaping @Sendable (_ port: Int?) async -> Void = { _ in }
    ) -> any Service {
        let (exchange, connections, limits) = (exchange, connections, limits)
        let channel = HTTP1Channel(
            responder: { request, writer, channel in try await exchange.respond(request, writer, channel) },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionGuard(limits: limits, connections: connections)],
                idleTimeout: limits.idle,
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                    maxHeaderFieldCount: limits.headerCount)))
        var own = log
        own.logLevel = max(log.logLevel, quiet)
        return channel.server(
            configuration: ServerConfiguration(
                address: address,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: own)),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: own)
    }
}
