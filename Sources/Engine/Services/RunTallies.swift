public import Model
import Statements

extension Reading {
    /// The tests of runs by status, cases that are gone left out unless they have a result; one statement for all.
    public func tallies(ofRuns runs: [Int64]) throws(DomainError) -> [Int64: StatusCounts] {
        guard !runs.isEmpty else { return [:] }
        var tallies = StatusTallies(try statuses())
        for row in try rows(
            """
            SELECT rc.test_run_id, rc.status_id, COUNT(*) FROM test_run_case AS rc
            JOIN repository_case AS c ON c.id = rc.repository_case_id
            WHERE rc.test_run_id IN (\(SQLText.list(runs.map { Value.int($0) })))
            AND (NOT c.is_deleted OR rc.status_id IS NOT NULL) GROUP BY rc.test_run_id, rc.status_id
            """)
        {
            tallies.add(row[0].integer ?? 0, row[1], row[2])
        }
        var result: [Int64: StatusCounts] = [:]
        for run in runs { result[run] = tallies[run] }
        return result
    }

    /// The run cases that such a tally counts.
    public static var counted: Filter {
        .not(.equals("statusId", .null)) || .related("repositoryCase", .some, .equals("isDeleted", false))
    }
}

extension Reading {
    /// The cases of runs that the caller has read already, in the order of each run, each case once.
    public func caseIds(ofRuns runs: [Int64]) throws(DomainError) -> [Int64: [Int64]] {
        guard !runs.isEmpty else { return [:] }
        var result: [Int64: [Int64]] = [:]
        for row in try rows(
            """
            SELECT rc.test_run_id, rc.repository_case_id FROM test_run_case AS rc
            JOIN repository_case AS c ON c.id = rc.repository_case_id
            WHERE rc.test_run_id IN (\(SQLText.list(runs.map { Value.int($0) }))) AND NOT rc.is_repeat
            AND (NOT c.is_deleted OR rc.status_id IS NOT NULL) ORDER BY rc.test_run_id, rc."order", rc.id
            """)
        {
            result[row[0].integer ?? 0, default: []].append(row[1].integer ?? 0)
        }
        return result
    }
}

extension Reading {
    /// The times of the first results of runs that the caller has read already.
    public func begins(ofRuns runs: [Int64]) throws(DomainError) -> [Int64: Int64] {
        guard !runs.isEmpty else { return [:] }
        var result: [Int64: Int64] = [:]
        for row in try rows(
            """
            SELECT test_run_id, MIN(started_at) FROM test_run_case
            WHERE test_run_id IN (\(SQLText.list(runs.map { Value.int($0) }))) AND started_at IS NOT NULL
            GROUP BY test_run_id
            """)
        {
            result[row[0].integer ?? 0] = row[1].integer
        }
        return result
    }
}
