import Formats
public import Model
import Statements
import Store

/// Records tests as results of one run of a plan, some hundred at a time.
public final class PlanRecorder {
    private static let batch = 500

    let work: Writing
    let order: PlanImport
    let plan: Int64
    let run: Int64
    var folders: PlanFolderPaths
    let template: Int64
    let state: Int64
    let repository: Int64
    private let book: StatusBook
    private let statuses: [ReportOutcome: StatusBook.Entry]
    private var pending: [PlanResult] = []
    /// Cases in the run, with the number and time of their latest result.
    private var members: [Int64: Member] = [:]
    private var nextOrder: Int64 = 0
    private var again: Set<Int64> = []
    private var earliest: Int64?
    private var hostName: String?
    private var output = ""
    public internal(set) var outcome = PlanImportOutcome()

    private struct Member {
        var id: Int64
        var attempts: Int64
        var time: Int64
    }

    /// Makes the run; plan and milestone are made when they are named and missing.
    public init(_ work: Writing, _ order: PlanImport) throws(DomainError) {
        self.work = work
        self.order = order
        let root = try work.rootFolder(project: order.project)
        repository = root.repository
        plan = try work.plan(for: order)
        let milestone = try work.milestone(for: order)
        template = try work.defaultTemplate(order.project)
        state = try work.defaultState("CASES", order.project)
        book = try work.statuses()
        var statuses: [ReportOutcome: StatusBook.Entry] = [:]
        statuses[.passed] = book.entries.first { $0.isSuccess && $0.isEnabled }
        statuses[.failed] = book.named("failed")
        statuses[.errored] = statuses[.failed]
        statuses[.skipped] = book.named("skipped")
        self.statuses = statuses
        try work.requireAdding(work.schema["TestRunResult"], to: order.project)
        let name = try work.row("TestPlan", .id(plan), fields: ["id", "name"]).text("name")
        let stamp = String(Timestamp.text(work.time).prefix(19)).replacing("T", with: " ")
        run = try work.createRun(
            project: order.project,
            [
                "name": .text(order.runName ?? "\(name) \(stamp)"), "testPlanId": .int(plan),
                "milestoneId": .int(milestone), "startedAt": .int(work.time), "isRunning": .bool(order.isOpen),
            ], members: [])
        folders = PlanFolderPaths(
            work, project: order.project, repository: root.repository, base: order.folder ?? root.folder, plan: plan)
        outcome.run = run
        outcome.plan = plan
        outcome.milestone = milestone
    }

    public func add(_ result: PlanResult) throws(DomainError) {
        outcome.total += 1
        outcome.seconds += result.time ?? 0
        let status = status(of: result)
        if status?.isSuccess == true {
            outcome.passed += 1
        } else if status?.isFailure == true {
            outcome.failed += 1
        } else {
            outcome.skipped += 1
        }
        note(time: result.timestamp, host: nil)
        pending.append(result)
        if pending.count >= PlanRecorder.batch { try flush() }
    }

    private func status(of result: PlanResult) -> StatusBook.Entry? {
        result.status.flatMap { book.entry($0) } ?? statuses[result.outcome]
    }

    /// When and where the tests ran.
    public func note(time: Int64?, host: String?) {
        if let time { earliest = min(earliest ?? time, time) }
        if hostName == nil { hostName = host }
    }

    /// What a suite printed; kept with the run.
    public func note(output text: String?) {
        guard let text, output.utf8.count < 1 << 20 else { return }
        if !output.isEmpty { output += "\n" }
        output += text
    }

    private func flush() throws(DomainError) {
        guard !pending.isEmpty else { return }
        let batch = pending
        pending.removeAll(keepingCapacity: true)
        var places: [Int64] = []
        for result in batch { places.append(try folders.folder(result.folders)) }
        let (cases, fresh) = try cases(batch, places)
        try joinPlan(cases, places)
        let steps = try steps(batch, cases, fresh)
        try joinRun(batch, cases, steps)
        try describe(batch, cases)
    }

    // MARK: - Results

    private func joinRun(
        _ batch: [PlanResult], _ cases: [Int64], _ steps: [Int64: [Int64]]
    ) throws(DomainError) {
        var latest: [Int64: Int] = [:]
        var counts: [Int64: Int64] = [:]
        var fresh: [Int64] = []
        for (index, id) in cases.enumerated() {
            counts[id, default: 0] += 1
            if members[id] == nil, latest[id] == nil { fresh.append(id) }
            latest[id] = index
        }
        let epochs = try epochs(of: fresh)
        var rows: [[Value]] = []
        for id in fresh {
            nextOrder += 1
            guard let index = latest[id] else { continue }
            let result = batch[index]
            rows.append(
                [.int(run), .int(id), .int(nextOrder), .int(epochs[id]), .int(result.assignee)]
                    + verdict(result, counts[id] ?? 1))
        }
        let names = [
            "testRunId", "repositoryCaseId", "order", "caseEpoch", "assignedToId", "statusId", "isCompleted",
            "startedAt",
            "completedAt", "elapsed", "lastExecutedAt", "lastExecutedById", "attempts",
        ]
        let ids = try work.store(work.schema["TestRunCase"], names, rows)
        for (id, member) in zip(fresh, ids) { members[id] = Member(id: member, attempts: 0, time: 0) }
        outcome.cases += fresh
        let added = Set(fresh)
        try store(steps: steps, of: fresh, batch, latest)
        for id in latest.keys where !added.contains(id) { again.insert(members[id]?.id ?? 0) }
        try record(batch, cases, steps)
    }

