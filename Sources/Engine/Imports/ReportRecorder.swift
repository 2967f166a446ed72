import Formats
import Model
import Statements
import Store

/// Turns the events of reports into suites, cases, run cases and results, some thousand tests at a time.
final class ReportRecorder {
    /// Tests that wait are written after this many, or after this many bytes of their texts.
    private static let batch = 2000
    private static let batchBytes = 8 << 20
    private static let mappingLimit = 10_000

    private struct Pending {
        let test: ReportTest
        let suite: Int64
        let suiteName: String
    }

    private struct OpenSuite {
        let id: Int64
        let name: String
        var totals = ReportTotals()
        let declared: ReportSuite
    }

    private let work: Writing
    private let order: ReportImport
    private let run: Row
    private let isRegular: Bool
    private var cases: CaseMatcher
    private let statuses: [ReportOutcome: StatusBook.Entry]
    private var suites: [OpenSuite] = []
    private var pending: [Pending] = []
    private var pendingBytes = 0
    /// Run cases by case.
    private var members: [Int64: Int64] = [:]
    private var nextOrder: Int64
    private(set) var outcome = ImportOutcome()

    init(_ work: Writing, _ order: ReportImport, run: Row) throws(DomainError) {
        self.work = work
        self.order = order
        self.run = run
        isRegular = run.text("testRunType") == "REGULAR"
        cases = try CaseMatcher(work, order, isRegular: isRegular)
        let book = try work.statuses()
        var statuses: [ReportOutcome: StatusBook.Entry] = [:]
        statuses[.passed] = book.entries.first { $0.isSuccess && $0.isEnabled }
        statuses[.failed] = book.named("failure") ?? book.named("failed")
        statuses[.errored] = book.named("error") ?? statuses[.failed]
        statuses[.skipped] = book.named("skipped")
        if order.foldsErrors {
            statuses[.failed] = book.named("failed")
            statuses[.errored] = statuses[.failed]
        }
        self.statuses = statuses
        nextOrder = 0
        let known = try work.rows(
            "SELECT id, repository_case_id, \"order\" FROM test_run_case WHERE test_run_id = \(Value.int(run.id))")
        for row in known {
            members[row[1].integer ?? 0] = row[0].integer
            nextOrder = max(nextOrder, row[2].integer ?? 0)
        }
        outcome.run = run.id
    }

    func take(_ event: ReportEvent) throws(DomainError) {
        switch event {
        case .suiteBegan(let suite): try begin(suite)
        case .test(let test): try add(test)
        case .suiteEnded(let out, let err, let properties): try end(out, err, properties)
        }
    }

    /// Writes what waits; the file is read.
    func endFile() throws(DomainError) {
        try flush()
        while !suites.isEmpty { try end(nil, nil, []) }
    }

    private func begin(_ suite: ReportSuite) throws(DomainError) {
        // Outer `testsuites` elements without a name add nothing.
        let name = suite.name.isEmpty ? (suite.file ?? "Tests") : String(suite.name.prefix(2000))
        if isRegular {
            suites.append(OpenSuite(id: 0, name: name, declared: suite))
            return
        }
        let names = [
            "name", "file", "tests", "failures", "errors", "skipped", "assertions", "time", "timestamp", "parentId",
            "testRunId", "createdById",
        ]
        let row: [Value] = [
            .text(name), .text(suite.file), .int(suite.tests.map { Int64($0) }), .int(suite.failures.map { Int64($0) }),
            .int(suite.errors.map { Int64($0) }), .int(suite.skipped.map { Int64($0) }),
            .int(suite.assertions.map { Int64($0) }), .double(suite.time), .int(suite.timestamp),
            .int(suites.last?.id), .int(run.id), .int(work.caller.userId),
        ]
        let id = try work.store(work.schema["JUnitTestSuite"], names, [row])[0]
        suites.append(OpenSuite(id: id, name: name, declared: suite))
        try keep(suite.properties, suite: id)
    }

