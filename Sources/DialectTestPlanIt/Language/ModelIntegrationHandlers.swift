import Catalog
import Engine
import HTTPTypes
import Model
import Wire

/// `/api/admin/llm/integrations`: connections to language models with their settings; keys never come back.
enum ModelIntegrationHandlers {
    private static func shown(_ row: Row, in work: Reading) throws(DomainError) -> JSON {
        let settings = try work.modelSettings(row.id)
        let uses = try work.tree(
            Query(
                "ProjectLlmIntegration",
                where: .equals("llmIntegrationId", .int(row.id)) && .equals("isActive", true), order: [.by("id")]),
            uids: ["projectId"])
        let projects = uses.rows.map { $0["projectId#uid"].string.map { JSON.string($0) } ?? .null }
        return [
            "id": .string(row.uid), "numericId": .integer(row.id), "name": .string(row.text("name")),
            "provider": .string(row.text("provider")), "status": .string(row.text("status")),
            "settings": .object(JSON.stored(row["settings"]).object ?? JSONObject()),
            "hasCredentials": .bool(Reading.hasCredentials(row)),
            "model": settings?["defaultModel"].string.map { .string($0) } ?? .null,
            "isDefault": .bool(settings?.flag("isDefault") ?? false), "projectIds": .array(projects),
            "createdAt": .string(Timestamp.text(row["createdAt"].integer ?? 0)),
            "updatedAt": .string(Timestamp.text(row["updatedAt"].integer ?? 0)),
        ]
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let query = Query("LlmIntegration", where: .equals("isDeleted", false), order: [.by("name"), .by("id")])
            var shown: [JSON] = []
            for row in try work.find(query) { shown.append(try self.shown(row, in: work)) }
            return .json(["data": .array(shown)])
        }
    }

    /// What a body says, for the connection and for its settings.
    private struct Body: Sendable {
        var connection: [String: Value] = [:]
        var settings: [String: Value] = [:]
        var projects: [RowKey]?

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            let name = input.text("name")
            if isNew || name.isGiven, let name = input.required("name", name) { connection["name"] = .text(name) }
            let provider = input.word("provider", Choices.llmProvider)
            if isNew || provider.isGiven, let provider = input.required("provider", provider) {
                connection["provider"] = .text(provider)
            }
            let key = input.text("apiKey")
            if key.isGiven {
                let document: JSON = key.value.map { ["apiKey": .string($0)] } ?? .object(JSONObject())
                connection["credentials"] = .text(document.text)
            }
            if let object = input.object("settings").value { connection["settings"] = .text(JSON.object(object).text) }
            var own = JSON.stored(connection["settings"] ?? .null).object ?? JSONObject()
            for name in ["endpoint", "deploymentName", "apiVersion"] {
                if let text = input.text(name).value { own[name] = .string(text) }
            }
            if !own.isEmpty { connection["settings"] = .text(JSON.object(own).text) }
            connection["status"] = input.word("status", Choices.integrationStatus).value.map { .text($0) }
            if isNew, connection["status"] == nil { connection["status"] = "ACTIVE" }
            let model = input.text("model", "defaultModel")
            if isNew || model.isGiven, let model = input.required("model", model) {
                settings["defaultModel"] = .text(model)
            }
            if let isDefault = input.bool("isDefault").value { settings["isDefault"] = .bool(isDefault) }
            projects = input.keys("projectIds").value
            try input.finish()
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.object(), isNew: true)
        let json = try await engine.write(as: call.caller) { work throws(DomainError) in
            let id = try work.insert("LlmIntegration", [Draft(body.connection)])[0]
            var settings = Draft(body.settings)
            settings["llmIntegrationId"] = .int(id)
            try work.insert("LlmProviderConfig", [settings])
            try apply(body, to: id, in: work)
            return try shown(try work.row("LlmIntegration", .id(id)), in: work)
        }
        return .json(["data": json], status: .created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "LlmIntegration")
        let body = try Body(try await call.object(), isNew: false)
        let json = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("LlmIntegration", key)
            try EntityTag(row).check(call)
            if !body.connection.isEmpty { try work.update("LlmIntegration", [Change(row.id, set: body.connection)]) }
            if !body.settings.isEmpty {
                if let settings = try work.modelSettings(row.id) {
                    try work.update("LlmProviderConfig", [Change(settings.id, set: body.settings)])
                } else {
                    var settings = Draft(body.settings)
                    settings["llmIntegrationId"] = .int(row.id)
                    try work.insert("LlmProviderConfig", [settings])
                }
            }
            try apply(body, to: row.id, in: work)
            return try shown(try work.row("LlmIntegration", .id(row.id)), in: work)
        }
        return .json(["data": json])
    }

    /// One connection is the default at most; the given projects use this one and no other.
    private static func apply(_ body: Body, to id: Int64, in work: Writing) throws(DomainError) {
        if body.settings["isDefault"]?.boolean == true {
            let others = try work.find(Query("LlmProviderConfig", where: .equals("isDefault", true)))
            let rest = others.filter { $0["llmIntegrationId"].integer != id }
            try work.update("LlmProviderConfig", rest.map { Change($0.id, set: ["isDefault": false]) })
        }
        guard let keys = body.projects else { return }
        let projects = try work.ids("Project", keys) { "projectIds[\($0)]" }
        let known = try work.find(
            Query(
                "ProjectLlmIntegration",
                where: .equals("llmIntegrationId", .int(id)) || .oneOf("projectId", projects.map { .int($0) })))
        var changes: [Change] = []
        var present: Set<Int64> = []
        for row in known {
            let isOwn = row["llmIntegrationId"].integer == id
            let project = row["projectId"].integer ?? 0
            let isWanted = isOwn && projects.contains(project)
            if isWanted { present.insert(project) }
            if row.flag("isActive") != isWanted { changes.append(Change(row.id, set: ["isActive": .bool(isWanted)])) }
        }
        try work.update("ProjectLlmIntegration", changes)
        let missing = projects.filter { !present.contains($0) }
        try work.insert(
            "ProjectLlmIntegration",
            missing.map { Draft(["projectId": .int($0), "llmIntegrationId": .int(id)]) })
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "LlmIntegration")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("LlmIntegration", key)
            try EntityTag(row).check(call)
            try work.delete("LlmIntegration", ids: [row.id])
        }
        return .success
    }
}
