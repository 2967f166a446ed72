import Engine
import HTTPTypes
import Model
import Wire

/// `/api/milestones` (TestPlanIt API, Milestones).
enum MilestoneHandlers {
    static let fields = [
        "id", "uid", "epoch", "createdAt", "updatedAt", "isDeleted", "name", "note", "dueDate", "startDate",
        "isStarted", "isCompleted", "completedAt",
    ]
    static let uids = ["projectId", "parentId", "milestoneTypesId", "createdBy", "updatedById"]
    private static let statuses = ["PLANNED", "ACTIVE", "COMPLETED"]

    static func status(_ row: Row) -> String {
        if row.flag("isCompleted") { return "COMPLETED" }
        return row.flag("isStarted") ? "ACTIVE" : "PLANNED"
    }

    static func write(_ row: Row, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.identity(row)
        writer.member(.projectId, row["projectId#uid"])
        writer.member(.name, row["name"])
        writer.member(.description, plain: row["note"])
        writer.member("dueDate", time: row["dueDate"])
        writer.member("startDate", time: row["startDate"])
        writer.member(.parentId, row["parentId#uid"])
        writer.member("typeId", row["milestoneTypesId#uid"])
        writer.member("isStarted", flag: row.flag("isStarted"))
        writer.member(.isCompleted, flag: row.flag("isCompleted"))
        writer.member(.completedAt, time: row["completedAt"])
        writer.member(.status, status(row))
        writer.common(row, creator: "createdBy")
        writer.endObject()
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: nil)
        let isCompleted = try call.queryFlag("isCompleted")
        let parent = call.query["parentId"]
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.projectOfQuery(call)
            var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            if let isCompleted { filter = filter && .equals("isCompleted", .bool(isCompleted)) }
            if let parent, !parent.isEmpty {
                if parent == "null" {
                    filter = filter && .equals("parentId", .null)
                } else {
                    guard let key = RowKey(parent) else { throw .invalid("parentId", "parentId must be an id") }
                    let row = try work.named("Milestone", key, by: "parentId")
                    filter = filter && .equals("parentId", .int(row.id))
                }
            }
            if let text = call.query["search"], !text.isEmpty {
                filter = filter && .text("name", .contains, text, .insensitive)
            }
            let query = Query(
                "Milestone", where: filter, fields: fields,
                order: [Query.Order(.field("dueDate"), .ascending, nulls: .last), .by("name"), .by("id")])
            return try ListPage.reply(query, uids: uids, paging, in: work) { tree, index, writer in
                write(tree.row(index), to: &writer)
            }
        }
    }

    private static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let query = Query("Milestone", where: key.filter && .equals("isDeleted", false), fields: fields)
        return try ListPage.single(query, uids: uids, in: work) { tree, writer in write(tree.row(0), to: &writer) }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Milestone")
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(key, in: work) }
            .reply()
    }

    /// What a body says about a milestone.
    private struct Body: Sendable {
        let project: RowKey?
        var values: [String: Value] = [:]
        let parent: Given<RowKey>
        let type: Given<RowKey>
        let isForced: Bool

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            project = isNew ? input.required("projectId", input.key("projectId")) : nil
            let name = input.text("name")
            if isNew || name.isGiven, let name = input.required("name", name) { values["name"] = .text(name) }
            values.set("note", input.richText("description", "note")) { RichText.stored($0) }
            values.set("dueDate", input.time("dueDate"))
            values.set("startDate", input.time("startDate"))
            parent = input.key("parentId")
            type = input.key("typeId", "milestoneTypesId")
            isForced = input.bool("force").value ?? false
            if let flag = input.bool("isStarted").value { values["isStarted"] = .bool(flag) }
            if let flag = input.bool("isCompleted").value { values["isCompleted"] = .bool(flag) }
            if let status = input.word("status", MilestoneHandlers.statuses).value {
                values["isCompleted"] = .bool(status == "COMPLETED")
                if status != "COMPLETED" { values["isStarted"] = .bool(status == "ACTIVE") }
            }
            try input.finish()
        }

        func resolved(project: Int64, in work: Reading) throws(DomainError) -> [String: Value] {
            var values = values
            values.set("parentId", try work.sameProject("Milestone", parent, "parentId", project: project))
            if type.isGiven, let id = try type.reference("MilestoneType", "typeId", in: work).value {
                values["milestoneTypesId"] = .int(id)
            }
            return values
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.object(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let key = body.project else { throw .invalid("projectId", "projectId is required") }
            let project = try work.named("Project", key, by: "projectId").id
            return try work.createMilestone(project: project, try body.resolved(project: project, in: work))
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(.id(id), in: work) }
            .reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Milestone")
        let body = try Body(try await call.object(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Milestone", key)
            try EntityTag(row).check(call)
            var values = try body.resolved(project: row["projectId"].integer ?? 0, in: work)
            if values["isCompleted"]?.boolean == row.flag("isCompleted") { values["isCompleted"] = nil }
            if values["isCompleted"]?.boolean == true, !body.isForced {
                try work.requireNothingOpen(milestone: row.id)
            }
            try work.update("Milestone", [Change(row.id, set: values)])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(.id(id), in: work) }
            .reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Milestone")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Milestone", key)
            try EntityTag(row).check(call)
            try work.delete("Milestone", ids: [row.id])
        }
        return .success
    }
}
