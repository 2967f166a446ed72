public import Model
import Statements

/// What lists and headers say about a run besides its own columns.
public struct RunFigures: Sendable {
    public var counts = StatusCounts()
    public var total: Int64 = 0
    /// Seconds spent.
    public var elapsed: Int64 = 0
    /// Seconds that the open tests are estimated to take.
    public var remaining: Int64 = 0
    public var lastAt: Int64?

    public init() {}
}

extension Reading {
    /// The figures of runs that the caller has read already, with one statement for all.
    public func figures(ofRuns runs: [Int64]) throws(DomainError) -> [Int64: RunFigures] {
        guard !runs.isEmpty else { return [:] }
        let book = try statuses()
        var tallies = StatusTallies(book)
        var result: [Int64: RunFigures] = [:]
        let found = try rows(
            """
            SELECT rc.test_run_id, rc.status_id, COUNT(*), CAST(COALESCE(SUM(rc.elapsed), 0) AS BIGINT),
            MAX(rc.last_executed_at), CAST(COALESCE(SUM(CASE WHEN rc.is_completed THEN 0
            ELSE COALESCE(c.estimate, c.forecast_manual, 0) END), 0) AS BIGINT)
            FROM test_run_case AS rc JOIN repository_case AS c ON c.id = rc.repository_case_id
            WHERE rc.test_run_id IN (\(SQLText.list(runs.map { Value.int($0) }))) GROUP BY rc.test_run_id, rc.status_id
            """)
        for row in found {
            guard let run = row[0].integer else { continue }
            tallies.add(run, row[1], row[2])
            var figures = result[run] ?? RunFigures()
            figures.total += row[2].integer ?? 0
            figures.elapsed += row[3].integer ?? 0
            figures.remaining += row[5].integer ?? 0
            if let last = row[4].integer { figures.lastAt = max(last, figures.lastAt ?? last) }
            result[run] = figures
        }
        for run in result.keys { result[run]?.counts = tallies[run] }
        return result
    }

    /// The tests of one run by status.
    public func counts(ofRun run: Int64) throws(DomainError) -> StatusCounts {
        let book = try statuses()
        var tally = StatusTally(book)
        let found = try rows(
            "SELECT status_id, COUNT(*) FROM test_run_case WHERE test_run_id = \(Value.int(run)) GROUP BY status_id")
        for row in found { tally.add(row[0], row[1]) }
        return StatusCounts(tally, book)
    }

    /// The results of an imported run by status.
    public func counts(ofImportedRun run: Int64) throws(DomainError) -> StatusCounts {
        let book = try statuses()
        var tally = StatusTally(book)
        let found = try rows(
            """
            SELECT r.status_id, COUNT(*) FROM junit_test_result AS r JOIN junit_test_suite AS s ON s.id = r.test_suite_id
            WHERE s.test_run_id = \(Value.int(run)) GROUP BY r.status_id
            """)
        for row in found { tally.add(row[0], row[1]) }
        return StatusCounts(tally, book)
    }

    /// What the tests of a run come to in one folder or for one person.
    public struct RunShare: Sendable {
        public let owner: Int64
        public var counts = StatusCounts()
        public var tests: Int64 = 0
        public var open: Int64 = 0
        public var elapsed: Int64 = 0
    }

    /// By the folder of the case.
    public func folderShares(ofRun run: Int64) throws(DomainError) -> [RunShare] {
        try shares(
            """
            SELECT c.folder_id, rc.status_id, COUNT(*), CAST(SUM(CASE WHEN rc.is_completed THEN 0 ELSE 1 END) AS BIGINT),
            CAST(COALESCE(SUM(rc.elapsed), 0) AS BIGINT)
            FROM test_run_case AS rc JOIN repository_case AS c ON c.id = rc.repository_case_id
            WHERE rc.test_run_id = \(Value.int(run)) GROUP BY c.folder_id, rc.status_id
            """)
    }

    /// By the person to whom the tests are given.
    public func assigneeShares(ofRun run: Int64) throws(DomainError) -> [RunShare] {
        try shares(
            """
            SELECT rc.assigned_to_id, rc.status_id, COUNT(*),
            CAST(SUM(CASE WHEN rc.is_completed THEN 0 ELSE 1 END) AS BIGINT),
            CAST(COALESCE(SUM(rc.elapsed), 0) AS BIGINT) FROM test_run_case AS rc
            WHERE rc.test_run_id = \(Value.int(run)) AND rc.assigned_to_id IS NOT NULL
            GROUP BY rc.assigned_to_id, rc.status_id
            """)
    }

    /// Results by the person who recorded them: number and seconds; ids of users.
    public func recorders(ofRun run: Int64) throws(DomainError) -> [(user: Int64, results: Int64, elapsed: Int64)] {
        try rows(
            """
            SELECT executed_by_id, COUNT(*), CAST(COALESCE(SUM(elapsed), 0) AS BIGINT) FROM test_run_result
            WHERE test_run_id = \(Value.int(run)) AND NOT is_deleted GROUP BY executed_by_id ORDER BY 2 DESC, 1
            """
        ).map { ($0[0].integer ?? 0, $0[1].integer ?? 0, $0[2].integer ?? 0) }
    }

    private func shares(_ statement: SQLText) throws(DomainError) -> [RunShare] {
        let book = try statuses()
        var tallies = StatusTallies(book)
        var result: [Int64: RunShare] = [:]
        for row in try rows(statement) {
            guard let owner = row[0].integer else { continue }
            tallies.add(owner, row[1], row[2])
            var share = result[owner] ?? RunShare(owner: owner)
            share.tests += row[2].integer ?? 0
            share.open += row[3].integer ?? 0
            share.elapsed += row[4].integer ?? 0
            result[owner] = share
        }
        for owner in result.keys { result[owner]?.counts = tallies[owner] }
        return result.values.sorted { $0.owner < $1.owner }
    }

    /// The suites of an imported run by status.
    public func suiteCounts(ofRun run: Int64) throws(DomainError) -> [Int64: StatusCounts] {
        var tallies = StatusTallies(try statuses())
        var suites: Set<Int64> = []
        let found = try rows(
            """
            SELECT r.test_suite_id, r.status_id, COUNT(*) FROM junit_test_result AS r
            JOIN junit_test_suite AS s ON s.id = r.test_suite_id WHERE s.test_run_id = \(Value.int(run))
            GROUP BY r.test_suite_id, r.status_id
            """)
        for row in found {
            guard let suite = row[0].integer else { continue }
            suites.insert(suite)
            tallies.add(suite, row[1], row[2])
        }
        return Dictionary(uniqueKeysWithValues: suites.map { ($0, tallies[$0]) })
    }
}
