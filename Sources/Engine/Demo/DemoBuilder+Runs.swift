import Formats
import Model
import Statements

/// The runs of the demo project, manual and automated.
extension DemoBuilder {
    private struct Recorded {
        let caseIndex: Int
        let outcome: DemoRun.Outcome?
        let status: StatusBook.Entry
        let time: Int64
    }

    func addRuns() throws(DomainError) {
        var steps: [Int64: [Int64]] = [:]
        let rows = try work.rows(
            """
            SELECT s.test_case_id, s.id FROM step AS s JOIN repository_case AS c ON c.id = s.test_case_id
            WHERE c.project_id = \(Value.int(project)) AND NOT s.is_deleted ORDER BY s.test_case_id, s."order", s.id
            """)
        for row in rows { steps[row[0].integer ?? 0, default: []].append(row[1].integer ?? 0) }
        for (index, run) in Demo.runs.enumerated() { try add(run, seed: UInt64(index + 1), steps) }
    }

    /// The positions of the run's cases, checkout first as the testers were asked.
    private func members(of run: DemoRun) -> [Int] {
        var result: [Int] = []
        for (index, item) in cases.enumerated() {
            let isMember =
                switch run.scope {
                case .everything: true
                case .tag(let tag): item.content.tags.contains(tag)
                case .folders(let names): names.contains(item.folder)
                }
            if isMember { result.append(index) }
        }
        return result
    }

    private func add(_ run: DemoRun, seed: UInt64, _ steps: [Int64: [Int64]]) throws(DomainError) {
        let members = members(of: run)
        let start = moment(run.days.upperBound, hour: 8, minute: 30)
        var assignees: [Int: Int64] = [:]
        for (place, index) in members.enumerated() {
            let block = place * run.people.count / max(members.count, 1)
            assignees[index] = people[run.people[block]]
        }
        let state = try Closing.state(scope: "RUNS", kind: "IN_PROGRESS", project: project, work)
        let id = try work.createRun(
            project: project,
            [
                "name": .text(run.name), "note": RichText.stored(.string(run.note)), "stateId": .int(state),
                "configId": .int(configurations[run.configuration]), "milestoneId": .int(milestones[run.milestone]),
                "startedAt": .int(start), "createdAt": .int(start), "createdById": .int(people[0]),
            ], members: members.map { Writing.RunMember(caseId: cases[$0].id, assignee: assignees[$0]) })
        runs[run.name] = id
        // The tests joined when the run began, so that burn-downs look back.
        let tests = try work.find(Query("TestRunCase", where: .equals("testRunId", .int(id)), fields: ["id"]))
        try work.apply(work.schema["TestRunCase"], tests.map { Change($0.id, set: ["createdAt": .int(start)]) })
        let recorded = plan(run, members, seed: seed)
        let last = recorded.map(\.time).max() ?? start
        try record(recorded, run: id, assignees, steps)
        guard run.isFinished else { return }
        // Completed in the evening of the last day.
        let end = min(last + 1_800_000, work.time - 60_000)
        try work.update(
            "TestRun",
            [Change(id, set: ["isCompleted": true, "completedAt": .int(end), "closedById": .int(people[0])])])
    }

    /// The results in the order of their times.
    private func plan(_ run: DemoRun, _ members: [Int], seed: UInt64) -> [Recorded] {
        var dice = DemoDice(seed: seed)
        var known: [String: DemoRun.Outcome] = [:]
        for outcome in run.outcomes { known[outcome.title] = outcome }
        var entries: [(index: Int, outcome: DemoRun.Outcome?, status: StatusBook.Entry, isLater: Bool)] = []
        var later: [(index: Int, outcome: DemoRun.Outcome?, status: StatusBook.Entry, isLater: Bool)] = []
        for index in members {
            let outcome = known[cases[index].content.title]
            if outcome == nil, run.untested > 0, dice.roll(run.untested * 10) < 14 { continue }
            guard let status = statuses.named(outcome?.status ?? "passed") else { continue }
            entries.append((index, outcome, status, false))
            guard let second = outcome?.later, let status = statuses.named(second.status) else { continue }
            later.append((index, DemoRun.Outcome(cases[index].content.title, second.status, second.note), status, true))
        }
        entries += later
        // Spread over the days, and over each day from half past eight to half past four.
        let days = run.days.count
        var result: [Recorded] = []
        let isToday = run.days.lowerBound == 0
        let sinceMidnight = work.time % Timestamp.millisecondsPerDay
        for (place, entry) in entries.enumerated() {
            let day = place * days / entries.count
            let first = (day * entries.count + days - 1) / days
            let size = max(1, ((day + 1) * entries.count + days - 1) / days - first)
            let daysAgo = run.days.upperBound - day
            var time = moment(daysAgo, hour: 8, minute: 30) + Int64((place - first) * 28_800_000 / size)
            time += Int64(dice.roll(180_000))
            if isToday, daysAgo == 0 {
                // Today only so far as it has come.
                let share = sinceMidnight * Int64(place - first) / Int64(size)
                time = work.time - sinceMidnight + share
            }
            result.append(
                Recorded(
                    caseIndex: entry.index, outcome: entry.outcome, status: entry.status,
                    time: min(time, work.time - 60_000)))
        }
        return result
    }

