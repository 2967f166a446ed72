public import Model
import Statements
import Store

/// One result of a test in a run; many are recorded at once.
public struct ResultInput: Sendable {
    /// The outcome of a step.
    public struct Step: Sendable {
        /// From 1, shared steps counted one by one.
        public var order: Int
        public var status: Int64
        public var notes: String?

        public init(order: Int, status: Int64, notes: String? = nil) {
            self.order = order
            self.status = status
            self.notes = notes
        }
    }

    public var run: Int64
    /// The run case.
    public var member: Int64
    public var testCase: Int64
    public var status: Int64
    public var notes: String?
    public var seconds: Double?
    /// Milliseconds UTC; now when left out.
    public var executedAt: Int64?
    /// Who did it; the caller when left out.
    public var executedBy: Int64?
    /// Issues by key or name; unknown ones are made.
    public var issues: [String] = []
    public var steps: [Step] = []

    public init(run: Int64, member: Int64, testCase: Int64, status: Int64) {
        self.run = run
        self.member = member
        self.testCase = testCase
        self.status = status
    }
}

/// A case in a run.
public struct Membership: Sendable, Hashable {
    public let run: Int64
    public let testCase: Int64

    public init(run: Int64, testCase: Int64) {
        self.run = run
        self.testCase = testCase
    }
}

extension Reading {
    /// The run cases of cases in runs; a case that is there more than once counts with its first place.
    public func members(_ wanted: Set<Membership>) throws(DomainError) -> [Membership: Int64] {
        var result: [Membership: Int64] = [:]
        let cases = Set(wanted.map(\.testCase)).sorted().map { Value.int($0) }
        for run in Set(wanted.map(\.run)).sorted() {
            var start = 0
            while start < cases.count {
                let chunk = Array(cases[start..<min(start + 1000, cases.count)])
                let filter = Filter.equals("testRunId", .int(run)) && .oneOf("repositoryCaseId", chunk)
                let query = Query(
                    "TestRunCase", where: filter, fields: ["id", "repositoryCaseId"],
                    order: [.by("isRepeat"), .by("id")])
                for row in try find(query) {
                    let place = Membership(run: run, testCase: row["repositoryCaseId"].integer ?? 0)
                    if result[place] == nil { result[place] = row.id }
                }
                start += 1000
            }
        }
        return result
    }
}

extension Writing {
    /// Records attempts, all or none, in the order given; returns the ids of the results.
    public func record(_ attempts: [ResultInput], project: Int64) throws(DomainError) -> [Int64] {
        guard !attempts.isEmpty else { return [] }
        var drafts: [Draft] = []
        for attempt in attempts {
            drafts.append(
                Draft([
                    "testRunId": .int(attempt.run), "testRunCaseId": .int(attempt.member),
                    "statusId": .int(attempt.status), "seconds": .double(attempt.seconds),
                    "elapsed": .int(ResultInput.whole(attempt.seconds)), "executedAt": .int(attempt.executedAt ?? time),
                    "notes": attempt.notes.map { RichText.stored(.string($0)) } ?? .null,
                ]))
        }
        let ids = try insert("TestRunResult", drafts)
        try nameExecutors(ids, attempts)
        try recordSteps(ids, attempts)
        try linkIssues(ids, attempts, project)
        return ids
    }

    /// Results are the caller's; the person who executed the test is noted beside.
    private func nameExecutors(_ ids: [Int64], _ attempts: [ResultInput]) throws(DomainError) {
        var changes: [Change] = []
        var members: Set<Int64> = []
        for (id, attempt) in zip(ids, attempts) {
            guard let user = attempt.executedBy, user != caller.userId else { continue }
            changes.append(Change(id, set: ["executedById": .int(user)]))
            members.insert(attempt.member)
        }
        guard !changes.isEmpty else { return }
        try apply(schema["TestRunResult"], changes)
        try Results.settle(members, self)
    }

    private func recordSteps(_ ids: [Int64], _ attempts: [ResultInput]) throws(DomainError) {
        guard attempts.contains(where: { !$0.steps.isEmpty }) else { return }
        let cases = Set(attempts.filter { !$0.steps.isEmpty }.map(\.testCase))
        let known = try expandedSteps(ofCases: cases.sorted())
        var drafts: [Draft] = []
        for (id, attempt) in zip(ids, attempts) {
            let steps = known[attempt.testCase] ?? []
            for step in attempt.steps {
                let place = step.order >= 1 && step.order <= steps.count ? steps[step.order - 1] : nil
                drafts.append(
                    Draft([
                        "testRunResultId": .int(id), "stepId": .int(place?.step), "sharedStepItemId": .int(place?.item),
                        "order": .int(step.order), "statusId": .int(step.status),
                        "notes": step.notes.map { RichText.stored(.string($0)) } ?? .null,
                    ]))
            }
        }
        try insert("TestRunStepResult", drafts)
    }

    private func linkIssues(_ ids: [Int64], _ attempts: [ResultInput], _ project: Int64) throws(DomainError) {
        let named = try issues(named: attempts.flatMap(\.issues), project: project)
        var pairs: [[Value]] = []
        for (id, attempt) in zip(ids, attempts) {
            for name in attempt.issues {
                if let issue = named[name] { pairs.append([.int(id), .int(issue)]) }
            }
        }
        guard !pairs.isEmpty else { return }
        let insert = Insert(
            table: "test_run_result_issue", columns: ["test_run_result_id", "issue_id"], kinds: [.integer, .integer],
            rows: pairs, onConflict: .skip)
        _ = try run { () throws(StoreError) in try session.insert(insert) }
    }
}

extension ResultInput {
    /// Seconds as the columns of whole seconds hold them.
    static func whole(_ seconds: Double?) -> Int64? {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e12 else { return nil }
        return Int64(seconds.rounded(.up))
    }
}