    private func end(_ out: String?, _ err: String?, _ properties: [ReportProperty]) throws(DomainError) {
        guard let suite = suites.popLast(), !isRegular else { return }
        var values: [String: Value] = [:]
        if let out { values["systemOut"] = .text(out) }
        if let err { values["systemErr"] = .text(err) }
        // What the tests add up to, where the report does not say.
        if suite.declared.tests == nil { values["tests"] = .int(suite.totals.tests) }
        if suite.declared.failures == nil { values["failures"] = .int(suite.totals.failed) }
        if suite.declared.errors == nil { values["errors"] = .int(suite.totals.errored) }
        if suite.declared.skipped == nil { values["skipped"] = .int(suite.totals.skipped) }
        if suite.declared.time == nil { values["time"] = .double(suite.totals.seconds) }
        if !values.isEmpty { try work.apply(work.schema["JUnitTestSuite"], [Change(suite.id, set: values)]) }
        try keep(properties, suite: suite.id)
    }

    private func keep(_ properties: [ReportProperty], suite: Int64) throws(DomainError) {
        guard !properties.isEmpty else { return }
        let rows: [[Value]] = properties.map { property in
            [.text(String(property.name.prefix(1000))), .text(property.value), .int(suite), .int(work.caller.userId)]
        }
        try work.store(work.schema["JUnitProperty"], ["name", "value", "testSuiteId", "createdById"], rows)
    }

    private func add(_ test: ReportTest) throws(DomainError) {
        if suites.isEmpty { try begin(ReportSuite(name: test.className ?? "Tests")) }
        outcome.tests += 1
        outcome.seconds += test.time ?? 0
        switch test.outcome {
        case .passed: outcome.passed += 1
        case .failed: outcome.failed += 1
        case .errored: outcome.errored += 1
        case .skipped: outcome.skipped += 1
        }
        let last = suites.count - 1
        suites[last].totals.add(test)
        pending.append(Pending(test: test, suite: suites[last].id, suiteName: suites[last].name))
        pendingBytes += (test.systemOut?.utf8.count ?? 0) + (test.problems.first?.text?.utf8.count ?? 0)
        if pending.count >= ReportRecorder.batch || pendingBytes >= ReportRecorder.batchBytes { try flush() }
    }

    private func flush() throws(DomainError) {
        guard !pending.isEmpty else { return }
        let batch = pending
        pending.removeAll(keepingCapacity: true)
        pendingBytes = 0
        let found = try cases.cases(for: batch.map { ($0.test, $0.suiteName, statuses[$0.test.outcome]?.id) })
        outcome.created = cases.created
        outcome.matched = cases.matched
        outcome.ignored = cases.ignored
        outcome.ignoredNames = cases.ignoredNames
        try join(batch, found)
        if isRegular { try recordResults(batch, found) } else { try recordTests(batch, found) }
    }

    /// Puts the cases into the run with the status of their latest test.
    private func join(_ batch: [Pending], _ found: [Int64?]) throws(DomainError) {
        var fresh: [[Value]] = []
        var freshCases: [Int64: Int] = [:]
        var changes: [Change] = []
        for (index, item) in batch.enumerated() {
            guard let owner = found[index] else { continue }
            let status = statuses[item.test.outcome]
            let finished = Value.int(item.test.timestamp ?? work.time)
            let elapsed = Value.int(item.test.time.map { Int64($0.rounded(.up)) })
            let isCompleted = status?.isCompleted == true
            if let position = freshCases[owner] {
                fresh[position][3] = .int(status?.id)
                fresh[position][4] = .bool(isCompleted)
            } else if let member = members[owner] {
                if isRegular { continue }
                changes.append(
                    Change(
                        member,
                        set: [
                            "statusId": .int(status?.id), "isCompleted": .bool(isCompleted),
                            "completedAt": isCompleted ? finished : .null, "elapsed": elapsed,
                            "lastExecutedAt": finished, "lastExecutedById": .int(work.caller.userId),
                        ]))
            } else {
                nextOrder += 1
                freshCases[owner] = fresh.count
                fresh.append([
                    .int(run.id), .int(owner), .int(nextOrder), isRegular ? .null : .int(status?.id),
                    .bool(!isRegular && isCompleted), isRegular ? .null : finished,
                    !isRegular && isCompleted ? finished : .null, isRegular ? .null : elapsed,
                    isRegular ? .null : finished, .int(isRegular ? 0 : 1),
                ])
            }
        }
        let names = [
            "testRunId", "repositoryCaseId", "order", "statusId", "isCompleted", "startedAt", "completedAt", "elapsed",
            "lastExecutedAt", "attempts",
        ]
        var number = fresh.isEmpty ? 0 : try work.instanceNumbers(run: run.id, count: fresh.count)
        for index in fresh.indices {
            fresh[index].append(.int(number))
            number += 1
        }
        let ids = try work.store(work.schema["TestRunCase"], names + ["number"], fresh)
        for (row, id) in zip(fresh, ids) { members[row[1].integer ?? 0] = id }
        try work.apply(work.schema["TestRunCase"], changes)
    }