    private func epochs(of cases: [Int64]) throws(DomainError) -> [Int64: Int64] {
        guard !cases.isEmpty else { return [:] }
        let list = SQLText.list(cases.map { Value.int($0) })
        var result: [Int64: Int64] = [:]
        for row in try work.rows("SELECT id, epoch FROM repository_case WHERE id IN (\(list))") {
            result[row[0].integer ?? 0] = row[1].integer
        }
        return result
    }

    /// Status, completion, times, elapsed, executor and attempts of a case in the run.
    private func verdict(_ result: PlanResult, _ attempts: Int64) -> [Value] {
        if order.isOpen { return [.null, false, .null, .null, .null, .null, .null, 0] }
        let status = status(of: result)
        let time = Value.int(result.timestamp ?? work.time)
        let isCompleted = status?.isCompleted == true
        return [
            .int(status?.id), .bool(isCompleted), time, isCompleted ? time : .null,
            .int(result.time.flatMap { RunSteps.whole($0) }), time, .int(work.caller.userId), .int(attempts),
        ]
    }

    /// The steps of cases that join the run, with their verdicts.
    private func store(
        steps: [Int64: [Int64]], of fresh: [Int64], _ batch: [PlanResult], _ latest: [Int64: Int]
    ) throws(DomainError) {
        var rows: [[Value]] = []
        for id in fresh {
            guard let member = members[id]?.id, let index = latest[id] else { continue }
            let result = batch[index]
            let whole = order.isOpen ? nil : status(of: result)?.id
            let own = steps[id] ?? []
            if result.steps.isEmpty {
                for (place, step) in own.enumerated() {
                    let isLast = place + 1 == own.count
                    rows.append([.int(member), .int(step), isLast ? .int(whole) : .null, .null, .null, .int(place + 1)])
                }
                if own.isEmpty {
                    let text = order.isOpen ? nil : result.text
                    rows.append([.int(member), .null, .int(whole), .text(text), .double(result.time), 1])
                }
            }
            for (place, step) in result.steps.enumerated() {
                let status = order.isOpen ? nil : step.outcome.flatMap { statuses[$0]?.id } ?? whole
                rows.append([
                    .int(member), own.count == result.steps.count ? .int(own[place]) : .null, .int(status),
                    .text(step.actual), .double(step.time), .int(place + 1),
                ])
            }
        }
        let names = ["testRunCaseId", "stepId", "statusId", "result", "seconds", "order"]
        try work.store(work.schema["TestRunCaseStep"], names, rows)
    }

    private func record(
        _ batch: [PlanResult], _ cases: [Int64], _ steps: [Int64: [Int64]]
    ) throws(DomainError) {
        var rows: [[Value]] = []
        var indexes: [Int] = []
        for (index, id) in cases.enumerated() where !order.isOpen {
            guard var member = members[id], let status = status(of: batch[index]) else { continue }
            let result = batch[index]
            member.attempts += 1
            // The later test of a document is the result, whatever its clock says.
            member.time = max(member.time, result.timestamp ?? work.time)
            members[id] = member
            let properties = result.properties.isEmpty ? nil : PlanRecorder.object(result.properties)
            rows.append([
                .int(run), .int(member.id), .int(status.id), .int(member.attempts),
                .int(result.time.flatMap { RunSteps.whole($0) }), .double(result.time), .int(member.time),
                result.text.map { RichText.stored(.string($0)) } ?? .null, .text(result.output), .text(properties),
                .double(result.flakiness), "AutomatedRun", .int(work.caller.userId),
            ])
            indexes.append(index)
        }
        let names = [
            "testRunId", "testRunCaseId", "statusId", "attempt", "elapsed", "seconds", "executedAt", "notes", "output",
            "properties", "flakiness", "runType", "executedById",
        ]
        let ids = try work.store(work.schema["TestRunResult"], names, rows)
        var results: [Int: Int64] = [:]
        for (index, id) in zip(indexes, ids) { results[index] = id }
        try store(batch, cases, steps, results)
        try note(batch, cases, results)
    }

    private static func object(_ properties: [ReportProperty]) -> String {
        var object = JSONObject()
        for property in properties { object[property.name] = .string(property.value) }
        return JSON.object(object).text
    }

