import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/projects/{projectId}/plans` and `/v1/plans/{id}`.
enum PlanHandlers {
    private static let states = ["Active", "Completed"]

    /// The plan of everything that another product keeps is none here.
    private static let shown = Filter.equals("isDeleted", false) && .equals("isRoot", false)

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, sorting: Listing.common(status: "isCompleted"))
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let filter = shown && .equals("projectId", .int(try work.project(of: call).id))
            let rows = try work.find(Query("TestPlan", where: filter, order: listing.order(), page: listing.window))
            return listing.reply(try rendered(rows, in: work), total: try work.count("TestPlan", where: filter))
        }
    }

    private static func rendered(_ rows: [Row], in work: Reading) throws(DomainError) -> [JSON] {
        let own = Filter.oneOf("testPlanId", rows.map { .int($0.id) }) && .equals("isDeleted", false)
        var runs: [Int64: [JSON]] = [:]
        for run in try work.find(Query("TestRun", where: own, fields: ["id", "testPlanId"], order: [.by("id")])) {
            runs[run["testPlanId"].integer ?? 0, default: []].append(.integer(run.id))
        }
        return rows.map { row in
            let members: [(String, JSON)] = [
                ("id", .integer(row.id)), ("uuid", .string(row.uid)), ("projectId", .of(row["projectId"])),
                ("name", .of(row["name"])), ("description", .of(row["description"])),
                ("startDate", .time(row["startDate"])), ("endDate", .time(row["endDate"])),
                ("status", row.flag("isCompleted") ? "Completed" : "Active"), ("runIds", .array(runs[row.id] ?? [])),
            ]
            return .members(members + row.times)
        }
    }

    private static func found(_ key: RowKey, in work: Reading) throws(DomainError) -> Row {
        let row = try work.row("TestPlan", key)
        guard !row.flag("isRoot") else { throw .notFound("TestPlan") }
        return row
    }

    private static func one(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered([try found(key, in: work)], in: work)[0]
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(try await one(try call.key("id", "TestPlan"), call, engine))
    }

    private static func values(_ object: JSONObject, isNew: Bool) throws(DomainError) -> [String: Value] {
        var input = Input(object)
        var values: [String: Value] = [:]
        let name = input.text("name")
        if isNew || name.isGiven, let text = input.required("name", name) {
            input.checkLength("name", text, 1...1000)
        }
        values.set("name", name)
        values.set("description", input.text("description"))
        values.set("startDate", input.time("startDate"))
        values.set("endDate", input.time("endDate"))
        if let state = input.choice("status", states).value { values["isCompleted"] = .bool(state == "Completed") }
        try input.finish()
        return values
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let values = try values(try await call.fields(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            var draft = Draft(values)
            draft["projectId"] = .int(try work.project(of: call).id)
            if draft["isCompleted"]?.boolean == true { draft["completedAt"] = .int(work.time) }
            return try work.insert("TestPlan", [draft])[0]
        }
        return .created(try await one(.id(id), call, engine), at: "/v1/plans/\(id)")
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestPlan")
        let values = try values(try await call.fields(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try found(key, in: work)
            var values = values
            if let isCompleted = values["isCompleted"]?.boolean, isCompleted != row.flag("isCompleted") {
                values["completedAt"] = isCompleted ? .int(work.time) : .null
            }
            try work.update("TestPlan", [Change(row.id, set: values)])
            return row.id
        }
        return .json(try await one(.id(id), call, engine))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestPlan")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.deletePlans([try found(key, in: work).id])
        }
        return .noContent
    }
}
