import Engine
import Model

/// Runs and their results.
enum Runs {
    static let all = [run, result, step, folder]

    static let isLive = Filter.related("testRun", .some, .equals("isDeleted", false))

    private static let plan = Column(
        name: "plan_id", shape: .reference, access: .once,
        match: { wanted, _ in
            let isRoot = Filter.related(
                "testPlans", .some,
                .equals("isRoot", true) && .equals("isDeleted", false) && Column.filter("id", .reference, wanted))
            return Column.filter("testPlanId", .reference, wanted)
                || (.equals("testPlanId", .null) && .related("project", .some, isRoot))
        }, order: .field("testPlanId"), field: "testPlanId",
        store: { value, entry, _ in entry.values["testPlanId"] = value })

    private static let run = Resource(
        "run", "Run", "TestRun",
        [
            .field("name", .text, "name", .writable), .field("project_id", .reference, "projectId", .once), plan,
            .field("milestone_id", .reference, "milestoneId", .writable),
            .field("start_time", .time, "startedAt", .writable), .field("end_time", .time, "completedAt", .writable),
            .field("is_complete", .flag, "isCompleted", .writable, null: false),
            .field("is_running", .flag, "isRunning", .writable, null: false),
            .field("is_current", .flag, "isCurrent"),
            .field("is_permanent", .flag, "isPermanent", .writable, null: false),
            .field("host_name", .text, "hostName", .writable),
            .field("check_run_id", .integer, "checkRunId", .writable), .figure("run_result_rows", .integer),
            .figure("run_result_step_rows", .integer), Virtual.column, .figure("analysis", .object),
        ], author: Author.own("createdById")
    ).with { resource in
        resource.completions = [.rootPlans, .runSteps]
        resource.links =
            [
                .one("project"), .one("plan"), .one("milestone"), .many("run_result", by: "run_id"),
                .many("run_suite", by: "run_id"), .many("run_result_step", by: "run_id", nested: false),
            ] + Link.related("label_assigned", "comment", "attachment")
        resource.figures = { rows, work, lens throws(DomainError) in try figures(rows, work, lens) }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries { made.append(Resource.Made(id: try start(entry, work))) }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            try work.requireOpen(run: old.id)
            var values = entry.merged(old)
            if values["name"]?.isNull == true { values["name"] = nil }
            if values["isCompleted"]?.boolean == true {
                try work.complete(run: old.id, values)
            } else {
                try work.update("TestRun", [Change(old.id, set: values)])
            }
            try Virtual.store(entry, "TestRun", old.id, work)
        }
        resource.delete = { id, work, _ throws(DomainError) in
            try work.requireOpen(run: id)
            try work.delete("TestRun", ids: [id])
        }
    }

    private static func start(_ entry: Entry, _ work: Writing) throws(DomainError) -> Int64 {
        func refused(_ name: String, _ message: String) -> DomainError {
            Refusal.named(.invalid, "RUN_CREATE_EXCEPTION", message, issues: [Issue(field: name, message: message)])
        }
        let plan: Int64
        if let given = entry.body["plan_id"], !given.isNull {
            do throws(DomainError) {
                guard let id = try Parts.id(given, "TestPlan", "plan_id", work) else {
                    throw DomainError.notFound("Plan")
                }
                plan = id
            } catch {
                throw refused("plan_id", "The selected plan_id is invalid.")
            }
        } else {
            guard entry.values["projectId"]?.isNull == false else {
                throw refused("plan_id", "A run needs a plan_id or a project_id.")
            }
            plan = try work.requireRootPlan(of: try Parts.project(entry, work))
        }
        let row = try work.row("TestPlan", .id(plan))
        if entry.values["projectId"]?.isNull == false, try Parts.project(entry, work) != row["projectId"].integer {
            throw refused("project_id", "The plan belongs to another project.")
        }
        var values = entry.merged(nil)
        values["projectId"] = nil
        if values["name"]?.string?.isEmpty != false {
            values["name"] = .text("\(row.text("name")) \(RunNames.stamp(work.time))")
        }
        let isComplete = values["isCompleted"]?.boolean == true
        values["isCompleted"] = nil
        if values["startedAt"]?.isNull != false, values["isRunning"]?.boolean == true {
            values["startedAt"] = .int(work.time)
        }
        let id = try work.startRun(plan: plan, values)
        try Virtual.store(entry, "TestRun", id, work)
        if isComplete { try work.complete(run: id, [:]) }
        return id
    }

    private static func figures(
        _ rows: [Row], _ work: Reading, _ lens: Lens
    ) throws(DomainError) -> [Int64: [String: JSON]] {
        let ids = rows.map(\.id)
        let roots = try work.rootPlans(of: Array(Set(rows.compactMap { $0["projectId"].integer })))
        let steps = try work.runStepCounts(ids)
        let defects = try work.runDefects(ids)
        let users = try work.runAssignees(ids)
        let virtual = try Virtual.figures("TestRun", rows, work) { $0["projectId"].integer }
        var statuses: [Int64: [JSON]] = [:]
        var totals: [Int64: Int64] = [:]
        var waiting: [Int64: Int64] = [:]
        for (run, status, count) in try work.runStatuses(ids) {
            totals[run, default: 0] += count
            if status == lens.pending { waiting[run] = count }
            statuses[run, default: []].append([
                "total": .integer(count), "status_key": .integer(status), "status_id": .integer(status),
                "run_id": .integer(run),
            ])
        }
        var figures: [Int64: [String: JSON]] = [:]
        for row in rows {
            let plan = row["testPlanId"].integer ?? roots[row["projectId"].integer ?? 0]
            figures[row.id] = [
                "plan_id": plan.map { .integer($0) } ?? .null, "run_result_rows": .integer(totals[row.id] ?? 0),
                "run_result_step_rows": .integer(steps[row.id] ?? 0), "virtual": virtual[row.id] ?? .null,
                "analysis": [
                    "status": .array(statuses[row.id] ?? []), "defect_count": .integer(defects[row.id] ?? 0),
                    "todo": .integer(waiting[row.id] ?? 0),
                    "users": .array((users[row.id] ?? []).map { .integer($0) }),
                ],
            ]
        }
        return figures
    }

    private static let result = Resource(
        "run_result", "RunResult", "TestRunCase",
        [
            .field("run_id", .reference, "testRunId", .once, required: true),
            .field("test_id", .reference, "repositoryCaseId", .once, required: true),
            .through("suite_id", .reference, ["repositoryCase"], "folderId"),
            .through("project_id", .reference, ["testRun"], "projectId"), .field("sequence", .integer, "order"),
            Parts.status("status_id", "statusId"),
            .field("assigned_to_tester", .reference, "assignedToId", .writable),
            .attribute("app_version_plat_version_id", .integer, "parameters"), .figure("flakiness", .number),
            .field("data_set_row", .integer, "dataSetRow"), Parts.shifted("test_epoch", "caseEpoch", by: -1, .readOnly),
            Virtual.column, .figure("properties", .object),
        ], author: Author.above(["testRun"], "createdById")
    ).ordered(by: "testRunId", "order").with { resource in
        resource.scope = isLive
        resource.links =
            [
                .one("run"), .one("test"), .one("suite"), .one("project"), .one("status"),
                .through("defect", "defect_run_result", "run_result_id", "defect_id"),
                .many("run_result_step", by: "run_result_id"),
                .many("defect_run_result", by: "run_result_id", nested: false),
                .one("user_assigned_to_tester", "user", "assigned_to_tester"),
            ] + Link.related("label_assigned", "comment", "attachment")
        resource.figures = { rows, work, _ throws(DomainError) in
            let facts = try work.latestFacts(rows.map(\.id))
            var figures: [Int64: [String: JSON]] = [:]
            var projects: [Int64: Int64] = [:]
            let runs = Set(rows.compactMap { $0["testRunId"].integer })
            for run in try work.find("TestRun", runs.map { .id($0) }, fields: ["id", "projectId"], deleted: .shown) {
                projects[run.id] = run["projectId"].integer
            }
            let virtual = try Virtual.figures("TestRunCase", rows, work) { projects[$0["testRunId"].integer ?? 0] }
            for row in rows {
                let fact = facts[row.id]
                figures[row.id] = [
                    "flakiness": fact.map { Shape.number.shown($0.flakiness) } ?? .null,
                    "properties": fact?.properties.string.map { Shape.parsed($0) } ?? .members([]),
                    "virtual": virtual[row.id] ?? .null,
                ]
            }
            return figures
        }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                guard let run = try Parts.id(entry.body["run_id"], "TestRun", "run_id", work),
                    let test = try Parts.id(entry.body["test_id"], "RepositoryCase", "test_id", work)
                else { throw .invalid("run_id", "run_id and test_id are required.") }
                made.append(Resource.Made(id: try work.join(run: run, case: test)))
            }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            try work.requireOpen(run: old["testRunId"].integer ?? 0)
            var values = entry.merged(old)
            let status = values.removeValue(forKey: "statusId")
            try work.update("TestRunCase", [Change(old.id, set: values)])
            try Virtual.store(entry, "TestRunCase", old.id, work)
            if let status {
                guard let id = status.integer, try work.statuses().entry(id) != nil else {
                    throw .invalid("status_id", "The selected status_id is invalid.")
                }
                try work.judge(member: old.id, status: id)
            }
        }
        resource.delete = { id, work, _ throws(DomainError) in
            let row = try work.row("TestRunCase", .id(id), fields: ["id", "testRunId"])
            try work.requireOpen(run: row["testRunId"].integer ?? 0)
            try work.delete("TestRunCase", ids: [id])
        }
    }

    private static let step = Resource(
        "run_result_step", "RunResultStep", "TestRunCaseStep",
        [
            .field("run_result_id", .reference, "testRunCaseId"), .field("step_id", .reference, "stepId"),
            .through("project_id", .reference, ["testRunCase", "testRun"], "projectId"),
            .field("sequence", .integer, "order"), Parts.status("status_id", "statusId"),
            .field("result", .text, "result", .writable), .field("elapsed", .number, "seconds", .writable),
            .field("version", .text, "versionLabel", .writable), Virtual.none,
            .through("run_id", .reference, ["testRunCase"], "testRunId", hidden: true),
            .through("test_id", .reference, ["testRunCase"], "repositoryCaseId", hidden: true),
        ], author: Author.above(["testRunCase", "testRun"], "createdById")
    ).ordered(by: "testRunCaseId", "order").with { resource in
        resource.scope = .related("testRunCase", .some, isLive)
        resource.completions = [.runSteps]
        resource.verbs = [.update]
        resource.links =
            [.one("run_result"), .one("step"), .one("status")] + Link.related("label_assigned", "comment", "attachment")
        resource.update = { old, entry, work, _ throws(DomainError) in
            if let status = entry.values["statusId"]?.integer, try work.statuses().entry(status) == nil {
                throw .invalid("status_id", "The selected status_id is invalid.")
            }
            try work.judge(steps: [Change(old.id, set: entry.merged(old))])
        }
    }

    private static let folder = Resource(
        "run_suite", "RunSuite", "TestRunFolder",
        [
            .field("run_id", .reference, "testRunId"), .field("suite_id", .reference, "folderId"),
            .through("project_id", .reference, ["testRun"], "projectId"),
            .field("plan_suite_id", .integer, "planFolderId"),
            Parts.shifted("plan_suite_epoch", "planFolderEpoch", by: -1, .readOnly),
            Parts.shifted("suite_epoch", "folderEpoch", by: -1, .readOnly),
            .field("sequence_plan", .integer, "sequence"), .field("suite_offset", .integer, "offset"),
            .field("parent_id", .integer, "parentId"),
        ], author: Author.above(["testRun"], "createdById")
    ).ordered(by: "testRunId", "sequence").with { resource in
        resource.scope = isLive
        resource.verbs = []
        resource.links = [.one("run"), .one("suite"), .one("project")]
    }
}

/// Names of runs that nobody named.
enum RunNames {
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    static func stamp(_ milliseconds: Int64) -> String {
        String(Timestamp.text(milliseconds).prefix(19)).replacing("T", with: " ")
    }
}
