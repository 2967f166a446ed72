import Model
import Statements

extension TestmoWriter {
    /// Cases with their steps and tags.
    static let cases: [TestmoRun.Step] = [
        TestmoRun.Step(dataset: "repository_cases", phase: "Importing test cases") { rows, writer throws(DomainError) in
            try writer.cases(rows)
        },
        TestmoRun.Step(dataset: "repository_case_steps", phase: "Importing steps") { rows, writer throws(DomainError) in
            try writer.steps(rows)
        },
        TestmoRun.Step(dataset: "repository_case_tags", phase: "Importing tags") { rows, writer throws(DomainError) in
            try writer.pairs("repository_case_tags", rows, ("repository_cases", "case_id", "RepositoryCase"))
        },
    ]

    private func cases(_ rows: [TestmoRow]) throws(DomainError) {
        try load("projects", rows.map { $0.key("project_id") })
        try load("repository_folders", rows.map { $0.key("folder_id") })
        try load("states", rows.map { $0.key("state_id") })
        try load("templates", rows.map { $0.key("template_id") })
        try load("users", rows.map { $0.key("created_by") })
        var groups: [Int64: [(TestmoRow, CaseInput)]] = [:]
        for row in try fresh("repository_cases", rows) {
            guard let project = id("projects", row.key("project_id")) else { continue }
            var input = CaseInput()
            let fields: [String: Value] = [
                "name": .text(String((row.text("name", "title") ?? "Case \(row.id)").prefix(1000))),
                "folderId": .int(id("repository_folders", row.key("folder_id"))),
                "stateId": .int(id("states", row.key("state_id"))),
                "templateId": .int(id("templates", row.key("template_id"))),
                "estimate": .int(row.seconds("estimate")), "creatorId": .int(user(row.key("created_by"))),
                "automationStatus": row.flag("automated", "has_automation") ? "AUTOMATED" : "MANUAL",
                "createdAt": .int(row.time("created_at")),
            ]
            input.fields = fields.filter { !$0.value.isNull }
            if let text = row.text("description") {
                input.values.append(("description", .string(TestmoRow.plain(text))))
            }
            groups[project, default: []].append((row, input))
        }
        for (project, group) in groups.sorted(by: { $0.key < $1.key }) {
            let ids = try work.createCases(project: project, group.map(\.1))
            try note("repository_cases", zip(group, ids).map { ($0.0.id, $1) })
        }
    }

    private func steps(_ rows: [TestmoRow]) throws(DomainError) {
        try load("repository_cases", rows.map { $0.key("case_id") })
        var drafts: [Draft] = []
        var sources: [String] = []
        for row in try fresh("repository_case_steps", rows) {
            guard let owner = id("repository_cases", row.key("case_id")) else { continue }
            func joined(_ first: String, _ second: String) -> String {
                [row.text(first), row.text(second)].compactMap { $0 }.map { TestmoRow.plain($0) }.joined(
                    separator: "\n")
            }
            let expected = joined("text3", "text4")
            drafts.append(
                Draft([
                    "testCaseId": .int(owner), "order": .int(row.integer("display_order") ?? 0),
                    "step": .text(RichText.document(joined("text1", "text2")).text),
                    "expectedResult": expected.isEmpty ? .null : .text(RichText.document(expected).text),
                ]))
            sources.append(row.id)
        }
        try note("repository_case_steps", Array(zip(sources, try work.insert("Step", drafts))))
    }

    /// Tags of something: rows with the owner's id and `tag_id`.
    private func pairs(
        _ dataset: String, _ rows: [TestmoRow], _ owner: (dataset: String, key: String, entity: String)
    ) throws(DomainError) {
        try load(owner.dataset, rows.map { $0.key(owner.key) })
        try load("tags", rows.map { $0.key("tag_id") })
        var tags: [Int64: Set<Int64>] = [:]
        for row in rows {
            guard let target = id(owner.dataset, row.key(owner.key)), let tag = id("tags", row.key("tag_id")) else {
                continue
            }
            tags[target, default: []].insert(tag)
        }
        for (target, others) in tags.sorted(by: { $0.key < $1.key }) {
            try work.link(owner.entity, target, "tags", others.sorted())
        }
    }

