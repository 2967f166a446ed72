import Foundation
import Model
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A request as a stand-in sees it.
struct StandInRequest: Sendable {
    var method: String
    /// Percent escapes as sent, without the query.
    var path: String
    var query: [String: String]
    var headers: [String: String]
    var body: [UInt8]

    /// A header field by its name in lower case.
    func header(_ name: String) -> String? { headers[name] }

    var json: JSON {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(body)
        } catch {
            return .null
        }
    }

    /// The segments of the path, escapes resolved.
    var segments: [String] { path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) } }
}

/// What a stand-in does with a request.
enum StandInAnswer: Sendable {
    case json(Int, JSON, headers: [(String, String)] = [])
    case bytes(Int, [UInt8], headers: [(String, String)] = [])
    /// Takes the request and says nothing.
    case silence
    /// Closes the connection.
    case hangUp

    static func ok(_ json: JSON) -> StandInAnswer { .json(200, json) }
    static let missing = StandInAnswer.json(404, ["message": "Not Found"])
}

/// A small HTTP server on loopback that answers as a test says.
final class StandIn: Sendable {
    typealias Handler = @Sendable (StandInRequest) -> StandInAnswer

    private let channel: any Channel

    private final class Log: Sendable {
        let requests = Mutex<[StandInRequest]>([])
    }

    private let requestLog: Log

    private init(channel: any Channel, log: Log) {
        self.channel = channel
        requestLog = log
    }

    static func start(_ handler: @escaping Handler) async throws -> StandIn {
        let log = Log()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Responder { request in
                            log.requests.withLock { $0.append(request) }
                            return handler(request)
                        })
                }
            }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        return StandIn(channel: channel, log: log)
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [StandInRequest] { requestLog.requests.withLock { $0 } }

    func stop() async { try? await channel.close().get() }

    /// Runs the body with a stand-in and stops it afterwards.
    @discardableResult
    static func with<T>(_ handler: @escaping Handler, _ body: (StandIn) async throws -> T) async throws -> T {
        let server = try await start(handler)
        do {
            let value = try await body(server)
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }
}

/// Collects a request and writes the answer.
private final class Responder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (StandInRequest) -> StandInAnswer
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ answer: @escaping @Sendable (StandInRequest) -> StandInAnswer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let part): body += Array(part.readableBytesView)
        case .end: finish(context)
        }
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var query: [String: String] = [:]
        for item in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count > 1 ? String(pair[1]).removingPercentEncoding : ""
            query[String(pair[0]).removingPercentEncoding ?? ""] = value
        }
        var headers: [String: String] = [:]
        for (name, value) in head.headers { headers[name.lowercased()] = value }
        let request = StandInRequest(
            method: head.method.rawValue, path: String(parts[0]), query: query, headers: headers, body: body)
        switch answer(request) {
        case .silence: return
        case .hangUp: context.close(promise: nil)
        case .json(let status, let json, let extra):
            write(context, status, Array(json.text.utf8), [("Content-Type", "application/json")] + extra)
        case .bytes(let status, let bytes, let extra): write(context, status, bytes, extra)
        }
    }

    private func write(_ context: ChannelHandlerContext, _ status: Int, _ bytes: [UInt8], _ extra: [(String, String)]) {
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status))
        head.headers.add(name: "Content-Length", value: String(bytes.count))
        for (name, value) in extra { head.headers.replaceOrAdd(name: name, value: value) }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
