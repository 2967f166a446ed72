import Engine
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import Model
import ServiceLifecycle
import Store
import Wire

/// Serves the command line while the server holds the database: a socket in the data folder that only the owner of the
/// folder can open. There never is a second writer on the database file (SAFETY F8).
struct AdministrationSocket: Service {
    let engine: Engine
    let folder: DataFolder
    /// What the system allows for the path of a socket.
    static let pathLimit = 107

    func run() async throws {
        let path = folder.socket
        guard path.utf8.count < AdministrationSocket.pathLimit else {
            engine.world.log.warning(
                "the data folder's path is too long for a socket: stop the server for assay user, token and backup")
            try await gracefulShutdown()
            return
        }
        let dialect = AdministrationDialect(folder: folder)
        let gate = Gate(
            engine: engine, router: Router([dialect], fallback: dialect), limits: GateLimits(rate: .off),
            authenticator: SocketOwner())
        let connections = Connections()
        let listener = Listener(
            exchange: Exchange(
                gate: gate, hosts: HostPolicy(baseURL: nil, isLoopback: false), proxies: TrustedProxies(),
                limits: ConnectionLimits(), lifecycle: Lifecycle()),
            connections: connections, limits: ConnectionLimits(), log: engine.world.log, quiet: .critical)
        let service = listener.service(.unixDomainSocket(path: path)) { _ in chmod(path, 0o600) }
        defer { unlink(path) }
        try await service.run()
    }
}

/// Whoever can open the socket owns the data folder.
private struct SocketOwner: Authenticator {
    func authenticate(token: String, address: String) async throws(DomainError) -> Caller { .system }

    func authenticate(
        session cookie: String, address: String
    ) async throws(DomainError) -> (caller: Caller, session: BrowserSessionIdentity)? { nil }
}

/// What the command line asks of a running server.
struct AdministrationDialect: Dialect {
    let name = "administration"
    let prefixes = ["/"]
    let folder: DataFolder

    var routes: [Route] {
        let folder = folder
        return [
            Route(.post, "/users", "users.create", access: .anyone, cost: .importing) {
                call, engine async throws(DomainError) in
                .json(try await Administration(engine).createUser(NewUser(call.object())))
            },
            Route(.post, "/tokens", "tokens.create", access: .anyone, cost: .importing) {
                call, engine async throws(DomainError) in
                .json(try await Administration(engine).createToken(NewUserToken(call.object())))
            },
            Route(.post, "/snapshots", "snapshots.create", access: .anyone, cost: .importing) {
                call, engine async throws(DomainError) in
                .json(try await Administration(engine).snapshot(in: folder))
            },
            Route(.get, "/facts", "facts", access: .anyone, cost: .importing) {
                call, engine async throws(DomainError) in
                .json(try await Administration(engine).facts())
            },
            Route(.get, "/audit", "audit", access: .anyone, cost: .importing) {
                call, engine async throws(DomainError) in
                .json(try await Administration(engine).audit(in: folder))
            },
        ]
    }

    func failure(_ error: DomainError, _ call: Call) -> Reply {
        let messages = error.issues.isEmpty ? [error.message] : error.issues.map(\.message)
        return .json(
            .members([("error", .string(messages.joined(separator: "; ")))]), status: StatusCode.of(error.code))
    }

    func token(_ call: Call) -> String? { nil }
}