    /// What the steps of the results say.
    private func store(
        _ batch: [PlanResult], _ cases: [Int64], _ steps: [Int64: [Int64]], _ results: [Int: Int64]
    ) throws(DomainError) {
        var rows: [[Value]] = []
        for (index, result) in batch.enumerated() {
            guard let id = results[index] else { continue }
            let own = steps[cases[index]] ?? []
            for (place, step) in result.steps.enumerated() {
                rows.append([
                    .int(id), own.count == result.steps.count ? .int(own[place]) : .null,
                    .int(statuses[step.outcome ?? result.outcome]?.id), .text(String(step.text.prefix(1000))),
                    .text(step.expected), .text(step.actual), .double(step.time), .int(place),
                ])
            }
        }
        let names = [
            "testRunResultId", "stepId", "statusId", "name", "expectedResult", "actualResult", "seconds", "order",
        ]
        try work.store(work.schema["TestRunStepResult"], names, rows)
    }

    /// Defects and files of the results.
    private func note(_ batch: [PlanResult], _ cases: [Int64], _ results: [Int: Int64]) throws(DomainError) {
        let issues = try work.issues(named: batch.flatMap(\.defects), project: order.project)
        var pairs: [[Value]] = []
        var links: [[Value]] = []
        for (index, result) in batch.enumerated() {
            guard let member = members[cases[index]]?.id else { continue }
            for defect in result.defects {
                guard let issue = issues[defect] else { continue }
                pairs.append([.int(member), .int(issue), .int(work.caller.userId)])
                if let id = results[index] { links.append([.int(id), .int(issue)]) }
            }
            for path in result.attachments { outcome.attachments.append((member, results[index], path)) }
        }
        try work.store(
            work.schema["TestRunCaseIssue"], ["testRunCaseId", "issueId", "createdById"], pairs, onConflict: .skip)
        guard !links.isEmpty else { return }
        let insert = Insert(
            table: "test_run_result_issue", columns: ["test_run_result_id", "issue_id"], kinds: [.integer, .integer],
            rows: links, onConflict: .skip)
        _ = try work.run { () throws(StoreError) in try work.session.insert(insert) }
    }

    /// Descriptions of cases that have none, and priorities that exist.
    private func describe(_ batch: [PlanResult], _ cases: [Int64]) throws(DomainError) {
        let book = try work.caseFields()
        let priorities = book.fields.first { $0.systemName == "priority" }?.options ?? []
        let texts = book.fields.first { $0.systemName == "description" }
        for (result, id) in zip(batch, cases) where result.priority != nil || result.description != nil {
            var values: [(field: String, value: JSON)] = []
            if let word = result.priority?.lowercased(),
                let option = priorities.first(where: { $0.name.lowercased() == word })
            {
                values.append(("priority", .integer(option.id)))
            }
            if let text = result.description, let field = texts {
                let own = try work.find(
                    Query(
                        "CaseFieldValue",
                        where: .equals("testCaseId", .int(id)) && .equals("fieldId", .int(field.id)), fields: ["value"])
                )
                if own.allSatisfy({ RichText.plain($0["value"]).isEmpty }) {
                    values.append(("description", .string(text)))
                }
            }
            try work.setValues(id, values, book)
        }
    }

    // MARK: - End

    /// Writes what waits and completes the run.
    public func finish() throws(DomainError) -> PlanImportOutcome {
        try flush()
        let start = earliest ?? work.time
        let length = outcome.seconds.isFinite ? min(max(outcome.seconds, 0), 1e9) : 0
        let end = start + Int64((length * 1000).rounded())
        var values: [String: Value] = ["startedAt": .int(start), "hostName": .text(hostName)]
        if !output.isEmpty {
            let text = output.utf8.count > 1 << 20 ? String(output.prefix(1 << 18)) : output
            values["attributes"] = .text(JSON.members([("output", .string(text))]).text)
        }
        again.remove(0)
        if !order.isOpen {
            try Results.settle(again, work)
            for chunk in work.chunked(outcome.cases) { try Results.summarise(chunk, work) }
            values["completedAt"] = .int(end)
            values["elapsed"] = .int(RunSteps.whole(length))
            values["isCompleted"] = true
            values["isRunning"] = false
            values["isCurrent"] = true
            if let done = try Closing.state(scope: "RUNS", kind: "DONE", project: order.project, work) {
                values["stateId"] = .int(done)
            }
        }
        try work.apply(work.schema["TestRun"], [Change(run, set: values)])
        if !order.isOpen { try work.settleCurrentRun(run) }
        work.effects.refreshSearch("TestRun", [run])
        let facts: JSON = [
            "tests": .integer(Int64(outcome.total)), "created": .integer(Int64(outcome.casesMade)),
        ]
        work.effects.record(
            "BULK_CREATE", work.schema["TestRunResult"], id: run, project: order.project, name: nil, changes: facts)
        outcome.foldersMade = folders.made
        outcome.startedAt = start
        outcome.endedAt = end
        return outcome
    }
}
