import Foundation
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Wire

/// The connection ended before the body was complete.
struct BodyCut: Error {}

/// Watches one connection: cuts bodies that drip, answers that nobody reads and requests that never end.
///
/// Only time in which the server waits for the client counts; a body that waits for the server is not slow.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private let connections: Connections
    private var ticker: RepeatedTask?
    private var isBodyOpen = false
    private var requests = 0
    private var requestStart = NIODeadline.now()
    /// Since when the server waits for bytes of the body.
    private var waitingSince: NIODeadline?
    private var waited = TimeAmount.zero
    private var received = 0
    private var unwritableSince: NIODeadline?

    init(limits: ConnectionLimits, connections: Connections) {
        self.limits = limits
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(context) }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context)
        // Without this a body that was cut would look like a body that is complete.
        if isBodyOpen { context.fireErrorCaught(BodyCut()) }
        context.fireChannelInactive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard ticker == nil else { return }
        connections.add(context.channel)
        let bound = NIOLoopBound((guardian: self, context: context), eventLoop: context.eventLoop)
        ticker = context.eventLoop.scheduleRepeatedTask(initialDelay: limits.tick, delay: limits.tick) { _ in
            bound.value.guardian.check(bound.value.context)
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        ticker?.cancel()
        ticker = nil
        connections.remove(context.channel)
    }

    func read(context: ChannelHandlerContext) {
        if isBodyOpen, waitingSince == nil { waitingSince = .now() }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isBodyOpen = true
            if requests == 0 { requestStart = .now() }
            requests += 1
            startWindow()
        case .body(let buffer):
            noteWait()
            received += buffer.readableBytes
        case .end:
            isBodyOpen = false
            waitingSince = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind == .clientError && head.headerFields[.requestIdentity] == nil:
            // The parser's own refusal, which no gate has seen.
            SecurityHeaders.add(to: &head.headerFields, isSecure: false)
            return context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .head, .body: break
        case .end:
            requests = max(0, requests - 1)
            requestStart = .now()
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unwritableSince = context.channel.isWritable ? nil : .now()
        context.fireChannelWritabilityChanged()
    }

    private func startWindow() {
        waited = .zero
        received = 0
        waitingSince = nil
    }

    private func noteWait() {
        guard let since = waitingSince else { return }
        waited = waited + (.now() - since)
        waitingSince = nil
    }

    private func check(_ context: ChannelHandlerContext) {
        if isBodyOpen, let since = waitingSince {
            waited = waited + (.now() - since)
            waitingSince = .now()
            if waited >= limits.bodyWindow {
                guard received >= limits.bodyBytes else { return context.close(promise: nil) }
                waited = .zero
                received = 0
            }
        }
        if let since = unwritableSince, .now() - since >= limits.stalledAnswer { return context.close(promise: nil) }
        if requests > 0, .now() - requestStart >= limits.request { context.close(promise: nil) }
    }
}

extension HTTPField.Name {
    /// What every answer of the gate carries.
    fileprivate static let requestIdentity = HTTPField.Name("X-Request-Id") ?? .cookie
}
