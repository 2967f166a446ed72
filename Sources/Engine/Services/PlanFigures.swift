public import Model
import Statements

/// What plans, runs and milestones add up to; for rows that the caller was shown already.
extension Reading {
    /// Cases in open runs that wait for the user, by project.
    public func openWork(of user: Int64, projects: [Int64]) throws(DomainError) -> [Int64: Int64] {
        let pending = try statuses().untested?.id ?? 0
        return try pairs(
            """
            SELECT r.project_id, COUNT(*) FROM test_run_case AS m JOIN test_run AS r ON r.id = m.test_run_id
            WHERE m.assigned_to_id = \(Value.int(user)) AND NOT r.is_completed AND NOT r.is_deleted
            AND (m.status_id IS NULL OR m.status_id = \(Value.int(pending)))
            AND r.project_id IN (\(list(projects))) GROUP BY r.project_id
            """)
    }

    /// Distinct requirements of the cases of plans.
    public func planRequirements(_ plans: [Int64]) throws(DomainError) -> [Int64: Int64] {
        try pairs(
            """
            SELECT m.test_plan_id, COUNT(DISTINCT k.requirement_id) FROM test_plan_case AS m
            JOIN requirement_coverage AS k ON k.repository_case_id = m.repository_case_id
            JOIN requirement AS q ON q.id = k.requirement_id AND NOT q.is_deleted
            WHERE m.test_plan_id IN (\(list(plans))) GROUP BY m.test_plan_id
            """)
    }

    /// Distinct defects found by the runs of plans.
    public func planDefects(_ plans: [Int64]) throws(DomainError) -> [Int64: Int64] {
        try pairs(
            """
            SELECT r.test_plan_id, COUNT(DISTINCT x.issue_id) FROM test_run AS r
            JOIN test_run_case AS m ON m.test_run_id = r.id JOIN test_run_case_issue AS x ON x.test_run_case_id = m.id
            JOIN issue AS i ON i.id = x.issue_id AND NOT i.is_deleted
            WHERE r.test_plan_id IN (\(list(plans))) AND NOT r.is_deleted GROUP BY r.test_plan_id
            """)
    }

    /// Rows of run, status and number of cases; no status is untested.
    public func runStatuses(_ runs: [Int64]) throws(DomainError) -> [(run: Int64, status: Int64, count: Int64)] {
        let pending = try statuses().untested?.id ?? 0
        let found = try rows(
            """
            SELECT run, status, COUNT(*) FROM (
            SELECT test_run_id AS run, COALESCE(status_id, \(Value.int(pending))) AS status FROM test_run_case
            WHERE test_run_id IN (\(list(runs)))) AS judged GROUP BY run, status ORDER BY run, status
            """)
        return found.map { ($0[0].integer ?? 0, $0[1].integer ?? 0, $0[2].integer ?? 0) }
    }

    /// Distinct defects of runs.
    public func runDefects(_ runs: [Int64]) throws(DomainError) -> [Int64: Int64] {
        try pairs(
            """
            SELECT m.test_run_id, COUNT(DISTINCT x.issue_id) FROM test_run_case AS m
            JOIN test_run_case_issue AS x ON x.test_run_case_id = m.id
            JOIN issue AS i ON i.id = x.issue_id AND NOT i.is_deleted
            WHERE m.test_run_id IN (\(list(runs))) GROUP BY m.test_run_id
            """)
    }

    /// Who is to execute cases of runs.
    public func runAssignees(_ runs: [Int64]) throws(DomainError) -> [Int64: [Int64]] {
        let found = try rows(
            """
            SELECT DISTINCT test_run_id, assigned_to_id FROM test_run_case WHERE test_run_id IN (\(list(runs)))
            AND assigned_to_id IS NOT NULL ORDER BY test_run_id, assigned_to_id
            """)
        var result: [Int64: [Int64]] = [:]
        for row in found { if let user = row[1].integer { result[row[0].integer ?? 0, default: []].append(user) } }
        return result
    }

