import Engine
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import Model
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// Thrown to end a connection after its answer.
struct ConnectionDone: Error {}

/// One request and its answer: makes a `Call` of what the connection brings and writes the `Reply`.
struct Exchange: Sendable {
    let gate: Gate
    let hosts: HostPolicy
    let proxies: TrustedProxies
    let limits: ConnectionLimits
    let lifecycle: Lifecycle
    private let dates = HTTPDate()

    init(gate: Gate, hosts: HostPolicy, proxies: TrustedProxies, limits: ConnectionLimits, lifecycle: Lifecycle) {
        self.gate = gate
        self.hosts = hosts
        self.proxies = proxies
        self.limits = limits
        self.lifecycle = lifecycle
    }

    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let source = BodySource(request, channel)
        let reply = await answer(request.head, source, channel)
        var head = HTTPResponse(status: reply.status, headerFields: reply.headers)
        head.headerFields[.date] = dates.text(gate.engine.world.now())
        let isLast =
            lifecycle.isDraining || Exchange.wantsClose(request.head) || !source.canContinue(within: limits.drain)
        if isLast { head.headerFields[.connection] = "close" }
        do {
            try await write(reply.content, head, writer)
        } catch let error where !(error is ConnectionDone) {
            // A half-written answer cannot be repaired; an error of the parser would make a second one.
            throw ConnectionDone()
        }
        // A streamed answer may have read the body to its end meanwhile.
        guard isLast || !source.canContinue(within: limits.drain) else { return }
        try await finish(source, channel)
    }

    private static func wantsClose(_ head: HTTPRequest) -> Bool {
        for value in head.headerFields[values: .connection] {
            for token in value.split(separator: ",") {
                let word = token.drop { $0 == " " }.lowercased()
                if word == "close" || word.hasPrefix("close ") { return true }
            }
        }
        return false
    }

    /// Ends the connection so that the client can read the answer: our side first, then the rest of theirs.
    private func finish(_ source: BodySource, _ channel: any Channel) async throws {
        // Waits until the answer is on its way.
        try await channel.close(mode: .output)
        if !source.canContinue(within: 0) {
            let timer = channel.eventLoop.scheduleTask(in: limits.linger) { channel.close(promise: nil) }
            await source.discard()
            timer.cancel()
        }
        throw ConnectionDone()
    }

    // MARK: The call

    private func answer(_ head: HTTPRequest, _ source: BodySource, _ channel: any Channel) async -> Reply {
        let target = head.path ?? ""
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map { String($0) } ?? ""
        let query = parts.count > 1 ? QueryItems(parsing: parts[1]) : QueryItems()
        let peer = channel.remoteAddress?.ipAddress ?? "local"
        let client = proxies.client(peer: peer, headers: head.headerFields)
        let authority = head.authority ?? ""
        let call = Call(
            method: head.method, path: path, query: query, headers: head.headerFields, body: source.body,
            remoteAddress: client.address, requestId: gate.newRequestId(),
            origin: hosts.origin(authority: authority, isSecure: client.isSecure))
        guard target.utf8.count <= limits.pathBytes else {
            return gate.refuse(
                call, .malformed("the address is longer than \(limits.pathBytes) bytes"), status: .uriTooLong)
        }
        guard head.headerFields[.secondHost] == nil else {
            return gate.refuse(call, .malformed("the Host header is there twice"))
        }
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            return gate.refuse(call, .malformed("the address must begin with /"))
        }
        switch hosts.judge(authority, path: path) {
        case .accepted: break
        case .missing: return gate.refuse(call, .malformed("the Host header is missing"))
        case .wrong:
            return gate.refuse(
                call, .malformed("this server does not answer for this host; see --base-url"),
                status: .misdirectedRequest)
        }
        return await gate.answer(call)
    }

    // MARK: The answer

    private func write(_ content: Reply.Content, _ head: HTTPResponse, _ writer: consuming ResponseWriter) async throws
    {
        switch content {
        case .bytes(let bytes):
            let body = bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            try await writer.write(response: head, body: body)
        case .stream(let produce):
            let body = ResponseBody { writer in
                let stream = ConnectionStream(writer)
                try await produce(stream)
                try await stream.finish()
            }
            try await writer.write(response: head, body: body)
        case .file(let path, let offset, let length):
            let file = try await FilePieces.open(path, offset: offset, length: length)
            let body = ResponseBody { writer in
                while let piece = try await file.next() { try await writer.write(piece) }
                try await writer.finish(nil)
            }
            try await writer.write(response: head, body: body)
        }
    }
}

extension HTTPField.Name {
    /// The first `Host` header becomes the authority; any further one stays a header.
    fileprivate static let secondHost = HTTPField.Name("Host") ?? .cookie
}

/// Where a streamed answer goes.
///
/// `@unchecked Sendable`: the writer behind it is a value around the connection's own thread-safe writer, and the
/// producer of an answer writes one piece after the other.
private final class ConnectionStream: ReplyStream, @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await writer.write(ByteBuffer(bytes: bytes))
    }

    func finish() async throws { try await writer.finish(nil) }
}

/// A part of a file, read in pieces away from the threads that serve connections.
private final class FilePieces: Sendable {
    private static let size: Int64 = 128 << 10
    private let descriptor: Int32
    private let end: Int64
    private let position: Mutex<Int64>

    private init(descriptor: Int32, offset: Int64, length: Int64) {
        self.descriptor = descriptor
        end = offset + length
        position = Mutex(offset)
    }

    deinit { close(descriptor) }

    static func open(_ path: String, offset: Int64, length: Int64) async throws -> FilePieces {
        try await NIOThreadPool.singleton.runIfActive {
            let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw ConnectionDone() }
            return FilePieces(descriptor: descriptor, offset: offset, length: length)
        }
    }

    func next() async throws -> ByteBuffer? {
        let start = position.withLock { $0 }
        guard start < end else { return nil }
        let count = Int(min(FilePieces.size, end - start))
        let descriptor = descriptor
        let buffer = try await NIOThreadPool.singleton.runIfActive {
            var buffer = ByteBufferAllocator().buffer(capacity: count)
            try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
                let read = pread(descriptor, bytes.baseAddress, count, off_t(start))
                // The length is promised already, so a file that shrank ends the connection.
                guard read > 0 else { throw ConnectionDone() }
                return read
            }
            return buffer
        }
        position.withLock { $0 = start + Int64(buffer.readableBytes) }
        return buffer
    }
}
