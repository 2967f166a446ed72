public import Model
import Statements
import Store

/// Runs that take their cases from a plan, as they stand when the run is made.
extension Writing {
    /// Starts a run with every case of a plan, in the order of its tree; a case with a data set joins once per row.
    public func startRun(plan: Int64, _ fields: [String: Value]) throws(DomainError) -> Int64 {
        let planRow = try row("TestPlan", .id(plan))
        guard let project = planRow["projectId"].integer else { throw .notFound("TestPlan") }
        try settlePlans(in: project)
        var fields = fields
        fields["testPlanId"] = .int(plan)
        let run = try createRun(project: project, fields, members: [])
        let folders = try planFolders(plan)
        try keepFolders(of: run, plan)
        let members = try rows(
            """
            SELECT c.id, c.folder_id, c.epoch, c."order", c.assigned_to_id, (
            SELECT COUNT(*) FROM data_set_row AS d WHERE d.data_set_id = c.data_set_id)
            FROM test_plan_case AS m JOIN repository_case AS c ON c.id = m.repository_case_id
            WHERE m.test_plan_id = \(Value.int(plan)) AND NOT c.is_deleted ORDER BY c."order", c.id
            """)
        let ordered = members.enumerated().sorted { left, right in
            let places = (folders[left.element[1].integer ?? 0], folders[right.element[1].integer ?? 0])
            let (first, second) = (places.0 ?? .max, places.1 ?? .max)
            return first == second ? left.offset < right.offset : first < second
        }
        var rows: [[Value]] = []
        for (_, member) in ordered {
            let repeats = member[5].integer ?? 0
            for number in 0..<max(repeats, 1) {
                rows.append([
                    .int(run), member[0], .int(rows.count + 1), member[2], member[4],
                    repeats > 0 ? .int(number + 1) : .null, .bool(number > 0),
                ])
            }
        }
        try join(run, rows)
        return run
    }

    /// Adds a case to an open run. Throws `.conflict` when it is in it already.
    public func join(run: Int64, case id: Int64) throws(DomainError) -> Int64 {
        let found = try row("RepositoryCase", .id(id))
        let runRow = try row("TestRun", .id(run), fields: ["id", "isCompleted", "projectId"])
        guard found["projectId"] == runRow["projectId"] else {
            throw .invalid("repositoryCaseId", "the case belongs to another project")
        }
        guard !runRow.flag("isCompleted") else { throw .conflict("the test run is completed") }
        let ids = try addToRun(run, [RunMember(caseId: id, assignee: found["assignedToId"].integer)])
        guard let member = ids.first else { throw .conflict("the case is in the run already") }
        try apply(schema["TestRunCase"], [Change(member, set: ["caseEpoch": found["epoch"]])])
        try settleRunSteps([member])
        return member
    }

    /// Rows of run, case, order, epoch, assignee, data row, repeat.
    func join(_ run: Int64, _ rows: [[Value]]) throws(DomainError) {
        try requireAdding(schema["TestRunCase"], to: try projects(of: schema["TestRun"], [run])[run] ?? 0)
        let names = [
            "testRunId", "repositoryCaseId", "order", "caseEpoch", "assignedToId", "dataSetRow", "isRepeat",
        ]
        let ids = try store(schema["TestRunCase"], names, rows)
        try settleRunSteps(ids)
    }

    /// The place of each folder in the tree of a plan, top down.
    private func planFolders(_ plan: Int64) throws(DomainError) -> [Int64: Int] {
        let found = try rows(
            """
            SELECT folder_id, parent_id FROM test_plan_folder WHERE test_plan_id = \(Value.int(plan))
            ORDER BY sequence, id
            """)
        let known = Set(found.compactMap { $0[0].integer })
        var children: [Int64: [Int64]] = [:]
        for row in found {
            let parent = row[1].integer.flatMap { known.contains($0) ? $0 : nil } ?? 0
            if let folder = row[0].integer { children[parent, default: []].append(folder) }
        }
        var places: [Int64: Int] = [:]
        var waiting = Array((children[0] ?? []).reversed())
        while let folder = waiting.popLast() {
            guard places[folder] == nil else { continue }
            places[folder] = places.count
            waiting += (children[folder] ?? []).reversed()
        }
        return places
    }

    /// A picture of the plan's folders at this time.
    private func keepFolders(of run: Int64, _ plan: Int64) throws(DomainError) {
        let found = try rows(
            """
            SELECT x.folder_id, x.sequence, x."offset", f.epoch, x.epoch, x.parent_id, x.id
            FROM test_plan_folder AS x JOIN repository_folder AS f ON f.id = x.folder_id
            WHERE x.test_plan_id = \(Value.int(plan)) ORDER BY x.sequence, x.id
            """)
        let names = [
            "testRunId", "folderId", "sequence", "offset", "folderEpoch", "planFolderEpoch", "parentId", "planFolderId",
        ]
        try store(schema["TestRunFolder"], names, found.map { [.int(run)] + $0 })
    }
}

