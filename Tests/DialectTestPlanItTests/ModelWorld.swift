import Catalog
import Engine
import Foundation
import HTTPTypes
import Logging
import Model
import Store
import StoreSQLite
import Testing
import Wire

@testable import DialectTestPlanIt

/// A server with the RPC alone, a few people and two projects.
///
/// `ada` administers, `pam` is a project administrator, `uwe` and `ute` are users, `nil` has the access NONE. `Shop` is
/// open to users through their global role, `Vault` to nobody but administrators.
final class ModelWorld: Sendable {
    let engine: Engine
    let gate: Gate
    let shop: Int64
    let vault: Int64
    private let folder: URL

    private struct RPC: Dialect {
        let name = "rpc"
        let prefixes = ["/api"]
        let routes = ModelRoutes.routes
        func failure(_ error: DomainError, _ call: Call) -> Reply { ModelFailure.reply(error, call) }
    }

    /// The token of a person is the name.
    private struct People: Authenticator {
        let engine: Engine

        func authenticate(token: String, address: String) async throws(DomainError) -> Caller {
            guard !token.isEmpty else { throw DomainError(.unauthenticated(.invalidToken), "Invalid API token") }
            return try await engine.caller(email: "\(token)@example.com")
        }

        func authenticate(
            session cookie: String, address: String
        ) async throws(DomainError) -> (caller: Caller, session: BrowserSessionIdentity)? { nil }
    }

    /// Makes a world on a fresh database, or on a given store.
    init(_ given: (any Store)? = nil) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let store = try given ?? SQLiteStore.open(path: folder.appending(path: "assay.db").path)
        _ = try await Migrator(Migrations.all(Catalog.schema)).migrate(store)
        var log = Logger(label: "test")
        log.logLevel = .error
        let settings = Engine.Settings(dataFolder: folder.path, secret: [UInt8](repeating: 7, count: 32))
        engine = Engine(schema: Catalog.schema, store: store, world: .live(log: log), settings: settings)
        try await engine.provision()
        try await engine.write(as: .system) { work throws(DomainError) in
            for (name, access) in [("ada", "ADMIN"), ("pam", "PROJECTADMIN"), ("uwe", "USER"), ("ute", "USER"), ("nil", "NONE")] {
                let draft = Draft([
                    "name": .text(name), "email": .text("\(name)@example.com"), "access": .text(access), "roleId": 1,
                    "isApi": true,
                ])
                try work.insert("User", [draft])
            }
        }
        let ada = try await engine.caller(email: "ada@example.com")
        (shop, vault) = try await engine.write(as: ada) { work throws(DomainError) in
            let shop = try work.createProject(Draft(["name": "Shop", "defaultAccessType": "GLOBAL_ROLE"]))
            let vault = try work.createProject(Draft(["name": "Vault", "defaultAccessType": "NO_ACCESS"]))
            return (shop, vault)
        }
        gate = Gate(
            engine: engine, router: Router([RPC()], fallback: RPC()), limits: GateLimits(rate: .off),
            authenticator: People(engine: engine))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    struct Answer: CustomStringConvertible {
        let status: Int
        let json: JSON
        let headers: [String: String]

        var data: JSON { json["data"] ?? .null }
        var error: JSON { json["error"] ?? .null }
        var code: String? { error["code"]?.string }
        var message: String { error["message"]?.string ?? "" }
        var marks: JSON { json["meta"]?["serialization"]?["values"] ?? .null }
        var names: [String] { (data.array ?? []).compactMap { $0["name"]?.string } }
        var ids: [Int64] { (data.array ?? []).compactMap { $0["id"]?.integer } }
        var id: Int64 { data["id"]?.integer ?? 0 }
        var description: String { "\(status) \(json.text.prefix(2000))" }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, as person: String? = "ada", query: [(name: String, value: String)] = [],
        body: String? = nil
    ) async throws -> Answer {
        var headers = HTTPFields()
        if let person { headers[.authorization] = "Bearer \(person)" }
        let call = Call(
            method: method, path: "/api/model/\(path)", query: QueryItems(query), headers: headers,
            body: body.map { .bytes(Array($0.utf8)) } ?? .empty)
        let reply = await gate.answer(call)
        guard case .bytes(let bytes) = reply.content else { throw DomainError.fault("no bytes") }
        let json = try JSONReader.parse(bytes)
        var fields: [String: String] = [:]
        for field in reply.headers { fields[field.name.canonicalName] = field.value }
        return Answer(status: reply.status.code, json: json, headers: fields)
    }

    func get(_ path: String, _ q: String? = nil, as person: String? = "ada") async throws -> Answer {
        try await send(.get, path, as: person, query: q.map { [(name: "q", value: $0)] } ?? [])
    }

    func post(_ path: String, _ body: String?, as person: String? = "ada") async throws -> Answer {
        try await send(.post, path, as: person, body: body)
    }

    func put(_ path: String, _ body: String, as person: String? = "ada") async throws -> Answer {
        try await send(.put, path, as: person, body: body)
    }

    func delete(_ path: String, _ q: String, as person: String? = "ada") async throws -> Answer {
        try await send(.delete, path, as: person, query: [(name: "q", value: q)])
    }

    /// A case in a project by the RPC; returns its id.
    func makeCase(_ name: String, _ more: String = "", in project: Int64? = nil, as person: String = "ada") async throws -> Int64 {
        let place = try await place(project ?? shop)
        let answer = try await post(
            "repositoryCases/create",
            """
            {"data": {"name": "\(name)", "projectId": \(project ?? shop), "repositoryId": \(place.repository),
            "folderId": \(place.folder), "templateId": 1, "stateId": \(place.state)\(more.isEmpty ? "" : ", " + more)}}
            """, as: person)
        try #require(answer.status == 201, "\(answer)")
        return answer.id
    }

    func makeRun(_ name: String, _ more: String = "", in project: Int64? = nil, as person: String = "ada") async throws -> Int64 {
        let state = try await state("RUNS", project ?? shop)
        let answer = try await post(
            "testRuns/create",
            """
            {"data": {"name": "\(name)", "project": {"connect": {"id": \(project ?? shop)}},
            "state": {"connect": {"id": \(state)}}\(more.isEmpty ? "" : ", " + more)}}
            """, as: person)
        try #require(answer.status == 201, "\(answer)")
        return answer.id
    }

    func place(_ project: Int64) async throws -> (repository: Int64, folder: Int64, state: Int64) {
        try await engine.write(as: .system) { work throws(DomainError) in
            let root = try work.rootFolder(project: project)
            return (root.repository, root.folder, try work.defaultState("CASES", project))
        }
    }

    func state(_ scope: String, _ project: Int64) async throws -> Int64 {
        try await engine.write(as: .system) { work throws(DomainError) in try work.defaultState(scope, project) }
    }

    func user(_ name: String) async throws -> String { try await engine.caller(email: "\(name)@example.com").uid }
}
