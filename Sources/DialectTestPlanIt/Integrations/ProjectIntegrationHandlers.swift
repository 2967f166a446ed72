import Engine
import HTTPTypes
import Model
import Wire

/// `/api/projects/{id}/integrations` (TestPlanIt API, Project Integrations).
enum ProjectIntegrationHandlers {
    private static let include = [Query.Include("integration", .rows(Query("Integration", uids: IntegrationPage.uids)))]

    private static func write(_ tree: ResultTree, _ index: Int, isWhole: Bool, to writer: inout JSONWriter) {
        let row = tree.row(index)
        writer.beginObject()
        writer.member(.id, row.uid)
        writer.member(.projectId, row["projectId#uid"])
        writer.member("integrationId", row["integrationId#uid"])
        writer.key("config")
        writer.value(.object(JSON.stored(row["config"]).object ?? JSONObject()))
        writer.member("isActive", flag: row.flag("isActive"))
        writer.member("lastSyncAt", time: row["lastSyncAt"])
        writer.member("syncStatus", row["syncStatus"])
        writer.key("integration")
        if let below = tree.below("integration", of: index), let position = below.positions.first {
            IntegrationPage.write(below.tree.row(position), isWhole: isWhole, to: &writer)
        } else {
            writer.null()
        }
        writer.member(.createdAt, time: row["createdAt"])
        writer.member(.updatedAt, time: row["updatedAt"])
        writer.endObject()
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Project")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.row("Project", key, fields: ["id"])
            let query = Query(
                "ProjectIntegration", where: .equals("projectId", .int(project.id)), include: include,
                order: [Query.Order(.field("isActive"), .descending), .by("createdAt"), .by("id")])
            let tree = try work.tree(query, uids: ["projectId", "integrationId"])
            var writer = JSONWriter(capacity: 1024)
            writer.beginObject()
            for name in ["data", "projectIntegrations"] {
                writer.array(JSONKey(name))
                for index in 0..<tree.count {
                    write(tree, index, isWhole: call.caller.isAdministrator, to: &writer)
                }
                writer.endArray()
            }
            writer.endObject()
            return .json(writer.bytes)
        }
    }

    private static func rendered(_ id: Int64, _ call: Call, in work: Reading) throws(DomainError) -> Rendered {
        let query = Query("ProjectIntegration", where: .equals("id", .int(id)), include: include)
        return try ListPage.single(
            query, uids: ["projectId", "integrationId"], in: work, also: "projectIntegration"
        ) { tree, writer in write(tree, 0, isWhole: call.caller.isAdministrator, to: &writer) }
    }

    static func assign(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Project")
        var input = Input(try await call.object())
        let integration = input.required("integrationId", input.key("integrationId"))
        let config = input.object("config").value
        try input.finish()
        guard let integration else { throw .invalid("integrationId", "integrationId is required") }
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.row("Project", key, fields: ["id"])
            let row = try work.named("Integration", integration, by: "integrationId")
            let value: Value = .text(JSON.object(config ?? JSONObject()).text)
            return try work.assign(integration: row.id, to: project.id, config: value).id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered(id, call, in: work)
        }.reply(.created)
    }

    /// The assignment of the path, when it is one of the project of the path.
    private static func row(_ call: Call, in work: Reading) throws(DomainError) -> Row {
        let project = try work.row("Project", try call.key("id", "Project"), fields: ["id"])
        let row = try work.row("ProjectIntegration", try call.key("assignmentId", "ProjectIntegration"))
        guard row["projectId"].integer == project.id else { throw .notFound("ProjectIntegration") }
        return row
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        var values: [String: Value] = [:]
        values.set("config", input.object("config")) { .text(JSON.object($0).text) }
        if let isActive = input.bool("isActive").value { values["isActive"] = .bool(isActive) }
        try input.finish()
        let changes = values
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try row(call, in: work)
            try EntityTag(row).check(call)
            try work.update("ProjectIntegration", [Change(row.id, set: changes)])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered(id, call, in: work)
        }.reply()
    }

    static func remove(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try row(call, in: work)
            try EntityTag(row).check(call)
            try work.delete("ProjectIntegration", ids: [row.id])
        }
        return .success
    }
}

extension Query {
    /// A query below another one that reads references as UUIDs too.
    fileprivate init(_ entity: String, uids: [String]) {
        self.init(entity)
        self.uids = uids
    }
}
