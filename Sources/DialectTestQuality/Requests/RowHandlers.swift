import Engine
import HTTPTypes
import Model
import Wire

/// Calls about single rows that are more than reading and writing columns.
enum RowHandlers {
    /// `POST /api/{plan,suite,test}/{id}/restore`.
    static func restore(_ resource: Resource) -> Route.Handler {
        { call, engine throws(DomainError) in
            let (objects, _) = try await BodyReader.read(call, isOptional: true)
            let body = objects.first ?? JSONObject()
            return try await engine.write(as: call.caller) { work throws(DomainError) in
                guard let key = RowKey(call.parameter("id")) else { throw .notFound(resource.name) }
                let row = try work.row(resource.entity, key, deleted: .shown)
                if row.flag("isDeleted") { try bringBack(resource, row, body, work) }
                let reader = try RowReader(work, call.origin)
                guard let shown = try reader.rows(resource, ids: [row.id]).first else {
                    throw .notFound(resource.name)
                }
                return .json(.object(shown.members))
            }
        }
    }

    private static func bringBack(
        _ resource: Resource, _ row: Row, _ body: JSONObject, _ work: Writing
    ) throws(DomainError) {
        switch resource.name {
        case "suite":
            try work.restoreFolderTree(row.id)
            if let project = row["projectId"].integer { try work.settlePlans(in: project) }
            if let plan = try Parts.id(body["plan_id"], "TestPlan", "plan_id", work),
                try work.row("TestPlan", .id(plan), fields: ["id", "isRoot"]).flag("isRoot") == false
            {
                try work.place(folder: row.id, inPlan: plan, parent: nil, sequence: nil)
            }
        case "test":
            try work.restoreCase(row.id, into: try Parts.id(body["suite_id"], "RepositoryFolder", "suite_id", work))
        default: try work.update(resource.entity, [Change(row.id, set: ["isDeleted": false])])
        }
    }

    /// `DELETE /api/plan/{plan}/test/{id}`: takes a test out of a plan.
    static func removeFromPlan(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await Completing.run([.plans], project: nil, engine)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let plan = RowKey(call.parameter("plan")), let test = RowKey(call.parameter("id")) else {
                throw .notFound("Test")
            }
            let planRow = try work.row("TestPlan", plan, fields: ["id"])
            let testRow = try work.row("RepositoryCase", test, fields: ["id"])
            let pair = Filter.equals("testPlanId", .int(planRow.id)) && .equals("repositoryCaseId", .int(testRow.id))
            guard let found = try work.first(Query("TestPlanCase", where: pair, fields: ["id"])) else {
                throw .notFound("Test")
            }
            try work.removePlanCases([found.id])
            return Handlers.done
        }
    }

    /// `GET /api/requirement/{id}/run-analysis`: the runs of the tests that cover a requirement.
    static func runAnalysis(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await Completing.run([.rootPlans], project: nil, engine)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let reader = try RowReader(work, call.origin)
            guard let requirement = reader.book["requirement"], let run = reader.book["run"] else {
                throw .notFound("Requirement")
            }
            let id = try Place.id(call.parameter("id"), requirement, .all, reader)
            let covered = Filter.related(
                "repositoryCase", .some, .related("coverage", .some, .equals("requirementId", .int(id))))
            let live = Filter.related("testRun", .some, .equals("isDeleted", false))
            let members = try work.find(
                Query("TestRunCase", where: covered && live, fields: ["id", "testRunId"], order: [.by("id")]))
            let runs = Set(members.compactMap { $0["testRunId"].integer }).sorted()
            let rows = try reader.rows(run, ids: runs)
            return .json([
                "runs": .array(rows.map { .object($0.members) }),
                "run_results_ids": .array(members.map { .integer($0.id) }),
            ])
        }
    }
}