    private static let resultNames = [
        "message", "content", "file", "systemOut", "systemErr", "assertions", "line", "time", "executedAt", "type",
        "isFlaky", "reruns", "repositoryCaseId", "testSuiteId", "createdById", "statusId",
    ]

    private func recordTests(_ batch: [Pending], _ found: [Int64?]) throws(DomainError) {
        var rows: [[Value]] = []
        rows.reserveCapacity(batch.count)
        var recorded: [(pending: Pending, owner: Int64)] = []
        let user = Value.int(work.caller.userId)
        for (index, item) in batch.enumerated() {
            guard let owner = found[index] else { continue }
            let test = item.test
            rows.append([
                .text(test.problems.first?.message ?? test.skipReason), .text(ReportText.content(test)),
                .text(test.file), .text(test.systemOut), .text(test.systemErr),
                .int(test.assertions.map { Int64($0) }), .int(test.line.map { Int64($0) }), .double(test.time),
                .int(test.timestamp ?? work.time), .text(ReportText.type(test.outcome)),
                test.isFlaky ? true : .null, .text(ReportText.reruns(test)), .int(owner), .int(item.suite), user,
                .int(statuses[test.outcome]?.id),
            ])
            recorded.append((item, owner))
        }
        let ids = try work.store(work.schema["JUnitTestResult"], ReportRecorder.resultNames, rows)
        try recordExtras(recorded, ids)
    }

    /// Properties and attachments of the tests.
    private func recordExtras(
        _ recorded: [(pending: Pending, owner: Int64)], _ ids: [Int64]
    ) throws(DomainError) {
        var properties: [[Value]] = []
        var attachments: [[Value]] = []
        let user = Value.int(work.caller.userId)
        for (index, item) in recorded.enumerated() {
            let test = item.pending.test
            for property in test.properties {
                properties.append([
                    .text(String(property.name.prefix(1000))), .text(property.value), .int(item.owner), user,
                ])
            }
            guard !test.attachments.isEmpty else { continue }
            for attachment in test.attachments {
                let isURL = attachment.path.hasPrefix("http://") || attachment.path.hasPrefix("https://")
                attachments.append([
                    .text(String(attachment.name.prefix(1000))), .text(String(attachment.path.prefix(4000))),
                    isURL ? "URL" : "FILE", .int(item.owner), user,
                ])
            }
            if outcome.mappings.count < ReportRecorder.mappingLimit {
                outcome.mappings.append(
                    ImportOutcome.Mapping(
                        suite: item.pending.suiteName, test: test.name, className: test.className, result: ids[index],
                        attachments: test.attachments.map { ($0.name, $0.path) }))
            }
        }
        try work.store(
            work.schema["JUnitProperty"], ["name", "value", "repositoryCaseId", "createdById"], properties)
        try work.store(
            work.schema["JUnitAttachment"], ["name", "value", "type", "repositoryCaseId", "createdById"], attachments)
    }

    /// Ordinary results for a run that people execute.
    private func recordResults(_ batch: [Pending], _ found: [Int64?]) throws(DomainError) {
        var drafts: [Draft] = []
        for (index, item) in batch.enumerated() {
            guard let owner = found[index], let member = members[owner], let status = statuses[item.test.outcome] else {
                continue
            }
            let text = ReportText.content(item.test) ?? item.test.problems.first?.message ?? item.test.skipReason
            drafts.append(
                Draft([
                    "testRunId": .int(run.id), "testRunCaseId": .int(member), "statusId": .int(status.id),
                    "elapsed": .int(item.test.time.map { Int64($0.rounded(.up)) }), "seconds": .double(item.test.time),
                    "executedAt": .int(item.test.timestamp ?? work.time),
                    "notes": text.map { RichText.stored(.string($0)) } ?? .null, "output": .text(item.test.systemOut),
                ]))
        }
        try work.insert("TestRunResult", drafts)
    }

    /// Forecasts and latest statuses of cases that were there before; new ones got theirs when they were made.
    func finish() throws(DomainError) -> ImportOutcome {
        if !isRegular { try cases.summarise() }
        return outcome
    }
}
