import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/projects/{projectId}/runs` and `/v1/runs/{runId}` (TestWorthy API, Test runs).
enum RunHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, sorting: Listing.common(status: "isCompleted"))
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call)
            let filter = try filter(call, project.id, in: work)
            let rows = try work.find(Query("TestRun", where: filter, order: listing.order(), page: listing.window))
            return listing.reply(
                try RunPage(rows, in: work).json, total: try work.count("TestRun", where: filter))
        }
    }

    private static func filter(_ call: Call, _ project: Int64, in work: Reading) throws(DomainError) -> Filter {
        var filter = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
        if let text = call.query["search"], !text.isEmpty {
            filter = filter && .text("name", .contains, text, .insensitive)
        }
        if let word = call.query["status"], !word.isEmpty {
            let untested = try work.statuses().untested?.id ?? 0
            let isExecuted = Filter.not(.equals("statusId", .null)) && .not(.equals("statusId", .int(untested)))
            let begun = Filter.related("testCases", .some, isExecuted)
            switch Words.folded(word) {
            case "completed": filter = filter && .equals("isCompleted", true)
            case "inprogress": filter = filter && .equals("isCompleted", false) && begun
            case "notstarted": filter = filter && .equals("isCompleted", false) && .not(begun)
            default: throw .invalid("status", "status must be one of Not Started, In Progress, Completed")
            }
        }
        if let key = try call.queryKey("suiteId") {
            let folder = try work.own("RepositoryFolder", key, by: "suiteId", project: project)
            let root = try work.rootFolders(ofProjects: [project])[project]
            let own = Filter.equals("folderId", .int(folder))
            filter = filter && (folder == root ? own || .equals("folderId", .null) : own)
        }
        for (name, entity, field) in [
            ("milestoneId", "Milestone", "milestoneId"), ("planId", "TestPlan", "testPlanId"),
        ] {
            guard let key = try call.queryKey(name) else { continue }
            filter = filter && .equals(field, .int(try work.own(entity, key, by: name, project: project)))
        }
        return filter
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(try await one(try call.key("runId", "TestRun"), call, engine))
    }

    static func one(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in try RunPage.rendered(key, in: work) }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try RunBody(try await call.fields(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call).id
            return try body.create(project: project, in: work)
        }
        return .created(try await one(.id(id), call, engine), at: "/v1/runs/\(id)")
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("runId", "TestRun")
        let body = try RunBody(try await call.fields(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("TestRun", key)
            try body.update(row, in: work)
            return row.id
        }
        return .json(try await one(.id(id), call, engine))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("runId", "TestRun")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("TestRun", ids: [try work.row("TestRun", key).id])
        }
        return .noContent
    }

    /// The cases of a run with their latest result.
    static func cases(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("runId", "TestRun")
        let listing = try Listing(call, sorting: ["id": "repositoryCaseId", "status": "statusId"])
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let run = try work.row("TestRun", key, fields: ["id"])
            let filter = Filter.equals("testRunId", .int(run.id)) && Reading.counted
            let members = try RunMembers(
                Query(
                    "TestRunCase", where: filter, order: listing.order([.by("order"), .by("id")]),
                    page: listing.window), in: work)
            return listing.reply(members.json, total: try work.count("TestRunCase", where: filter))
        }
    }
}

/// Cases of runs with what their latest results say.
struct RunMembers {
    let tree: ResultTree
    let statuses: StatusBook
    let latest: [Int64: Row]

    init(_ query: Query, in work: Reading) throws(DomainError) {
        var query = query
        query.include = [
            Query.Include(
                "repositoryCase",
                .rows(
                    Query("RepositoryCase", fields: ["id", "name", "folderId", "typeId", "projectId"])))
        ]
        tree = try work.tree(query)
        statuses = try work.statuses()
        latest = try work.latestResults(ofMembers: tree.ids)
    }

    func testCase(_ index: Int) -> Row? { tree.related("repositoryCase", of: index).first }

    var json: [JSON] {
        (0..<tree.count).map { index in
            let row = tree.row(index)
            let result = latest[row.id]
            return [
                "caseId": .of(row["repositoryCaseId"]), "title": .of(testCase(index)?["name"] ?? .null),
                "status": .string(ResultStatus.name(statuses.entry(row["statusId"].integer))),
                "assignedTo": .of(row["assignedToId"]), "lastResultId": .of(result?.id),
                "executedAt": .time(row["lastExecutedAt"]), "comments": result?.document("notes") ?? .null,
            ]
        }
    }
}
