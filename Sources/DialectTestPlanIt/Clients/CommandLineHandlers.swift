import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/cli/lookup`: names to ids for scripts.
enum CommandLineHandlers {
    private static func refusal(_ status: HTTPResponse.Status, _ text: String, code: String? = nil) -> Reply {
        var body = JSONObject()
        body["error"] = .string(text)
        if let code { body["code"] = .string(code) }
        return .json(.object(body), status: status)
    }

    /// The word of the kind in messages.
    private static func label(_ kind: LookupKind) -> String {
        switch kind {
        case .project: "Project"
        case .state: "State"
        case .config: "Configuration"
        case .milestone: "Milestone"
        case .tag: "Tag"
        case .folder: "Folder"
        case .testRun: "Test run"
        }
    }

    static func lookup(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let object: JSONObject
        do throws(DomainError) {
            object = try await call.object()
        } catch {
            guard case .malformed = error.code else { throw error }
            return refusal(.badRequest, "Invalid JSON body")
        }
        guard let word = object["type"]?.string, !word.isEmpty, let name = object["name"]?.string, !name.isEmpty else {
            return refusal(.badRequest, "Missing required fields: type, name")
        }
        guard let kind = LookupKind(rawValue: word) else {
            let types = LookupKind.allCases.map(\.rawValue).joined(separator: ", ")
            return refusal(.badRequest, "Invalid lookup type: \(word). Valid types: \(types)")
        }
        let key = object["projectId"].flatMap { RowKey($0) }
        if needsProject(kind), key == nil {
            return refusal(.badRequest, "projectId is required for this lookup type")
        }
        let mayCreate = object["createIfMissing"]?.bool == true && kind == .tag
        let found = try await engine.read(as: call.caller) { work throws(DomainError) in
            guard let project = try project(key, kind, in: work) else { return Found.noProject }
            return try work.lookup(kind, name, project: project.id).map { Found.row($0.id, $0.text("name")) }
                ?? .nothing
        }
        switch found {
        case .row(let id, let name): return .json(["id": .integer(id), "name": .string(name)])
        case .noProject: return refusal(.notFound, "Project \"\(key?.text ?? "")\" not found", code: "NOT_FOUND")
        case .nothing:
            if mayCreate { return try await createTag(name, call, engine) }
            return refusal(.notFound, "\(label(kind)) \"\(name)\" not found", code: "NOT_FOUND")
        }
    }

    private enum Found: Sendable {
        case row(Int64, String)
        case nothing
        case noProject
    }

    private struct Scope: Sendable { let id: Int64? }

    private static func needsProject(_ kind: LookupKind) -> Bool {
        switch kind {
        case .state, .milestone, .folder, .testRun: true
        case .project, .config, .tag: false
        }
    }

    /// The project that bounds the look-up; `nil` when the caller cannot see it.
    private static func project(_ key: RowKey?, _ kind: LookupKind, in work: Reading) throws(DomainError) -> Scope? {
        guard needsProject(kind), let key else { return Scope(id: nil) }
        return try work.find("Project", [key], fields: ["id"]).first.map { Scope(id: $0.id) }
    }

    /// Makes the tag, or brings back a deleted one.
    private static func createTag(_ name: String, _ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let known = Query("Tag", where: .text("name", .equals, name, .insensitive), fields: ["id", "isDeleted"])
            guard let row = try work.first(known) else {
                return try work.insert("Tag", [Draft(["name": .text(name)])])[0]
            }
            if row.flag("isDeleted") { try work.update("Tag", [Change(row.id, set: ["isDeleted": false])]) }
            return row.id
        }
        return .json(["id": .integer(id), "name": .string(name), "created": true])
    }
}
