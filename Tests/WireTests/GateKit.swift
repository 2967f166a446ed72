import HTTPTypes
import Logging
import Model
import Statements
import Store
import Synchronization

@testable import Engine
@testable import Wire

/// A store that is never asked.
struct NoStore: Store {
    var flavor: Flavor { .sqlite }
    func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T { throw none }
    func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T { throw none }
    func backup(to path: String) async throws { throw none }
    func facts() async throws -> [StoreFact] { [] }
    func close() async throws {}
    private var none: StoreError { StoreError(.unavailable, "no database in this test") }
}

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let time = Mutex<Int64>(1_700_000_000_000)
    var now: Int64 { time.withLock { $0 } }
    func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
}

/// Knows three tokens and one cookie.
struct KnownCallers: Authenticator {
    static func caller(_ id: Int64, _ level: Caller.Level, scopes: [String] = []) -> Caller {
        Caller(
            userId: id, uid: "u\(id)", name: "User \(id)", email: "u\(id)@example.com", level: level, roleId: nil,
            scopes: scopes)
    }

    func authenticate(token: String, address: String) async throws(DomainError) -> Caller {
        switch token {
        case "user": KnownCallers.caller(1, .user)
        case "admin": KnownCallers.caller(2, .administrator)
        case "reader": KnownCallers.caller(3, .user, scopes: ["read"])
        default: throw DomainError(.unauthenticated(.invalidToken), "bad token")
        }
    }

    func authenticate(
        session cookie: String, address: String
    ) async throws(DomainError) -> (caller: Caller, session: BrowserSessionIdentity)? {
        guard cookie == "good" else { return nil }
        return (KnownCallers.caller(4, .user), BrowserSessionIdentity(id: 9, expiresAt: .max))
    }
}

/// A dialect with one route of each kind.
struct ToyDialect: Dialect {
    let name = "toy"
    let prefixes = ["/api", "/page"]
    let acceptsBrowserSession = true

    var routes: [Route] {
        [
            Route(.get, "/api/open", "open", access: .anyone, ToyDialect.echo),
            Route(.get, "/api/things", "things.list", ToyDialect.echo),
            Route(.post, "/api/things", "things.create", ToyDialect.echo),
            Route(.delete, "/api/things/{id}", "things.delete", ToyDialect.echo),
            Route(.post, "/api/json", "json") { call, _ async throws(DomainError) in .json(try await call.json()) },
            Route(.post, "/page/form", "form", ToyDialect.echo),
            Route(.get, "/api/admin", "admin", access: .administrators, ToyDialect.echo),
            Route(.post, "/api/signin", "signin", access: .anyone, cost: .signIn) { call, _ async throws(DomainError) in
                try call.budget.chargeSignIn(account: call.query["account"] ?? "")
                return .json(["ok": true])
            },
            Route(.get, "/api/free", "free", access: .anyone, cost: .free, ToyDialect.echo),
            Route(.get, "/api/fault", "fault", access: .anyone) { _, _ async throws(DomainError) in
                throw .fault("secret cause")
            },
            Route(.get, "/api/endless", "endless", access: .anyone) { _, _ async throws(DomainError) in
                do { try await ContinuousClock().sleep(for: .seconds(60)) } catch {}
                return .json(["late": true])
            },
            Route(.post, "/api/upload", "upload", access: .anyone) { call, _ async throws(DomainError) in
                .json(["bytes": .integer(Int64(try await call.body.collect(limit: 1 << 20).count))])
            },
            Route(.get, "/api/stream", "stream", access: .anyone) { _, _ async throws(DomainError) in
                Reply(.ok, headers: [.contentType: "text/plain"], content: .stream { try await $0.write([65, 66]) })
            },
            Route(.get, "/api/large", "large", access: .anyone) { _, _ async throws(DomainError) in
                .text(String(repeating: "a", count: 5000))
            },
            Route(.get, "/api/cookie", "cookie", access: .anyone) { _, _ async throws(DomainError) in
                var reply = Reply.text(String(repeating: "a", count: 5000))
                reply.setCookie("a=b")
                return reply
            },
            Route(.get, "/page/own-policy", "policy", access: .anyone) { _, _ async throws(DomainError) in
                var reply = Reply.text("page", type: "text/html; charset=utf-8")
                reply.headers[.known("Content-Security-Policy")] = "default-src 'self'"
                return reply
            },
        ]
    }

    private static let echo: Route.Handler = { call, _ async throws(DomainError) in
        .json([
            "user": .string(call.caller.uid), "session": .bool(call.browserSession != nil),
            "id": .string(call.parameter("id")),
        ])
    }

    func failure(_ error: DomainError, _ call: Call) -> Reply {
        let status: Int =
            switch error.code {
            case .unauthenticated: 401
            case .forbidden: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .tooLarge: 413
            case .unsupportedMediaType: 415
            case .rateLimited: 429
            case .unavailable: 503
            case .fault: 500
            case .invalid, .malformed, .conflict, .duplicate, .missingReference, .stale, .upstream: 400
            }
        return .json(
            ["error": .string(error.code == .fault ? "internal error" : error.message)], status: .init(code: status))
    }
}

/// A gate over the toy dialect, and calls to it.
struct GateKit {
    let clock = TestClock()
    let gate: Gate

    init(_ limits: GateLimits = GateLimits(rate: .off), compress: (@Sendable ([UInt8]) -> [UInt8]?)? = nil) throws {
        let clock = clock
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let world = World(now: { clock.now }, random: { Array(repeating: 7, count: $0) }, log: log)
        let engine = Engine(
            schema: try Schema([]), store: NoStore(), world: world,
            settings: Engine.Settings(dataFolder: "/nowhere", secret: Array(repeating: 1, count: 32)))
        let toy = ToyDialect()
        gate = Gate(
            engine: engine, router: Router([toy], fallback: toy), limits: limits, authenticator: KnownCallers(),
            compress: compress)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, cookie: String? = nil,
        headers: [(String, String)] = [], body: Body = .empty, query: String = "", address: String = "192.0.2.1",
        origin: String = "http://assay.test"
    ) async -> Reply {
        var fields = HTTPFields()
        if let token { fields[.authorization] = "Bearer \(token)" }
        if let cookie { fields[.cookie] = "next-auth.session-token=\(cookie)" }
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        return await gate.answer(
            Call(
                method: method, path: path, query: QueryItems(parsing: query), headers: fields, body: body,
                remoteAddress: address, origin: origin))
    }
}

extension Reply {
    var text: String {
        guard case .bytes(let bytes) = content else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
