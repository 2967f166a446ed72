import Engine
import HTTPTypes
import Model
import Wire

/// Runs and their tests for integrations.
enum VerbRuns {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        let origin = call.origin
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let suite = try Verb.row("RepositoryFolder", "suite", call, in: work)
            let project = suite["projectId"].integer ?? 0
            let isRoot = try work.rootFolders(ofProjects: [project])[project] == suite.id
            let own = Filter.equals("folderId", .int(suite.id))
            let filter =
                Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
                && (isRoot ? own || .equals("folderId", .null) : own)
            let order: [Query.Order] = [.by("createdAt", .descending), .by("id", .descending)]
            let rows = try work.find(Query("TestRun", where: filter, order: order))
            return ["runs": .array(try rendered(rows, origin, in: work))]
        }
    }

    static func rendered(_ rows: [Row], _ origin: String, in work: Reading) throws(DomainError) -> [JSON] {
        let tallies = try work.tallies(ofRuns: rows.map(\.id))
        let book = try work.statuses()
        let projects = Set(rows.compactMap { $0["projectId"].integer }).sorted()
        let roots = try work.rootFolders(ofProjects: projects)
        var keys: [Int64: String] = [:]
        let owners = Filter.oneOf("id", projects.map { .int($0) })
        for row in try work.find(Query("Project", where: owners, fields: ["id", "key"])) {
            keys[row.id] = row.text("key")
        }
        return rows.map { row in
            var counts: [Int64: Int64] = [:]
            for (status, count) in tallies[row.id]?.entries ?? [] {
                counts[Verb.number(book.entry(status)), default: 0] += count
            }
            let project = row["projectId"].integer ?? 0
            return [
                "id": .integer(row.id), "name": .of(row["name"]), "description": row.document("note"),
                "suite_id": .of(row["folderId"].integer ?? roots[project]), "project_id": .integer(project),
                "milestone_id": .of(row["milestoneId"]), "plan_id": .of(row["testPlanId"]),
                "assignedto_id": .of(row["assignedToId"]), "is_completed": .bool(row.flag("isCompleted")),
                "completed_on": Verb.seconds(row["completedAt"]), "created_on": Verb.seconds(row["createdAt"]),
                "passed_count": .integer(counts[1] ?? 0), "failed_count": .integer(counts[5] ?? 0),
                "blocked_count": .integer(counts[2] ?? 0), "retest_count": .integer(counts[4] ?? 0),
                "untested_count": .integer(counts[3] ?? 0),
                "url": .string("\(origin)/p/\(keys[project] ?? "")/runs/\(row.id)"),
            ]
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        let origin = call.origin
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered([try Verb.row("TestRun", "run", call, in: work)], origin, in: work)[0]
        }
    }

    private static func one(_ id: Int64, _ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        let origin = call.origin
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered([try work.row("TestRun", .id(id))], origin, in: work)[0]
        }
    }

    static func tests(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let run = try Verb.row("TestRun", "run", call, in: work)
            let query = Query(
                "TestRunCase", where: .equals("testRunId", .int(run.id)) && Reading.counted,
                order: [.by("order"), .by("id")])
            let members = try RunMembers(query, in: work)
            let facts = try VerbCases.Facts(members.tree, in: work)
            var tests: [JSON] = []
            for index in 0..<members.tree.count {
                let row = members.tree.row(index)
                let status = members.statuses.entry(row["statusId"].integer)
                tests.append([
                    "id": .integer(row.id), "run_id": .integer(run.id), "case_id": .of(row["repositoryCaseId"]),
                    "title": .of(members.testCase(index)?["name"] ?? .null),
                    "status_id": .integer(Verb.number(status)), "assignedto_id": .of(row["assignedToId"]),
                    "case": members.testCase(index).map { facts.json($0) } ?? .null,
                ])
            }
            return ["tests": .array(tests)]
        }
    }

    static func add(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        let object = try await Verb.body(call)
        var fields = JSONObject()
        for (name, folded) in [
            ("name", "name"), ("description", "description"), ("caseIds", "caseids"), ("includeAll", "includeall"),
            ("milestoneId", "milestoneid"),
        ] {
            if let value = object[folded] { fields[name] = value }
        }
        // All cases of the suite unless some are named.
        let wanted = object["includeall"]?.bool == true ? nil : fields["caseIds"]
        fields["caseIds"] = wanted
        fields["includeAll"] = nil
        let given = fields
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let suite = try Verb.row("RepositoryFolder", "suite", call, in: work)
            var fields = given
            fields["suiteId"] = .integer(suite.id)
            return try RunBody(fields, isNew: true).create(project: suite["projectId"].integer ?? 0, in: work)
        }
        return try await one(id, call, engine)
    }

    static func close(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let run = try Verb.row("TestRun", "run", call, in: work)
            if !run.flag("isCompleted") {
                let values: [String: Value] = ["isCompleted": true, "closedById": .int(work.caller.userId)]
                try work.update("TestRun", [Change(run.id, set: values)])
            }
            return run.id
        }
        return try await one(id, call, engine)
    }
}