    /// Steps of the cases of runs.
    public func runStepCounts(_ runs: [Int64]) throws(DomainError) -> [Int64: Int64] {
        try pairs(
            """
            SELECT m.test_run_id, COUNT(*) FROM test_run_case AS m
            JOIN test_run_case_step AS s ON s.test_run_case_id = m.id
            WHERE m.test_run_id IN (\(list(runs))) GROUP BY m.test_run_id
            """)
    }

    /// Cases in the runs of milestones.
    public func milestoneCases(_ milestones: [Int64]) throws(DomainError) -> [Int64: Int64] {
        try pairs(
            """
            SELECT r.milestone_id, COUNT(*) FROM test_run AS r JOIN test_run_case AS m ON m.test_run_id = r.id
            WHERE r.milestone_id IN (\(list(milestones))) AND NOT r.is_deleted GROUP BY r.milestone_id
            """)
    }

    /// The root plans of projects.
    public func rootPlans(of projects: [Int64]) throws(DomainError) -> [Int64: Int64] {
        try pairs(
            """
            SELECT project_id, MIN(id) FROM test_plan WHERE project_id IN (\(list(projects))) AND is_root
            AND NOT is_deleted GROUP BY project_id
            """)
    }

    /// How deep folders stand in the trees of plans: 0 at the top; by the id of the place.
    public func planLevels(_ plans: [Int64]) throws(DomainError) -> [Int64: Int64] {
        let found = try rows(
            """
            SELECT id, test_plan_id, folder_id, parent_id FROM test_plan_folder
            WHERE test_plan_id IN (\(list(Array(Set(plans)))))
            """)
        var parents: [[Int64]: Int64] = [:]
        for row in found {
            if let parent = row[3].integer { parents[[row[1].integer ?? 0, row[2].integer ?? 0]] = parent }
        }
        var result: [Int64: Int64] = [:]
        for row in found {
            let plan = row[1].integer ?? 0
            var level: Int64 = 0
            var folder = row[2].integer ?? 0
            while let above = parents[[plan, folder]], level < 64 {
                level += 1
                folder = above
            }
            result[row[0].integer ?? 0] = level
        }
        return result
    }

    /// The first case that covers each requirement.
    public func firstCoverage(_ requirements: [Int64]) throws(DomainError) -> [Int64: Int64] {
        let found = try rows(
            """
            SELECT k.requirement_id, k.repository_case_id FROM requirement_coverage AS k
            JOIN repository_case AS c ON c.id = k.repository_case_id AND NOT c.is_deleted
            WHERE k.requirement_id IN (\(list(requirements))) ORDER BY k.id DESC
            """)
        var result: [Int64: Int64] = [:]
        for row in found { result[row[0].integer ?? 0] = row[1].integer }
        return result
    }

    /// The latest result of cases in runs: flakiness and properties.
    public func latestFacts(_ members: [Int64]) throws(DomainError) -> [Int64: (flakiness: Value, properties: Value)] {
        let found = try rows(
            """
            SELECT r.test_run_case_id, r.flakiness, r.properties FROM test_run_result AS r
            WHERE r.test_run_case_id IN (\(list(members))) AND NOT r.is_deleted
            AND (r.flakiness IS NOT NULL OR r.properties IS NOT NULL) ORDER BY r.executed_at, r.id
            """)
        var result: [Int64: (flakiness: Value, properties: Value)] = [:]
        for row in found { result[row[0].integer ?? 0] = (row[1], row[2]) }
        return result
    }

    private func list(_ ids: [Int64]) -> SQLText { SQLText.list(ids.map { Value.int($0) }) }

    private func pairs(_ statement: SQLText) throws(DomainError) -> [Int64: Int64] {
        var result: [Int64: Int64] = [:]
        for row in try rows(statement) { result[row[0].integer ?? 0] = row[1].integer }
        return result
    }
}
