import Engine
import HTTPTypes
import Model
import TestKit
import Wire

/// A world for the RPC with people and projects of its own.
///
/// `ada` administers, `pam` is a project administrator, `uwe` and `ute` are users, `nil` has the access NONE. `Shop` is
/// open to users through their global role, `Vault` to nobody but administrators.
struct ModelWorld: Sendable {
    let world: TestWorld
    let shop: Int64
    let vault: Int64
    private let tokens: [String: String]

    var engine: Engine { world.engine }

    static func with(_ backend: Backend, _ body: (ModelWorld) async throws -> Void) async throws {
        try await TestWorld.with(backend) { world in try await body(try await ModelWorld(world)) }
    }

    private init(_ world: TestWorld) async throws {
        self.world = world
        let people = [("ada", "ADMIN"), ("pam", "PROJECTADMIN"), ("uwe", "USER"), ("ute", "USER"), ("nil", "NONE")]
        let (project, admin) = (world.project.id, world.person("admin").id)
        tokens = try await world.engine.write(as: .system) { work throws(DomainError) in
            var tokens: [String: String] = [:]
            for (name, access) in people {
                let draft = Draft([
                    "name": .text(name), "email": .text("\(name)@example.com"), "access": .text(access), "roleId": 1,
                    "isApi": true,
                ])
                let id = try work.insert("User", [draft])[0]
                tokens[name] = try work.createToken(user: id, name: "test", expiresAt: nil).token
            }
            // The project and the administrator of other tests stand aside.
            try work.update("Project", [Change(project, set: ["name": "Aside", "isDeleted": true])])
            try work.update("User", [Change(admin, set: ["isActive": false])])
            return tokens
        }
        let ada = try await world.engine.caller(email: "ada@example.com")
        (shop, vault) = try await world.engine.write(as: ada) { work throws(DomainError) in
            let shop = try work.createProject(Draft(["name": "Shop", "defaultAccessType": "GLOBAL_ROLE"]))
            let vault = try work.createProject(Draft(["name": "Vault", "defaultAccessType": "NO_ACCESS"]))
            return (shop, vault)
        }
    }

    struct Answer: CustomStringConvertible, Sendable {
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
        _ method: HTTPRequest.Method, _ path: String, as person: String? = "ada",
        query: [(name: String, value: String)] = [], body: String? = nil
    ) async throws -> Answer {
        var headers = HTTPFields()
        if let person { headers[.authorization] = "Bearer \(tokens[person] ?? person)" }
        let call = Call(
            method: method, path: "/api/model/\(path)", query: QueryItems(query), headers: headers,
            body: body.map { .bytes(Array($0.utf8)) } ?? .empty)
        let reply = await world.gate.answer(call)
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
    func makeCase(
        _ name: String, _ more: String = "", in project: Int64? = nil, as person: String = "ada"
    ) async throws -> Int64 {
        let place = try await place(project ?? shop)
        let answer = try await post(
            "repositoryCases/create",
            """
            {"data": {"name": "\(name)", "projectId": \(project ?? shop), "repositoryId": \(place.repository),
            "folderId": \(place.folder), "templateId": 1, "stateId": \(place.state)\(more.isEmpty ? "" : ", " + more)}}
            """, as: person)
        guard answer.status == 201 else { throw DomainError.fault("\(answer)") }
        return answer.id
    }

    func makeRun(
        _ name: String, _ more: String = "", in project: Int64? = nil, as person: String = "ada"
    ) async throws -> Int64 {
        let state = try await state("RUNS", project ?? shop)
        let answer = try await post(
            "testRuns/create",
            """
            {"data": {"name": "\(name)", "project": {"connect": {"id": \(project ?? shop)}},
            "state": {"connect": {"id": \(state)}}\(more.isEmpty ? "" : ", " + more)}}
            """, as: person)
        guard answer.status == 201 else { throw DomainError.fault("\(answer)") }
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
