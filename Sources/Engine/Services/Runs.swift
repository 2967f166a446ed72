public import Model
import Statements

extension Writing {
    /// A case to put into a run.
    public struct RunMember: Sendable {
        public var caseId: Int64
        public var assignee: Int64?

        public init(caseId: Int64, assignee: Int64? = nil) {
            self.caseId = caseId
            self.assignee = assignee
        }
    }

    /// Starts a run with cases; the state is the project's default for runs.
    public func createRun(project: Int64, _ fields: [String: Value], members: [RunMember]) throws(DomainError) -> Int64
    {
        var draft = Draft(fields)
        draft["projectId"] = .int(project)
        if draft["stateId"]?.isNull != false { draft["stateId"] = .int(try defaultState("RUNS", project)) }
        let run = try insert("TestRun", [draft])[0]
        try addToRun(run, members)
        return run
    }

    /// Adds cases to a run; cases that are in it already stay as they are.
    @discardableResult
    public func addToRun(_ run: Int64, _ members: [RunMember]) throws(DomainError) -> [Int64] {
        guard !members.isEmpty else { return [] }
        try Results.requireOpen([run], self)
        try lockRows("TestRun", [run])
        let known = Set(
            try rows("SELECT repository_case_id FROM test_run_case WHERE test_run_id = \(Value.int(run))").compactMap {
                $0[0].integer
            })
        let last = try value(
            "SELECT COALESCE(MAX(\"order\"), 0) FROM test_run_case WHERE test_run_id = \(Value.int(run))")
        var order = last?.integer ?? 0
        var seen = known
        var drafts: [Draft] = []
        for member in members where seen.insert(member.caseId).inserted {
            order += 1
            drafts.append(
                Draft([
                    "testRunId": .int(run), "repositoryCaseId": .int(member.caseId), "order": .int(order),
                    "assignedToId": .int(member.assignee),
                ]))
        }
        return try insert("TestRunCase", drafts)
    }
}
