public import Model
import Statements

/// The cases and runs that an issue belongs to, directly or through results.
public struct IssuePlaces: Sendable {
    public var cases: [Int64] = []
    public var runs: [Int64] = []
}

extension Reading {
    /// Where issues that the caller has read already were found, with two statements for all.
    public func places(ofIssues issues: [Int64]) throws(DomainError) -> [Int64: IssuePlaces] {
        guard !issues.isEmpty else { return [:] }
        let list = SQLText.list(issues.map { Value.int($0) })
        var result: [Int64: IssuePlaces] = [:]
        for row in try rows(
            """
            SELECT p.issue_id, p.repository_case_id FROM repository_case_issue AS p WHERE p.issue_id IN (\(list))
            UNION SELECT p.issue_id, rc.repository_case_id FROM test_run_result_issue AS p
            JOIN test_run_result AS r ON r.id = p.test_run_result_id JOIN test_run_case AS rc
            ON rc.id = r.test_run_case_id WHERE p.issue_id IN (\(list)) AND NOT r.is_deleted ORDER BY 1, 2
            """)
        {
            result[row[0].integer ?? 0, default: IssuePlaces()].cases.append(row[1].integer ?? 0)
        }
        for row in try rows(
            """
            SELECT p.issue_id, p.test_run_id FROM test_run_issue AS p WHERE p.issue_id IN (\(list))
            UNION SELECT p.issue_id, r.test_run_id FROM test_run_result_issue AS p
            JOIN test_run_result AS r ON r.id = p.test_run_result_id WHERE p.issue_id IN (\(list))
            AND NOT r.is_deleted ORDER BY 1, 2
            """)
        {
            result[row[0].integer ?? 0, default: IssuePlaces()].runs.append(row[1].integer ?? 0)
        }
        return result
    }
}

extension Reading {
    /// What people call the issues of results, by result.
    public func defectNames(ofResults results: [Int64]) throws(DomainError) -> [Int64: [String]] {
        try names(
            """
            SELECT p.test_run_result_id, COALESCE(i.external_key, i.name) FROM test_run_result_issue AS p
            JOIN issue AS i ON i.id = p.issue_id WHERE NOT i.is_deleted AND p.test_run_result_id
            """, results)
    }

    /// What people call the issues of cases, by case.
    public func issueNames(ofCases cases: [Int64]) throws(DomainError) -> [Int64: [String]] {
        try names(
            """
            SELECT p.repository_case_id, COALESCE(i.external_key, i.name) FROM repository_case_issue AS p
            JOIN issue AS i ON i.id = p.issue_id WHERE NOT i.is_deleted AND p.repository_case_id
            """, cases)
    }

    private func names(_ statement: SQLText, _ owners: [Int64]) throws(DomainError) -> [Int64: [String]] {
        var result: [Int64: [String]] = [:]
        var start = 0
        while start < owners.count {
            let chunk = owners[start..<min(start + 5000, owners.count)]
            let list = SQLText.list(chunk.map { Value.int($0) })
            for row in try rows("\(statement) IN (\(list)) ORDER BY 1, i.id") {
                result[row[0].integer ?? 0, default: []].append(row[1].string ?? "")
            }
            start += 5000
        }
        return result
    }
}