    private func record(
        _ recorded: [Recorded], run: Int64, _ assignees: [Int: Int64], _ steps: [Int64: [Int64]]
    ) throws(DomainError) {
        var dice = DemoDice(seed: UInt64(run))
        var places: [Int64: Int64] = [:]
        for row in try work.rows(
            "SELECT repository_case_id, id FROM test_run_case WHERE test_run_id = \(Value.int(run))")
        {
            places[row[0].integer ?? 0] = row[1].integer
        }
        var drafts: [Draft] = []
        for item in recorded {
            let facts = cases[item.caseIndex]
            let isExecuted = item.status.isSuccess || item.status.isFailure || item.status.systemName == "retest"
            let seconds = facts.content.minutes * (40 + dice.roll(45))
            drafts.append(
                Draft([
                    "testRunId": .int(run), "testRunCaseId": .int(places[facts.id]), "statusId": .int(item.status.id),
                    "elapsed": isExecuted ? .int(seconds) : .null, "executedAt": .int(item.time),
                    "createdAt": .int(item.time), "executedById": .int(assignees[item.caseIndex]),
                    "notes": item.outcome.map { RichText.stored(.string($0.note)) } ?? .null,
                ]))
        }
        let ids = try work.insert("TestRunResult", drafts)
        try recordSteps(recorded, ids, steps)
        for (id, item) in zip(ids, recorded) {
            guard let issue = item.outcome?.issue else { continue }
            try work.link("TestRunResult", id, "issues", [issues[issue]])
        }
    }

    /// What was wrong at which step; the steps before passed.
    private func recordSteps(
        _ recorded: [Recorded], _ ids: [Int64], _ steps: [Int64: [Int64]]
    ) throws(DomainError) {
        guard let passed = statuses.named("passed") else { return }
        var drafts: [Draft] = []
        for (id, item) in zip(ids, recorded) {
            let own = steps[cases[item.caseIndex].id] ?? []
            guard let outcome = item.outcome, let position = outcome.step, own.indices.contains(position) else {
                continue
            }
            for place in 0...position {
                let isLast = place == position
                drafts.append(
                    Draft([
                        "testRunResultId": .int(id), "stepId": .int(own[place]), "order": .int(place),
                        "statusId": .int(isLast ? item.status.id : passed.id), "executedAt": .int(item.time),
                        "createdAt": .int(item.time),
                        "notes": isLast ? RichText.stored(.string(outcome.note)) : .null,
                    ]))
            }
        }
        try work.insert("TestRunStepResult", drafts)
    }

    func addReports() throws(DomainError) {
        let repository = try work.rootFolder(project: project).repository
        let folder = try work.insert(
            "RepositoryFolder",
            [
                Draft([
                    "name": "Automated", "order": .int(Demo.folders.count), "projectId": .int(project),
                    "repositoryId": .int(repository), "createdAt": .int(moment(30, hour: 9)),
                ])
            ])[0]
        for nightly in Demo.nightlies {
            // Half past two in the night; a night that is not over yet is told of as yesterday's evening.
            let sinceMidnight = work.time % Timestamp.millisecondsPerDay
            let isOver = nightly.daysAgo > 0 || sinceMidnight > 9_000_000
            let start = isOver ? moment(nightly.daysAgo, hour: 2, minute: 20) : work.time - 600_000
            let events = Demo.report(nightly, startedAt: start)
            let state = try Closing.state(scope: "RUNS", kind: "IN_PROGRESS", project: project, work)
            let run = try work.createRun(
                project: project,
                [
                    "name": .text(nightly.name), "testRunType": "JUNIT", "stateId": .int(state),
                    "configId": .int(configurations["Chrome, Linux"]), "milestoneId": .int(milestones[1]),
                    "startedAt": .int(start), "createdAt": .int(start),
                ], members: [])
            runs[nightly.name] = run
            var order = ReportImport(project: project, run: .existing(run), files: [])
            order.parentFolder = folder
            let recorder = try ReportRecorder(work, order, run: try work.row("TestRun", .id(run)))
            for event in events { try recorder.take(event) }
            try recorder.endFile()
            let outcome = try recorder.finish()
            let end = start + Int64(outcome.seconds * 1000) + 5000
            try work.update("TestRun", [Change(run, set: ["isCompleted": true, "completedAt": .int(end)])])
        }
    }
}