    /// Runs, what is in them, and the results; a run is closed when everything is in it.
    static let runs: [TestmoRun.Step] = [
        TestmoRun.Step(dataset: "runs", phase: "Importing test runs") { rows, writer throws(DomainError) in
            try writer.testRuns(rows)
        },
        TestmoRun.Step(dataset: "run_tests", phase: "Importing run tests") { rows, writer throws(DomainError) in
            try writer.members(rows)
        },
        TestmoRun.Step(dataset: "run_results", phase: "Importing results") { rows, writer throws(DomainError) in
            try writer.results(rows)
        },
        TestmoRun.Step(dataset: "run_tags", phase: "Importing tags") { rows, writer throws(DomainError) in
            try writer.pairs("run_tags", rows, ("runs", "run_id", "TestRun"))
        },
        TestmoRun.Step(dataset: "runs", phase: "Closing test runs") { rows, writer throws(DomainError) in
            try writer.close("runs", rows, "TestRun")
        },
    ]

    private func testRuns(_ rows: [TestmoRow]) throws(DomainError) {
        try load("projects", rows.map { $0.key("project_id") })
        try load("milestones", rows.map { $0.key("milestone_id") })
        try load("configs", rows.map { $0.key("config_id") })
        try load("users", rows.map { $0.key("created_by") })
        for row in try fresh("runs", rows) {
            guard let project = id("projects", row.key("project_id")) else { continue }
            let values: [String: Value] = [
                "name": .text(row.text("name") ?? "Run \(row.id)"), "note": row.rich("note", "docs"),
                "milestoneId": .int(id("milestones", row.key("milestone_id"))),
                "configId": .int(id("configs", row.key("config_id"))), "elapsed": .int(row.seconds("elapsed")),
                "createdById": .int(user(row.key("created_by"))), "createdAt": .int(row.time("created_at")),
            ]
            let run = try work.createRun(project: project, values.filter { !$0.value.isNull }, members: [])
            try note("runs", [(row.id, run)])
        }
    }

    private func members(_ rows: [TestmoRow]) throws(DomainError) {
        try load("runs", rows.map { $0.key("run_id") })
        try load("repository_cases", rows.map { $0.key("case_id") })
        try load("users", rows.map { $0.key("assignee_id") })
        var groups: [Int64: [(TestmoRow, Int64)]] = [:]
        for row in try fresh("run_tests", rows) {
            guard let run = id("runs", row.key("run_id")), let owner = id("repository_cases", row.key("case_id")) else {
                continue
            }
            groups[run, default: []].append((row, owner))
        }
        for (run, group) in groups.sorted(by: { $0.key < $1.key }) {
            try work.addToRun(
                run, group.map { Writing.RunMember(caseId: $1, assignee: id("users", $0.key("assignee_id"))) })
            var places: [Int64: Int64] = [:]
            for row in try work.rows(
                "SELECT repository_case_id, id FROM test_run_case WHERE test_run_id = \(Value.int(run)) ORDER BY id DESC"
            ) {
                places[row[0].integer ?? 0] = row[1].integer
            }
            try note("run_tests", group.compactMap { row, owner in places[owner].map { (row.id, $0) } })
        }
    }

    private func results(_ rows: [TestmoRow]) throws(DomainError) {
        try load("runs", rows.map { $0.key("run_id") })
        try load("run_tests", rows.map { $0.key("test_id") })
        try load("statuses", rows.map { $0.key("status_id") })
        try load("users", rows.map { $0.key("created_by") })
        let untested = try work.statuses().untested?.id
        var drafts: [Draft] = []
        var sources: [String] = []
        for row in try fresh("run_results", rows) {
            guard let run = id("runs", row.key("run_id")), let member = id("run_tests", row.key("test_id")) else {
                continue
            }
            drafts.append(
                Draft([
                    "testRunId": .int(run), "testRunCaseId": .int(member),
                    "statusId": .int(id("statuses", row.key("status_id")) ?? untested),
                    "elapsed": .int(row.seconds("elapsed")), "notes": row.rich("comment"),
                    "executedAt": .int(row.time("created_at") ?? work.time),
                    "executedById": .int(user(row.key("created_by"))),
                ]))
            sources.append(row.id)
        }
        try note("run_results", Array(zip(sources, try work.insert("TestRunResult", drafts))))
    }

