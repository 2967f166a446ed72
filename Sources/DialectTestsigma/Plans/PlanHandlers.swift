import Engine
import HTTPTypes
import Model
import Wire

/// `/projects/{p}/test_plans` (Testsigma API, Test plans).
enum PlanHandlers {
    /// The plan of everything that another product keeps is none here.
    private static let shown = Filter.equals("isDeleted", false) && .equals("isRoot", false)

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, CaseHandlers.sorting)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let filters = FieldFilters([
                "title": .text("name"), "name": .text("name"), "description": .text("description"),
                "human_id": .human(prefix: project.text("key"), mark: "P"), "start_date": .time("startDate"),
                "end_date": .time("endDate"), "completed_at": .time("completedAt"), "label_ids": .labels,
                "project_id": .reference("projectId", entity: "Project"),
                "status": .words([
                    "ACTIVE": .equals("isCompleted", false), "COMPLETED": .equals("isCompleted", true),
                ]),
            ])
            var filter = shown && .equals("projectId", .int(project.id)) && (try filters.filter(call, in: work))
            if let text = call.query["search"], !text.isEmpty {
                filter =
                    filter
                    && (.text("name", .contains, text, .insensitive)
                        || .text("description", .contains, text, .insensitive)
                        || Search.humanId(text, project.text("key"), mark: "P"))
            }
            let page = try listing.page(Query("TestPlan", where: filter), in: work)
            return page.reply("test_plans", try json(page.rows, project, in: work))
        }
    }

    private static func json(_ rows: [Row], _ project: Row, in work: Reading) throws(DomainError) -> [JSON] {
        var query = Query("TestPlan", where: .oneOf("id", rows.map { .int($0.id) }), fields: ["id"])
        let tags = Query("Tag", where: .equals("isDeleted", false), fields: ["id", "uid"], order: [.by("name")])
        query.include = [Query.Include("tags", .rows(tags))]
        let tree = try work.tree(query)
        var labels: [Int64: [JSON]] = [:]
        for index in 0..<tree.count {
            labels[tree.row(index).id] = tree.related("tags", of: index).map { .string($0.uid) }
        }
        return rows.map { row in
            [
                "id": .string(row.uid),
                "human_id": .of(row["number"].integer.map { "\(project.text("key"))-P-\($0)" }),
                "title": .of(row["name"]), "name": .of(row["name"]), "description": .of(row["description"]),
                "project_id": .string(project.uid), "start_date": .ms(row["startDate"]),
                "end_date": .ms(row["endDate"]),
                "status": row.flag("isCompleted") ? "COMPLETED" : "ACTIVE", "completed_at": .ms(row["completedAt"]),
                "label_ids": .array(labels[row.id] ?? []), "created_at": .ms(row["createdAt"]),
                "updated_at": .ms(row["updatedAt"]),
            ]
        }
    }

    private static func found(_ call: Call, in work: Reading) throws(DomainError) -> (project: Row, plan: Row) {
        let project = try work.project(call)
        let plan = try work.row("TestPlan", "t", call, of: project, mark: "P")
        guard !plan.flag("isRoot") else { throw .notFound("TestPlan") }
        return (project, plan)
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let (project, plan) = try found(call, in: work)
            return Envelope.one("test_plan", try json([plan], project, in: work)[0])
        }
    }

    /// What a body says about a plan.
    private struct Body: Sendable {
        let fields: [String: Value]
        let labels: [String]?

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            var fields: [String: Value] = [:]
            fields.set("name", input.title("title", isNew: isNew, limit: 500))
            fields.set("description", input.text("description"))
            fields.set("startDate", input.moment("start_date"))
            fields.set("endDate", input.moment("end_date"))
            labels = input.texts("label_ids").value
            try input.finish()
            self.fields = fields
        }

        func check(_ present: Row?) throws(DomainError) {
            let start = (fields["startDate"] ?? present?["startDate"])?.integer
            let end = (fields["endDate"] ?? present?["endDate"])?.integer
            if let start, let end, end < start { throw .invalid("end_date", "end_date is before start_date") }
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.fields(), isNew: true)
        try body.check(nil)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            var draft = Draft(body.fields)
            draft["projectId"] = .int(project.id)
            let id = try work.insert("TestPlan", [draft])[0]
            if let labels = body.labels { try work.setTags("TestPlan", id, try Labels.names(labels, in: work)) }
            return Envelope.one("test_plan", try json([try work.row("TestPlan", .id(id))], project, in: work)[0])
        }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.fields(), isNew: false)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let (project, plan) = try found(call, in: work)
            try body.check(plan)
            try work.update("TestPlan", [Change(plan.id, set: body.fields)])
            if let labels = body.labels { try work.setTags("TestPlan", plan.id, try Labels.names(labels, in: work)) }
            return Envelope.one("test_plan", try json([try work.row("TestPlan", .id(plan.id))], project, in: work)[0])
        }
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.deletePlans([try found(call, in: work).plan.id])
        }
        return Envelope.done
    }

    static func complete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let completed = try await engine.write(as: call.caller) { work throws(DomainError) in
            let (project, plan) = try found(call, in: work)
            if !plan.flag("isCompleted") {
                let values: [String: Value] = ["isCompleted": true, "completedAt": .int(work.time)]
                try work.update("TestPlan", [Change(plan.id, set: values)])
            }
            return try json([try work.row("TestPlan", .id(plan.id))], project, in: work)[0]
        }
        return .json(["status": "success", "message": "", "data": ["test_plan": completed]])
    }

    static func runs(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, CaseHandlers.sorting)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let (project, plan) = try found(call, in: work)
            let filter =
                Filter.equals("testPlanId", .int(plan.id)) && .equals("isDeleted", false)
                && (try RunHandlers.filters(project).filter(call, in: work))
            let page = try listing.page(Query("TestRun", where: filter), in: work)
            return page.reply("test_runs", try RunPage(page.rows, project, in: work).json(.totals))
        }
    }
}
