import Model
import Statements
import Store

/// Cases in a run: assigned to people who may read the project; a case joins a run once.
struct TestRunCaseRules: RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        try Results.requireOpen(Set(drafts.compactMap { $0["testRunId"]?.integer }), work)
        try work.numberInstances(&drafts)
    }

    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        try Results.summarise(Set(old.values.compactMap { $0["repositoryCaseId"].integer }).sorted(), work)
    }
}

/// Results: only for open runs; each moves its run case, the case's latest result and the forecasts.
struct TestRunResultRules: RowRules {
    func allowsInsert(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> Bool {
        // The assignee of a run case records results for it with read access.
        let ids = Set(drafts.compactMap { $0["testRunCaseId"]?.integer })
        guard let user = work.caller.userId, !ids.isEmpty else { return false }
        let own = try work.count(
            "TestRunCase", where: .oneOf("id", ids.map { .int($0) }) && .equals("assignedToId", .int(user)))
        return own == ids.count
    }

    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        try Results.requireOpen(Set(drafts.compactMap { $0["testRunId"]?.integer }), work)
        let cases = Set(drafts.compactMap { $0["testRunCaseId"]?.integer })
        let list = SQLText.list(cases.map { Value.int($0) })
        var owners: [Int64: Int64] = [:]
        for row in try work.rows("SELECT id, test_run_id FROM test_run_case WHERE id IN (\(list))") {
            owners[row[0].integer ?? 0] = row[1].integer
        }
        var attempts: [Int64: Int64] = [:]
        for row in try work.rows(
            "SELECT test_run_case_id, MAX(attempt) FROM test_run_result WHERE test_run_case_id IN (\(list)) GROUP BY test_run_case_id"
        ) {
            attempts[row[0].integer ?? 0] = row[1].integer
        }
        for index in drafts.indices {
            guard let runCase = drafts[index]["testRunCaseId"]?.integer else { continue }
            guard let owner = owners[runCase], owner == drafts[index]["testRunId"]?.integer else {
                throw .invalid("testRunCaseId", "testRunCaseId is not of this run")
            }
            let attempt = (attempts[runCase] ?? 0) + 1
            attempts[runCase] = attempt
            if drafts[index]["attempt"] == nil { drafts[index]["attempt"] = .int(attempt) }
        }
    }

    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        try Results.settle(Set(drafts.compactMap { $0["testRunCaseId"]?.integer }), work)
    }

    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError) {
        try Results.settle(Set(old.values.compactMap { $0["testRunCaseId"].integer }), work)
    }

    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        try Results.settle(Set(old.values.compactMap { $0["testRunCaseId"].integer }), work)
    }
}

/// Steps, values and proof of a result: whoever may record a result as its assignee may complete it.
struct ResultPartRules: RowRules {
    /// The reference to the result.
    let field: String

    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        if field == "testRunResultId" { try RunSteps.follow(stepResults: drafts, work) }
    }

    func allowsInsert(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> Bool {
        let ids = Set(drafts.compactMap { $0[field]?.integer })
        guard let user = work.caller.userId, !ids.isEmpty, drafts.allSatisfy({ $0[field]?.integer != nil }) else {
            return false
        }
        let own = try work.count(
            "TestRunResult",
            where: .oneOf("id", ids.map { .int($0) }) && .equals("executedById", .int(user))
                && .related("testRunCase", .some, .equals("assignedToId", .int(user))))
        return own == ids.count
    }
}

/// What follows from results.
enum Results {
    static func requireOpen(_ runs: Set<Int64>, _ work: Writing) throws(DomainError) {
        guard !runs.isEmpty else { return }
        let list = SQLText.list(runs.map { Value.int($0) })
        let closed = try work.value("SELECT COUNT(*) FROM test_run WHERE id IN (\(list)) AND is_completed")
        if closed?.integer ?? 0 > 0 { throw .conflict("the test run is completed") }
    }

    /// Sets run cases from their latest results, then the cases' latest status and forecasts.
    static func settle(_ runCases: Set<Int64>, _ work: Writing) throws(DomainError) {
        for chunk in work.chunked(runCases.sorted()) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            let latest = try work.rows(
                """
                SELECT rc.id, rc.repository_case_id, r.status_id, r.executed_at, r.elapsed, s.is_completed,
                r.executed_by_id, rc.started_at, (SELECT COUNT(*) FROM test_run_result AS y
                WHERE y.test_run_case_id = rc.id AND NOT y.is_deleted)
                FROM test_run_case AS rc LEFT JOIN test_run_result AS r ON r.id = (
                SELECT x.id FROM test_run_result AS x WHERE x.test_run_case_id = rc.id AND NOT x.is_deleted
                ORDER BY x.executed_at DESC, x.id DESC LIMIT 1)
                LEFT JOIN status AS s ON s.id = r.status_id WHERE rc.id IN (\(list))
                """)
            var changes: [Change] = []
            var cases: Set<Int64> = []
            for row in latest {
                guard let id = row[0].integer else { continue }
                if let owner = row[1].integer { cases.insert(owner) }
                let isCompleted = row[5].boolean == true
                changes.append(
                    Change(
                        id,
                        set: [
                            "statusId": row[2], "isCompleted": .bool(isCompleted),
                            "completedAt": isCompleted ? row[3] : .null, "elapsed": row[4], "lastExecutedAt": row[3],
                            "lastExecutedById": row[6], "startedAt": row[7].isNull ? row[3] : row[7],
                            "attempts": row[8],
                        ]))
            }
            try work.apply(work.schema["TestRunCase"], changes)
            try RunSteps.follow(chunk, work)
            try summarise(cases.sorted(), work)
        }
    }

    /// The latest status and the forecasts of cases, from all their results.
    static func summarise(_ cases: [Int64], _ work: Writing) throws(DomainError) {
        if cases.isEmpty { return }
        let list = SQLText.list(cases.map { Value.int($0) })
        let rows = try work.rows(
            """
            SELECT owner, status_id, executed_at FROM (SELECT rc.repository_case_id AS owner, r.status_id,
            r.executed_at, ROW_NUMBER() OVER (
            PARTITION BY rc.repository_case_id ORDER BY r.executed_at DESC, r.id DESC) AS place
            FROM test_run_result AS r JOIN test_run_case AS rc ON rc.id = r.test_run_case_id
            JOIN test_run AS run ON run.id = r.test_run_id
            WHERE rc.repository_case_id IN (\(list)) AND NOT r.is_deleted AND NOT run.is_deleted) AS ranked
            WHERE place = 1
            """)
        var latest: [Int64: (status: Value, time: Value)] = [:]
        for row in rows { latest[row[0].integer ?? 0] = (row[1], row[2]) }
        var changes: [Change] = []
        for id in cases {
            let values: [String: Value] = [
                "lastStatusId": latest[id]?.status ?? .null, "lastExecutedAt": latest[id]?.time ?? .null,
            ]
            changes.append(Change(id, set: values))
        }
        try work.derive(work.schema["RepositoryCase"], changes)
        try Forecasts.refresh(cases, work)
    }
}