    private func close(_ dataset: String, _ rows: [TestmoRow], _ entity: String) throws(DomainError) {
        try load(dataset, rows.map(\.id))
        var changes: [Change] = []
        for row in rows where row.flag("is_closed", "is_completed") {
            guard let target = id(dataset, row.id) else { continue }
            let time = row.time("closed_at", "completed_at") ?? work.time
            changes.append(Change(target, set: ["isCompleted": true, "completedAt": .int(time)]))
        }
        try work.update(entity, changes)
    }

    /// Exploratory sessions with their results.
    static let sessions: [TestmoRun.Step] = [
        TestmoRun.Step(dataset: "sessions", phase: "Importing sessions") { rows, writer throws(DomainError) in
            try writer.testSessions(rows)
        },
        TestmoRun.Step(dataset: "session_results", phase: "Importing session results") {
            rows, writer throws(DomainError) in
            try writer.sessionResults(rows)
        },
        TestmoRun.Step(dataset: "session_tags", phase: "Importing tags") { rows, writer throws(DomainError) in
            try writer.pairs("session_tags", rows, ("sessions", "session_id", "Session"))
        },
        TestmoRun.Step(dataset: "sessions", phase: "Closing sessions") { rows, writer throws(DomainError) in
            try writer.close("sessions", rows, "Session")
        },
    ]

    private func testSessions(_ rows: [TestmoRow]) throws(DomainError) {
        try load("projects", rows.map { $0.key("project_id") })
        try load("milestones", rows.map { $0.key("milestone_id") })
        try load("configs", rows.map { $0.key("config_id") })
        try load("templates", rows.map { $0.key("template_id") })
        try load("users", rows.map { $0.key("created_by") } + rows.map { $0.key("assignee_id") })
        for row in try fresh("sessions", rows) {
            guard let project = id("projects", row.key("project_id")) else { continue }
            let values: [String: Value] = [
                "name": .text(row.text("name") ?? "Session \(row.id)"), "mission": row.rich("mission", "note", "docs"),
                "milestoneId": .int(id("milestones", row.key("milestone_id"))),
                "configId": .int(id("configs", row.key("config_id"))),
                "templateId": .int(id("templates", row.key("template_id"))),
                "assignedToId": .int(id("users", row.key("assignee_id"))), "estimate": .int(row.seconds("estimate")),
                "createdById": .int(user(row.key("created_by"))), "createdAt": .int(row.time("created_at")),
            ]
            try note(
                "sessions", [(row.id, try work.createSession(project: project, values.filter { !$0.value.isNull }))])
        }
    }

    private func sessionResults(_ rows: [TestmoRow]) throws(DomainError) {
        try load("sessions", rows.map { $0.key("session_id") })
        try load("statuses", rows.map { $0.key("status_id") })
        try load("users", rows.map { $0.key("created_by") })
        let untested = try work.statuses().untested?.id
        var drafts: [Draft] = []
        var sources: [String] = []
        for row in try fresh("session_results", rows) {
            guard let session = id("sessions", row.key("session_id")) else { continue }
            let values: [String: Value] = [
                "sessionId": .int(session), "statusId": .int(id("statuses", row.key("status_id")) ?? untested),
                "elapsed": .int(row.seconds("elapsed")), "resultData": row.rich("comment", "note"),
                "createdById": .int(user(row.key("created_by"))), "createdAt": .int(row.time("created_at")),
            ]
            drafts.append(Draft(values.filter { !$0.value.isNull }))
            sources.append(row.id)
        }
        try note("session_results", Array(zip(sources, try work.insert("SessionResult", drafts))))
    }
}