/// The steps of the cases in a run: one row per step, or one without a step.
extension Reading {
    /// Whether every case of these runs has its steps; `nil` looks at all runs.
    public func runStepsAreSettled(run: Int64?) throws(DomainError) -> Bool {
        try rows("\(RunSteps.missing(run: run)) LIMIT 1").isEmpty
    }
}

extension Writing {
    /// Gives cases of runs that other products made their steps.
    public func settleRunSteps(run: Int64?) throws(DomainError) {
        try lock("run steps")
        try settleRunSteps(try rows(RunSteps.missing(run: run)).compactMap { $0[0].integer })
    }

    func settleRunSteps(_ members: [Int64]) throws(DomainError) {
        for chunk in chunked(members) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            let found = try rows(
                """
                SELECT m.id, s.id, r.status_id, m.status_id FROM test_run_case AS m
                LEFT JOIN step AS s ON s.test_case_id = m.repository_case_id AND NOT s.is_deleted
                LEFT JOIN test_run_step_result AS r ON r.step_id = s.id AND r.test_run_result_id = (
                SELECT MAX(x.id) FROM test_run_result AS x WHERE x.test_run_case_id = m.id AND NOT x.is_deleted)
                WHERE m.id IN (\(list)) ORDER BY m.id, s."order", s.id
                """)
            var rows: [[Value]] = []
            for (index, row) in found.enumerated() {
                let isFirst = index == 0 || found[index - 1][0] != row[0]
                let isLast = index + 1 == found.count || found[index + 1][0] != row[0]
                let order = isFirst ? 1 : (rows.last?[3].integer ?? 0) + 1
                // The case's own status is that of its last step.
                rows.append([row[0], row[1], row[2].isNull && isLast ? row[3] : row[2], .int(order)])
            }
            try store(schema["TestRunCaseStep"], ["testRunCaseId", "stepId", "statusId", "order"], rows)
        }
    }

    /// Sets steps of cases in runs; the case takes the status of its last step when that one is set, which records a
    /// result. `nil` in `statusId` is the status before any result.
    public func judge(steps changes: [Change]) throws(DomainError) {
        for change in changes {
            let step = try row("TestRunCaseStep", .id(change.id))
            let member = try row("TestRunCase", .id(step["testRunCaseId"].integer ?? 0))
            guard let run = member["testRunId"].integer else { throw .notFound("TestRun") }
            try Results.requireOpen([run], self)
            try update("TestRunCaseStep", [change])
            guard let status = change.values["statusId"]?.plain?.integer else { continue }
            let later = try value(
                """
                SELECT COUNT(*) FROM test_run_case_step WHERE test_run_case_id = \(Value.int(member.id))
                AND ("order" > \(step["order"]) OR ("order" = \(step["order"]) AND id > \(Value.int(step.id))))
                """)?.integer
            if later == 0 { try recordVerdict(of: member, status: status) }
        }
    }

    /// Sets the last step of a case in a run and so its result.
    public func judge(member id: Int64, status: Int64) throws(DomainError) {
        if try value("SELECT id FROM test_run_case_step WHERE test_run_case_id = \(Value.int(id)) LIMIT 1") == nil {
            try settleRunSteps([id])
        }
        let last = try value(
            """
            SELECT id FROM test_run_case_step WHERE test_run_case_id = \(Value.int(id))
            ORDER BY "order" DESC, id DESC LIMIT 1
            """)
        guard let step = last?.integer else { throw .notFound("TestRunCase") }
        try judge(steps: [Change(step, set: ["statusId": .int(status)])])
    }

    /// One more result, with what its steps say.
    private func recordVerdict(of member: Row, status: Int64) throws(DomainError) {
        let steps = try rows(
            """
            SELECT step_id, status_id, result, seconds, version_label, "order" FROM test_run_case_step
            WHERE test_run_case_id = \(Value.int(member.id)) ORDER BY "order", id
            """)
        let seconds = steps.compactMap { $0[3].number }
        let sum = seconds.isEmpty ? nil : seconds.reduce(0, +)
        let notes = steps.compactMap { $0[2].string }.filter { !$0.isEmpty }.joined(separator: "\n")
        let draft = Draft([
            "testRunId": member["testRunId"], "testRunCaseId": .int(member.id), "statusId": .int(status),
            "elapsed": .int(sum.flatMap { RunSteps.whole($0) }), "seconds": .double(sum),
            "notes": notes.isEmpty ? .null : RichText.stored(.string(notes)), "versionLabel": steps.last?[4] ?? .null,
            "caseEpoch": member["caseEpoch"],
        ])
        let result = try insert("TestRunResult", [draft])[0]
        var drafts: [Draft] = []
        for step in steps where !step[0].isNull && !step[1].isNull {
            drafts.append(
                Draft([
                    "testRunResultId": .int(result), "stepId": step[0], "statusId": step[1], "actualResult": step[2],
                    "seconds": step[3], "versionLabel": step[4], "order": step[5],
                ]))
        }
        try insert("TestRunStepResult", drafts)
        let issues = try rows(
            "SELECT issue_id FROM test_run_case_issue WHERE test_run_case_id = \(Value.int(member.id)) ORDER BY id")
        try link("TestRunResult", result, "issues", issues.compactMap { $0[0].integer })
    }

    /// Completes a run: it becomes the current one of its plan, and older complete runs beyond the plan's number go.
    public func complete(run: Int64, _ values: [String: Value]) throws(DomainError) {
        var values = values
        values["isCompleted"] = true
        values["isRunning"] = false
        if values["completedAt"]?.isNull != false {
            let old = try row("TestRun", .id(run), fields: ["id", "completedAt"])
            values["completedAt"] = old["completedAt"].isNull ? .int(time) : old["completedAt"]
        }
        values["isCurrent"] = true
        try update("TestRun", [Change(run, set: values)])
        try settleCurrentRun(run)
    }

    /// Only the newest complete run of a plan is its current one; older ones beyond the plan's number go.
    func settleCurrentRun(_ run: Int64) throws(DomainError) {
        guard let plan = try value("SELECT test_plan_id FROM test_run WHERE id = \(Value.int(run))")?.integer else {
            return
        }
        let runs = try rows(
            """
            SELECT id, is_current, is_permanent FROM test_run WHERE test_plan_id = \(Value.int(plan)) AND is_completed
            AND NOT is_deleted ORDER BY completed_at DESC, id DESC
            """)
        for (place, row) in runs.enumerated() where (row[1].boolean == true) != (place == 0) {
            guard let id = row[0].integer else { continue }
            try apply(schema["TestRun"], [Change(id, set: ["isCurrent": .bool(place == 0)])])
        }
        let kept = try value("SELECT retain_runs FROM test_plan WHERE id = \(Value.int(plan))")?.integer ?? 0
        guard kept > 0, runs.count > kept else { return }
        let gone = runs.dropFirst(Int(kept)).filter { $0[2].boolean != true }.compactMap { $0[0].integer }
        guard !gone.isEmpty else { return }
        let entity = schema["TestRun"]
        let old = try locked(entity, gone)
        try apply(entity, gone.map { Change($0, set: ["isDeleted": true]) })
        try effects.deleted(entity, gone.compactMap { old[$0] }, in: self)
    }
}

