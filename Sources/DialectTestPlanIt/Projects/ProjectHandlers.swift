import Engine
import HTTPTypes
import Model
import Wire

/// `/api/projects` (TestPlanIt API, Projects).
enum ProjectHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: nil)
        var filter = Filter.equals("isDeleted", false)
        if let text = call.query["search"], !text.isEmpty {
            let name = Filter.text("name", .contains, text, .insensitive)
            filter = filter && (name || .text("note", .contains, text, .insensitive))
        }
        if let isCompleted = try call.queryFlag("isCompleted") {
            filter = filter && .equals("isCompleted", .bool(isCompleted))
        }
        let query = Query(
            "Project", where: filter, fields: ProjectRendering.fields, order: [.by("name")], page: paging.page)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let tree = try work.tree(query, uids: ProjectRendering.uids)
            var total = paging.total(shown: tree.count)
            if total == nil { total = try work.count("Project", where: query.filter) }
            var writer = JSONWriter(capacity: 256 + tree.count * 512)
            writer.beginObject()
            writer.key(.data)
            writer.beginArray()
            for row in tree.rows { ProjectRendering.write(row, to: &writer) }
            writer.endArray()
            paging.write(total ?? 0, to: &writer)
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Project")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try ProjectRendering.rendered(key, in: work)
        }.reply()
    }

    /// What a body says about a project, as columns.
    private static func values(_ input: inout Input, isNew: Bool) -> [String: Value] {
        var values: [String: Value] = [:]
        let name = input.text("name")
        if isNew || name.isGiven, let name = input.required("name", name) { values["name"] = .text(name) }
        values.set("note", input.text("description", "note"))
        values.set("iconUrl", input.text("icon", "iconUrl"))
        values.set("color", input.text("color"))
        if isNew { values["defaultAccessType"] = "NO_ACCESS" }
        if let isCompleted = input.bool("isCompleted").value { values["isCompleted"] = .bool(isCompleted) }
        if let object = input.object("settings").value {
            var settings = Input(object, prefix: "settings.")
            if let isPublic = settings.bool("allowPublicAccess").value {
                values["defaultAccessType"] = isPublic ? "GLOBAL_ROLE" : "NO_ACCESS"
            }
            if let needsApproval = settings.bool("requireApproval").value {
                values["requireApproval"] = .bool(needsApproval)
            }
            input.absorb(settings)
        }
        return values
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let values = values(&input, isNew: true)
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.createProject(Draft(values))
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try ProjectRendering.rendered(.id(id), in: work)
        }.reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Project")
        var input = Input(try await call.object())
        let values = values(&input, isNew: false)
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Project", key)
            try EntityTag(row).check(call)
            if let name = values["name"]?.string { try work.requireFreeName(name, except: row.id) }
            var values = values
            // A finer access type than the flag can say stays as it is.
            if let access = values["defaultAccessType"]?.string,
                ProjectRendering.isPublic(access) == ProjectRendering.isPublic(row.text("defaultAccessType"))
            {
                values["defaultAccessType"] = nil
            }
            if let isCompleted = values["isCompleted"]?.boolean, isCompleted != row.flag("isCompleted") {
                values["completedAt"] = isCompleted ? .int(work.time) : .null
            }
            try work.update("Project", [Change(row.id, set: values)])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try ProjectRendering.rendered(.id(id), in: work)
        }.reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Project")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Project", key)
            try EntityTag(row).check(call)
            try work.delete("Project", ids: [row.id])
        }
        return .success
    }
}
