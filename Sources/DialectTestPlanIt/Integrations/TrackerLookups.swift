import Engine
import HTTPTypes
import Model
import Wire

/// What a tracker knows, for every member of a project that uses it.
enum TrackerLookups {
    /// Opens the connection of the path and answers; a missing grant says where to give one.
    static func answering(
        _ call: Call, _ engine: Engine, _ body: (TrackerConnection) async throws(DomainError) -> Reply
    ) async throws(DomainError) -> Reply {
        let key = try await integration(call, engine)
        do throws(DomainError) {
            return try await body(try await engine.connect(key, as: call.caller))
        } catch {
            guard case .unauthenticated = error.code else { throw error }
            let row = try await engine.read(as: call.caller) { work throws(DomainError) in
                try work.row("Integration", key, fields: ["id", "uid"])
            }
            let details: JSON = [
                "requiresAuth": true, "authUrl": .string(AuthorizationHandlers.address(row, call)),
            ]
            return .json(
                ["error": ["code": "UNAUTHORIZED", "message": .string(error.message), "details": details]],
                status: .unauthorized)
        }
    }

    /// The integration of the path. The paths of the Jira app name none: it is the query's or the first that is usable.
    private static func integration(_ call: Call, _ engine: Engine) async throws(DomainError) -> RowKey {
        if call.parameters["id"] != nil { return try call.key("id", "Integration") }
        if let key = try call.queryKey("integrationId") { return key }
        let row = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.usableIntegration("JIRA")
        }
        return .id(row.id)
    }

    /// One issue of the tracker.
    static func details(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = String(try call.needed("issueKey").prefix(300))
        return try await answering(call, engine) { connection throws(DomainError) in
            let issue = try await connection.tracker.issue(key)
            guard var object = shown(issue).object else { return .json(shown(issue)) }
            object["description"] = issue.description.map { .string($0) } ?? .null
            return .json(["issue": .object(object)])
        }
    }

    static func projects(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await answering(call, engine) { connection throws(DomainError) in
            let projects = try await connection.tracker.projects()
            let shown = projects.map { project -> JSON in
                ["id": .string(project.id), "key": .string(project.key), "name": .string(project.name)]
            }
            return .json(["projects": .array(shown)])
        }
    }

    static func issueTypes(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let project = word(call, "projectKey", "projectId")
        return try await answering(call, engine) { connection throws(DomainError) in
            let types = try await connection.tracker.issueTypes(project: project)
            let shown = types.map { type -> JSON in
                ["id": .string(type.id), "name": .string(type.name), "subtask": .bool(type.isSubtask)]
            }
            return .json(["issueTypes": .array(shown)])
        }
    }

    static func fields(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let project = word(call, "projectKey", "projectId")
        let type = try call.needed("issueTypeId")
        return try await answering(call, engine) { connection throws(DomainError) in
            let fields = try await connection.tracker.fields(project: project, issueType: type)
            return .json(["fields": .array(fields.map { shown($0) })])
        }
    }

    private static func shown(_ field: TrackerField) -> JSON {
        var object = JSONObject()
        object["key"] = .string(field.key)
        object["name"] = .string(field.name)
        object["required"] = .bool(field.isRequired)
        object["schema"] = ["type": .string(field.type)]
        if let allowed = field.allowed {
            object["allowedValues"] = .array(allowed.map { ["id": .string($0.id), "name": .string($0.name)] })
        }
        return .object(object)
    }

    static func search(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let text = try words(call)
        let project = word(call, "projectKey", "projectId")
        let limit = try limit(call)
        return try await answering(call, engine) { connection throws(DomainError) in
            let page = try await connection.tracker.search(text, project: project, limit: limit)
            return .json([
                "issues": .array(page.elements.map { shown($0) }), "total": .integer(Int64(page.total)),
            ])
        }
    }

    private static func shown(_ issue: TrackerIssue) -> JSON {
        let assignee = issue.assignee.map { $0.email ?? $0.name }
        return [
            "key": .string(issue.key), "id": .string(issue.id), "summary": .string(issue.title),
            "title": .string(issue.title), "status": issue.status.map { .string($0) } ?? .null,
            "priority": issue.priority.map { .string($0) } ?? .null,
            "issueType": issue.type.map { .string($0.name) } ?? .null,
            "assignee": assignee.map { .string($0) } ?? .null, "url": .string(issue.url),
        ]
    }

    static func users(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let text = try words(call)
        let project = word(call, "projectKey", "projectId")
        let limit = try limit(call)
        return try await answering(call, engine) { connection throws(DomainError) in
            let users = try await connection.tracker.users(text, project: project, limit: limit)
            return .json(["users": .array(users.map(\.json)), "total": .integer(Int64(users.count))])
        }
    }

    private static func word(_ call: Call, _ names: String...) -> String? {
        for name in names {
            if let text = call.query[name], !text.isEmpty { return String(text.prefix(300)) }
        }
        return nil
    }

    private static func words(_ call: Call) throws(DomainError) -> String {
        let text = call.query["query"] ?? call.query["q"] ?? ""
        guard text.utf8.count <= 1000 else { throw .invalid("query", "query is longer than 1000 characters") }
        return text
    }

    private static func limit(_ call: Call) throws(DomainError) -> Int {
        guard let text = call.query["limit"] ?? call.query["maxResults"], !text.isEmpty else { return 50 }
        guard let number = Int(text), (1...100).contains(number) else {
            throw .invalid("limit", "limit must be a whole number from 1 to 100")
        }
        return number
    }
}