/// How steps of cases in runs follow results that are recorded without them.
enum RunSteps {
    static func missing(run: Int64?) -> SQLText {
        let inRun: SQLText = run.map { "m.test_run_id = \(Value.int($0)) AND " } ?? ""
        return """
            SELECT m.id FROM test_run_case AS m WHERE \(inRun)NOT EXISTS (
            SELECT 1 FROM test_run_case_step AS s WHERE s.test_run_case_id = m.id)
            """
    }

    static func whole(_ seconds: Double) -> Int64? {
        seconds.isFinite && seconds >= 0 && seconds < 1e15 ? Int64(seconds.rounded(.up)) : nil
    }

    /// The last step of each case takes the case's status.
    static func follow(_ members: [Int64], _ work: Writing) throws(DomainError) {
        let list = SQLText.list(members.map { Value.int($0) })
        let found = try work.rows(
            """
            SELECT s.id, m.status_id FROM test_run_case_step AS s JOIN test_run_case AS m ON m.id = s.test_run_case_id
            WHERE m.id IN (\(list)) AND COALESCE(s.status_id, 0) <> COALESCE(m.status_id, 0) AND NOT EXISTS (
            SELECT 1 FROM test_run_case_step AS l WHERE l.test_run_case_id = m.id AND (l."order" > s."order"
            OR (l."order" = s."order" AND l.id > s.id)))
            """)
        try work.apply(
            work.schema["TestRunCaseStep"],
            found.compactMap { row in row[0].integer.map { Change($0, set: ["statusId": row[1]]) } })
    }

    /// Steps take the status of their results.
    static func follow(stepResults drafts: [Draft], _ work: Writing) throws(DomainError) {
        let results = Set(drafts.compactMap { $0["testRunResultId"]?.integer })
        for chunk in work.chunked(results.sorted()) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            let found = try work.rows(
                """
                SELECT s.id, r.status_id FROM test_run_step_result AS r
                JOIN test_run_result AS t ON t.id = r.test_run_result_id
                JOIN test_run_case_step AS s ON s.test_run_case_id = t.test_run_case_id AND s.step_id = r.step_id
                WHERE t.id IN (\(list)) AND NOT r.is_deleted AND COALESCE(s.status_id, 0) <> r.status_id
                """)
            try work.apply(
                work.schema["TestRunCaseStep"],
                found.compactMap { row in row[0].integer.map { Change($0, set: ["statusId": row[1]]) } })
        }
    }
}
