public import Model
import Statements

/// A step of a case as a tester sees it: its own, or one of the shared steps that stand in its place.
public struct ExpandedStep: Sendable {
    /// The row of the case.
    public let step: Int64
    public let uid: String
    /// The row of the shared group.
    public let item: Int64?
    public let group: Int64?
    /// Stored documents.
    public let action: Value
    public let expected: Value
}

extension Reading {
    /// The steps of cases that the caller has read already, in order, with two statements for all.
    public func expandedSteps(ofCases cases: [Int64]) throws(DomainError) -> [Int64: [ExpandedStep]] {
        guard !cases.isEmpty else { return [:] }
        let list = SQLText.list(cases.map { Value.int($0) })
        let found = try rows(
            """
            SELECT test_case_id, id, uid, shared_step_group_id, step, expected_result FROM step
            WHERE test_case_id IN (\(list)) AND NOT is_deleted ORDER BY test_case_id, "order", id
            """)
        let groups = Set(found.compactMap { $0[3].integer })
        var items: [Int64: [[Value]]] = [:]
        if !groups.isEmpty {
            let list = SQLText.list(groups.sorted().map { Value.int($0) })
            for row in try rows(
                """
                SELECT i.shared_step_group_id, i.id, i.step, i.expected_result FROM shared_step_item AS i
                JOIN shared_step_group AS g ON g.id = i.shared_step_group_id WHERE g.id IN (\(list))
                AND NOT g.is_deleted ORDER BY i.shared_step_group_id, i."order", i.id
                """)
            {
                items[row[0].integer ?? 0, default: []].append(row)
            }
        }
        var result: [Int64: [ExpandedStep]] = [:]
        for row in found {
            let owner = row[0].integer ?? 0
            let (id, uid) = (row[1].integer ?? 0, row[2].string ?? "")
            guard let group = row[3].integer else {
                result[owner, default: []].append(
                    ExpandedStep(step: id, uid: uid, item: nil, group: nil, action: row[4], expected: row[5]))
                continue
            }
            for item in items[group] ?? [] {
                result[owner, default: []].append(
                    ExpandedStep(
                        step: id, uid: uid, item: item[1].integer, group: group, action: item[2], expected: item[3]))
            }
        }
        return result
    }
}
