public import Engine
public import HTTPTypes
public import Model
import Synchronization

/// Who stands behind credentials; the engine, or a stand-in for tests.
public protocol Authenticator: Sendable {
    /// Throws `.unauthenticated` with the reason.
    func authenticate(token: String, address: String) async throws(DomainError) -> Caller
    /// `nil` when the cookie belongs to no session that still runs.
    func authenticate(
        session cookie: String, address: String
    ) async throws(DomainError) -> (caller: Caller, session: BrowserSessionIdentity)?
}

extension Engine: Authenticator {}

/// The way from a request to its answer: route, limits, credentials, handler, headers; free of any HTTP server.
public final class Gate: Sendable {
    public let engine: Engine
    public let router: Router
    public let limits: GateLimits
    public let metrics = Metrics()
    /// Whoever runs the server must watch these, or no call is ever given up.
    public let deadlines = Deadlines()
    let limiter: RateLimiter
    private let authenticator: any Authenticator
    private let compress: (@Sendable ([UInt8]) -> [UInt8]?)?
    private let running = Atomic<Int>(0)
    private let requestPrefix: String
    private let requestCount = Atomic<Int>(0)

    /// `compress` makes gzip of a body, or `nil` when that does not pay.
    public init(
        engine: Engine, router: Router, limits: GateLimits = GateLimits(),
        authenticator: (any Authenticator)? = nil, compress: (@Sendable ([UInt8]) -> [UInt8]?)? = nil
    ) {
        self.engine = engine
        self.router = router
        self.limits = limits
        self.authenticator = authenticator ?? engine
        self.compress = compress
        limiter = RateLimiter(rate: limits.rate, now: engine.world.now)
        requestPrefix = Base64URL.encoded(engine.world.random(6))
    }

    /// Calls that run now.
    public var inFlight: Int { running.load(ordering: .relaxed) }

    /// A new name for a request: unique in this process, hard to guess from outside.
    public func newRequestId() -> String {
        let number = requestCount.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(requestPrefix)-\(number)"
    }

    public func answer(_ call: Call) async -> Reply {
        var passage = Passage(call, gate: self)
        switch router.route(call.method, call.path) {
        case .match(let match):
            passage.enter(match)
            do throws(DomainError) {
                passage.reply = try await admit(&passage, match)
            } catch {
                passage.fail(error, match.dialect)
            }
        case .wrongVerb(let dialect, let allowed):
            let verbs = Gate.allowed(allowed)
            passage.fail(DomainError(.methodNotAllowed(verbs), "\(call.method.rawValue) is not allowed here"), dialect)
        case .unknown(let dialect):
            passage.fail(DomainError(.notFound, "no such path"), dialect)
        }
        return passage.finish(compress)
    }

    /// The answer to a request that does not get in: a wrong host, a path that is too long, a server that stops.
    public func refuse(_ call: Call, _ error: DomainError, status: HTTPResponse.Status? = nil) -> Reply {
        var passage = Passage(call, gate: self)
        switch router.route(call.method, call.path) {
        case .match(let match): passage.fail(error, match.dialect)
        case .wrongVerb(let dialect, _), .unknown(let dialect): passage.fail(error, dialect)
        }
        if let status { passage.reply.status = status }
        return passage.finish(nil)
    }

    /// HEAD goes wherever GET goes.
    private static func allowed(_ methods: [HTTPRequest.Method]) -> [String] {
        var verbs = methods.map(\.rawValue)
        if let position = verbs.firstIndex(of: "GET") { verbs.insert("HEAD", at: position + 1) }
        return verbs
    }

    /// Takes a place among the running calls; it is given back when nobody holds it any more.
    private func admit(_ passage: inout Passage, _ match: Router.Match) async throws(DomainError) -> Reply {
        guard match.route.cost != .free else { return try await pass(&passage, match) }
        guard running.wrappingAdd(1, ordering: .relaxed).newValue <= limits.inFlight else {
            running.wrappingSubtract(1, ordering: .relaxed)
            throw DomainError(.unavailable, "the server is busy, try again")
        }
        passage.place = Place(self)
        return try await pass(&passage, match)
    }

    /// A place among the running calls.
    final class Place: Sendable {
        private let gate: Gate

        init(_ gate: Gate) { self.gate = gate }

        deinit { gate.running.wrappingSubtract(1, ordering: .relaxed) }
    }

    private func pass(_ passage: inout Passage, _ match: Router.Match) async throws(DomainError) -> Reply {
        let route = match.route
        try passage.call.checkCharacters()
        do throws(DomainError) {
            try await identify(&passage, match)
        } catch {
            try passage.charge(route.cost)
            throw error
        }
        try passage.charge(route.cost)
        try checkAccess(passage.call, route)
        passage.call.budget = CallBudget(limiter)
        return try await run(passage.call, route)
    }

    /// A valid session wins over a token sent with it; a bad token is refused wherever it is sent.
    private func identify(_ passage: inout Passage, _ match: Router.Match) async throws(DomainError) {
        let call = passage.call
        if match.route.cost == .free && match.route.access == .anyone { return }
        let cookie =
            match.dialect.acceptsBrowserSession ? call.cookie(SessionCookie.name(isSecure: call.isSecure)) : nil
        if let cookie,
            let found = try await authenticator.authenticate(session: cookie, address: call.remoteAddress)
        {
            passage.call.caller = found.caller
            passage.call.browserSession = found.session
        } else if let token = match.dialect.token(call) {
            passage.call.caller = try await authenticator.authenticate(token: token, address: call.remoteAddress)
        }
        passage.call.caller.address = call.remoteAddress
    }

    private func checkAccess(_ call: Call, _ route: Route) throws(DomainError) {
        switch route.access {
        case .anyone: break
        case .signedIn, .administrators:
            guard !call.caller.isAnonymous else {
                throw DomainError(.unauthenticated(.noToken), "sign in or send a token")
            }
            guard route.access == .signedIn || call.caller.isAdministrator else {
                throw .forbidden("only administrators may do this")
            }
        }
        guard !call.method.isSafe else { return }
        if call.browserSession != nil { try CrossSite.check(call) }
        guard !call.caller.isReadOnly else { throw .forbidden("this token may only read") }
    }

    /// Runs the handler; a call that neither ends nor receives its body within the deadline is given up.
    private func run(_ call: Call, _ route: Route) async throws(DomainError) -> Reply {
        let isLong = [.importing, .exporting, .asking].contains(route.cost)
        let deadline = Deadline(isLong ? limits.longDeadline : limits.deadline)
        var call = call
        call.body = deadline.watching(call.body)
        deadlines.add(deadline)
        defer { deadlines.remove(deadline) }
        let (request, engine, handler) = (call, engine, route.handler)
        let outcome = await withTaskGroup(of: Result<Reply, DomainError>?.self) { group in
            group.addTask {
                do throws(DomainError) {
                    return .success(try await handler(request, engine))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                switch await deadline.outcome() {
                case .passed: .failure(DomainError(.unavailable, "the call took too long"))
                case .cancelled: nil
                }
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .failure(.fault("the handler ended without an answer"))
        }
        return try outcome.get()
    }
}
