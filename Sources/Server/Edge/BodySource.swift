import HTTPTypes
import HummingbirdCore
import Model
import NIOCore
import NIOHTTPTypes
import Synchronization
import Wire

/// The body of a request as it comes from the connection, read piece by piece at the pace of the reader.
///
/// `@unchecked Sendable`: the iterator is used by one task at a time. While the handler runs only the handler reads;
/// afterwards only the connection's own task does. A second reader at the same time is refused by `isReading`.
final class BodySource: @unchecked Sendable {
    private let request: Request
    private let channel: any Channel
    private var iterator: RequestBody.AsyncIterator?
    private let isReading = Atomic<Bool>(false)
    private let state: Mutex<State>

    private struct State {
        /// Bytes that are still to come; `nil` for a body of unknown length.
        var remaining: Int64?
        var hasEnded: Bool
        /// The client waits for a word before it sends the body.
        var awaitsContinue: Bool
    }

    /// The length that the head announces; `nil` when it is sent in chunks.
    let length: Int64?

    init(_ request: Request, _ channel: any Channel) {
        self.request = request
        self.channel = channel
        let headers = request.head.headerFields
        if headers[.transferEncoding] != nil {
            length = nil
        } else {
            length = headers[.contentLength].flatMap { Int64($0) } ?? 0
        }
        let isWaiting = headers[.expect]?.lowercased() == "100-continue"
        state = Mutex(State(remaining: length, hasEnded: length == 0, awaitsContinue: isWaiting && length != 0))
    }

    var body: Body {
        Body(length: length) { [self] () async throws(DomainError) -> [UInt8]? in
            guard let piece = try await next() else { return nil }
            return Array(piece.readableBytesView)
        }
    }

    /// True when the next request can follow on this connection after at most so many bytes.
    func canContinue(within limit: Int64) -> Bool {
        state.withLock { state in
            if state.hasEnded { return true }
            guard !state.awaitsContinue, let remaining = state.remaining else { return false }
            return remaining <= limit
        }
    }

    private func next() async throws(DomainError) -> ByteBuffer? {
        let (hasEnded, mustInvite) = state.withLock { state in
            defer { state.awaitsContinue = false }
            return (state.hasEnded, state.awaitsContinue)
        }
        if hasEnded { return nil }
        guard isReading.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            throw .fault("two readers of one body")
        }
        defer { isReading.store(false, ordering: .releasing) }
        if mustInvite {
            channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)), promise: nil)
        }
        return try await read()
    }

    private func read() async throws(DomainError) -> ByteBuffer? {
        var iterator = self.iterator ?? request.body.makeAsyncIterator()
        let buffer: ByteBuffer?
        do {
            buffer = try await iterator.next()
        } catch {
            state.withLock { $0.hasEnded = true }
            throw .malformed("the body ended early")
        }
        self.iterator = iterator
        return try state.withLock { state throws(DomainError) in
            guard let buffer else {
                state.hasEnded = true
                guard (state.remaining ?? 0) == 0 else { throw .malformed("the body ended early") }
                return nil
            }
            if let remaining = state.remaining { state.remaining = remaining - Int64(buffer.readableBytes) }
            return buffer
        }
    }

    /// Reads what nobody wants until the end or until the connection is closed.
    func discard() async {
        while true {
            do throws(DomainError) {
                guard try await next() != nil else { return }
            } catch {
                return
            }
        }
    }
}
