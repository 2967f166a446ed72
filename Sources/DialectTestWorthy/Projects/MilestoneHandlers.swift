import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/projects/{projectId}/milestones` and `/v1/milestones/{id}`.
enum MilestoneHandlers {
    private static let states = ["Open", "Completed"]

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, sorting: Listing.common(status: "isCompleted"))
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call)
            var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            if let word = call.query["status"], !word.isEmpty {
                guard let state = Words.named(word, in: states) else {
                    throw .invalid("status", "status must be Open or Completed")
                }
                filter = filter && .equals("isCompleted", .bool(state == "Completed"))
            }
            let rows = try work.find(Query("Milestone", where: filter, order: listing.order(), page: listing.window))
            return listing.reply(try rendered(rows, in: work), total: try work.count("Milestone", where: filter))
        }
    }

    static func rendered(_ rows: [Row], in work: Reading) throws(DomainError) -> [JSON] {
        let figures = try work.figures(ofMilestones: rows.map(\.id))
        let untested = try work.statuses().untested?.id
        return rows.map { row in
            let counts = figures[row.id]?.counts ?? StatusCounts()
            let open = counts.entries.first { $0.status == untested }?.count ?? 0
            let empty: Int64 = row.flag("isCompleted") ? 100 : 0
            let progress = counts.total == 0 ? empty : (counts.total - open) * 100 / counts.total
            let members: [(String, JSON)] = [
                ("id", .integer(row.id)), ("uuid", .string(row.uid)), ("projectId", .of(row["projectId"])),
                ("name", .of(row["name"])), ("description", row.document("note")),
                ("startDate", .time(row["startDate"])), ("dueDate", .time(row["dueDate"])),
                ("status", row.flag("isCompleted") ? "Completed" : "Open"), ("progress", .integer(progress)),
            ]
            return .members(members + row.times)
        }
    }

    private static func one(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered([try work.row("Milestone", key)], in: work)[0]
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(try await one(try call.key("id", "Milestone"), call, engine))
    }

    private static func values(_ object: JSONObject, isNew: Bool) throws(DomainError) -> [String: Value] {
        var input = Input(object)
        var values: [String: Value] = [:]
        let name = input.text("name")
        if isNew || name.isGiven, let text = input.required("name", name) {
            input.checkLength("name", text, 1...1000)
        }
        values.set("name", name)
        values.set(document: "note", input.text("description"))
        values.set("startDate", input.time("startDate"))
        values.set("dueDate", input.time("dueDate"))
        if let state = input.choice("status", states).value { values["isCompleted"] = .bool(state == "Completed") }
        try input.finish()
        return values
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let values = try values(try await call.fields(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.createMilestone(project: try work.project(of: call).id, values)
        }
        return .created(try await one(.id(id), call, engine), at: "/v1/milestones/\(id)")
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Milestone")
        let values = try values(try await call.fields(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Milestone", key)
            var values = values
            if values["isCompleted"]?.boolean == row.flag("isCompleted") { values["isCompleted"] = nil }
            try work.update("Milestone", [Change(row.id, set: values)])
            return row.id
        }
        return .json(try await one(.id(id), call, engine))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Milestone")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("Milestone", ids: [try work.row("Milestone", key).id])
        }
        return .noContent
    }
}
