public import Model
import Statements

extension Reading {
    /// The newest result of each run case that the caller has read already: id, status, notes, who and when.
    public func latestResults(ofMembers members: [Int64]) throws(DomainError) -> [Int64: Row] {
        guard !members.isEmpty else { return [:] }
        let layout = RowLayout([
            "id", "uid", "testRunCaseId", "statusId", "notes", "executedById", "executedAt", "seconds",
        ])
        var result: [Int64: Row] = [:]
        var start = 0
        while start < members.count {
            let chunk = members[start..<min(start + 5000, members.count)]
            let list = SQLText.list(chunk.map { Value.int($0) })
            for values in try rows(
                """
                SELECT r.id, r.uid, r.test_run_case_id, r.status_id, r.notes, r.executed_by_id, r.executed_at, r.seconds
                FROM test_run_case AS rc JOIN test_run_result AS r ON r.id = (SELECT x.id FROM test_run_result AS x
                WHERE x.test_run_case_id = rc.id AND NOT x.is_deleted ORDER BY x.executed_at DESC, x.id DESC LIMIT 1)
                WHERE rc.id IN (\(list))
                """)
            {
                result[values[2].integer ?? 0] = Row(layout: layout, values: values)
            }
            start += 5000
        }
        return result
    }
}
