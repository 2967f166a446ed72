import Engine
import HTTPTypes
import Logging
import Model

/// One call on its way through the gate: what is known of it, and the answer in the making.
struct Passage {
    var call: Call
    var reply = Reply(.internalServerError)
    var place: Gate.Place?
    private let gate: Gate
    private let start = ContinuousClock.now
    private var dialect = "none"
    /// Whose API answers.
    private var owner: (any Dialect)?
    private var route = "none"
    /// Probes and static files would drown everything else in the log.
    private var isFree = false
    private var verdict: RateLimiter.Verdict?

    init(_ call: Call, gate: Gate) {
        self.call = call
        self.gate = gate
        if call.requestId.isEmpty { self.call.requestId = gate.newRequestId() }
    }

    mutating func enter(_ match: Router.Match) {
        call.parameters = match.parameters
        dialect = match.dialect.name
        owner = match.dialect
        route = match.route.name
        isFree = match.route.cost == .free
    }

    /// Takes the call out of the budget of whoever makes it.
    mutating func charge(_ cost: Route.Cost) throws(DomainError) {
        guard cost != .free else { return }
        let address = RateLimiter.Key.address(AddressBlock.of(call.remoteAddress), cost)
        let key = cost == .signIn ? address : call.caller.userId.map { .user($0, cost) } ?? address
        let verdict = gate.limiter.charge(key)
        self.verdict = verdict
        guard let wait = verdict.retryAfter else { return }
        throw DomainError(.rateLimited(retryAfter: wait), "too many requests, try again in \(wait) seconds")
    }

    /// Makes the answer of a refusal, in the words of the dialect.
    mutating func fail(_ error: DomainError, _ dialect: any Dialect) {
        if self.dialect == "none" { self.dialect = dialect.name }
        if owner == nil { owner = dialect }
        if case .fault = error.code {
            gate.engine.world.log.error(
                "request failed",
                metadata: ["request_id": "\(call.requestId)", "route": "\(route)", "error": "\(error.message)"])
        }
        reply = dialect.failure(error, call)
        switch error.code {
        case .rateLimited(let seconds): add(.retryAfter, "\(seconds)")
        case .unavailable: add(.retryAfter, "1")
        case .methodNotAllowed(let verbs): add(.allow, verbs.joined(separator: ", "))
        case .unauthenticated: add(.wwwAuthenticate, "Bearer")
        case .forbidden, .notFound, .invalid, .malformed, .conflict, .duplicate, .missingReference, .stale, .tooLarge,
            .unsupportedMediaType, .upstream, .fault:
            break
        }
    }

    private mutating func add(_ name: HTTPField.Name, _ value: String) {
        if reply.headers[name] == nil, reply.status.code >= 400 { reply.headers[name] = value }
    }

    /// Completes the headers, takes the body off a HEAD, and notes the call when its answer ends.
    consuming func finish(_ compress: (@Sendable ([UInt8]) -> [UInt8]?)?) -> Reply {
        addRateHeaders()
        SecurityHeaders.add(to: &reply.headers, isSecure: call.isSecure)
        reply.headers[.requestId] = call.requestId
        owner?.complete(&reply.headers)
        if let compress { reply.compress(for: call, compress) }
        let note = note()
        switch reply.content {
        case .bytes(let bytes):
            if reply.hasBody { reply.headers[.contentLength] = "\(bytes.count)" }
            if call.method == .head || !reply.hasBody { reply.content = .bytes([]) }
            note()
        case .file(_, _, let length):
            reply.headers[.contentLength] = "\(length)"
            if call.method == .head { reply.content = .bytes([]) }
            note()
        case .stream(let write):
            if call.method == .head {
                reply.content = .bytes([])
                note()
            } else {
                stream(write, note)
            }
        }
        return reply
    }

    private mutating func stream(
        _ write: @escaping @Sendable (any ReplyStream) async throws -> Void, _ note: @escaping @Sendable () -> Void
    ) {
        let place = place
        let (log, id) = (gate.engine.world.log, call.requestId)
        reply.content = .stream { stream in
            defer {
                note()
                withExtendedLifetime(place) {}
            }
            do {
                try await write(stream)
            } catch {
                log.info("answer cut short", metadata: ["request_id": "\(id)", "error": "\(error)"])
                throw error
            }
        }
    }

    private mutating func addRateHeaders() {
        let isCounted = verdict != nil || call.path.hasPrefix("/api/") || call.path.hasPrefix("/v1/")
        guard isCounted else { return }
        let address = RateLimiter.Key.address(AddressBlock.of(call.remoteAddress), .api)
        let verdict = verdict ?? gate.limiter.peek(address)
        reply.headers[.rateLimit] = "\(verdict.limit)"
        reply.headers[.rateRemaining] = "\(verdict.remaining)"
        reply.headers[.rateReset] = "\(verdict.reset)"
    }

    /// One line in the log and one observation for each call.
    private func note() -> @Sendable () -> Void {
        let (gate, dialect, route, start) = (gate, dialect, route, start)
        let (status, method, id) = (reply.status.code, call.method.rawValue, call.requestId)
        let level: Logger.Level = isFree ? .debug : .info
        return {
            let elapsed = ContinuousClock.now - start
            let parts = elapsed.components
            let milliseconds = Double(parts.seconds) * 1000 + Double(parts.attoseconds / 1_000_000_000_000) / 1000
            gate.metrics.observe(dialect: dialect, route: route, status: status, seconds: milliseconds / 1000)
            gate.engine.world.log.log(
                level: level, "request",
                metadata: [
                    "method": "\(method)", "route": "\(dialect).\(route)", "status": "\(status)",
                    "milliseconds": "\(milliseconds)", "request_id": "\(id)",
                ])
        }
    }
}

extension Reply {
    /// False for answers that never have a body.
    var hasBody: Bool { status.code >= 200 && status != .noContent && status != .notModified }

    /// Bodies below this size are sent as they are.
    private static let compressionFloor = 1024

    /// Compresses text when the client takes gzip. An answer with a cookie stays as it is: its length must not tell
    /// what is in it.
    mutating func compress(for call: Call, _ compress: @Sendable ([UInt8]) -> [UInt8]?) {
        guard case .bytes(let bytes) = content, bytes.count > Reply.compressionFloor, hasBody,
            headers[.contentEncoding] == nil, headers[.setCookie] == nil, headers[.contentRange] == nil,
            Reply.isText(headers[.contentType] ?? "")
        else { return }
        headers[.vary] = headers[.vary].map { "\($0), Accept-Encoding" } ?? "Accept-Encoding"
        guard Reply.takesGzip(call.headers[.acceptEncoding] ?? ""), let smaller = compress(bytes) else { return }
        content = .bytes(smaller)
        headers[.contentEncoding] = "gzip"
    }

    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type.hasPrefix("application/json") || type.hasPrefix("application/javascript")
            || type.hasPrefix("image/svg+xml") || type.hasPrefix("application/xml") || type.contains("+json")
    }

    private static func takesGzip(_ header: String) -> Bool {
        for part in header.split(separator: ",") {
            let fields = part.split(separator: ";").map { $0.trimmed.lowercased() }
            guard let coding = fields.first, coding == "gzip" || coding == "*" else { continue }
            return !fields.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
        return false
    }
}
