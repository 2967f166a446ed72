public import Model
import Statements
import Store

/// What the list of projects and the overview say about a project.
public struct ProjectFigures: Sendable {
    public var cases: Int64 = 0
    public var automated: Int64 = 0
    public var folders: Int64 = 0
    public var runs: Int64 = 0
    public var activeRuns: Int64 = 0
    /// Tests of the open runs.
    public var counts = StatusCounts()
    public var lastAt: Int64?

    public init() {}
}

extension Reading {
    /// The figures of projects that the caller has read already: four statements for all of them.
    public func figures(ofProjects projects: [Int64]) throws(DomainError) -> [Int64: ProjectFigures] {
        guard !projects.isEmpty else { return [:] }
        let list = SQLText.list(projects.map { Value.int($0) })
        var result: [Int64: ProjectFigures] = [:]
        for project in projects { result[project] = ProjectFigures() }
        for row in try rows(
            """
            SELECT project_id, COUNT(*), CAST(SUM(CASE WHEN automation_status = 'AUTOMATED' THEN 1 ELSE 0 END) AS BIGINT)
            FROM repository_case WHERE project_id IN (\(list)) AND NOT is_deleted GROUP BY project_id
            """)
        {
            result[row[0].integer ?? 0]?.cases = row[1].integer ?? 0
            result[row[0].integer ?? 0]?.automated = row[2].integer ?? 0
        }
        for row in try rows(
            """
            SELECT project_id, COUNT(*) FROM repository_folder WHERE project_id IN (\(list)) AND NOT is_deleted
            GROUP BY project_id
            """)
        {
            result[row[0].integer ?? 0]?.folders = row[1].integer ?? 0
        }
        for row in try rows(
            """
            SELECT project_id, COUNT(*), CAST(SUM(CASE WHEN is_completed THEN 0 ELSE 1 END) AS BIGINT) FROM test_run
            WHERE project_id IN (\(list)) AND NOT is_deleted GROUP BY project_id
            """)
        {
            result[row[0].integer ?? 0]?.runs = row[1].integer ?? 0
            result[row[0].integer ?? 0]?.activeRuns = row[2].integer ?? 0
        }
        try addTests(of: list, to: &result)
        return result
    }

    private func addTests(of list: SQLText, to result: inout [Int64: ProjectFigures]) throws(DomainError) {
        var tallies = StatusTallies(try statuses())
        let found = try rows(
            """
            SELECT run.project_id, rc.status_id, run.is_completed, COUNT(*), MAX(rc.last_executed_at)
            FROM test_run_case AS rc JOIN test_run AS run ON run.id = rc.test_run_id
            WHERE run.project_id IN (\(list)) AND NOT run.is_deleted
            GROUP BY run.project_id, rc.status_id, run.is_completed
            """)
        for row in found {
            guard let project = row[0].integer else { continue }
            if row[2].boolean != true { tallies.add(project, row[1], row[3]) }
            guard let last = row[4].integer else { continue }
            let known = result[project]?.lastAt ?? last
            result[project]?.lastAt = max(last, known)
        }
        for project in result.keys { result[project]?.counts = tallies[project] }
    }

    /// How many cases each folder holds by itself.
    public func caseCounts(ofProject project: Int64) throws(DomainError) -> [Int64: Int64] {
        var result: [Int64: Int64] = [:]
        for row in try rows(
            """
            SELECT folder_id, COUNT(*) FROM repository_case WHERE project_id = \(Value.int(project)) AND NOT is_deleted
            GROUP BY folder_id
            """)
        {
            result[row[0].integer ?? 0] = row[1].integer
        }
        return result
    }

    /// Results recorded on each of the last days, oldest first, days without any included.
    public func resultDays(
        ofProject project: Int64, days: Int
    ) throws(DomainError) -> [(day: Int64, counts: StatusCounts)] {
        let today = now / Timestamp.millisecondsPerDay
        let first = today - Int64(days) + 1
        let since = Value.int(first * Timestamp.millisecondsPerDay)
        var tallies = StatusTallies(try statuses())
        let flavor = session.flavor
        let manual = try rows(
            """
            SELECT \(flavor.day("r.executed_at")), r.status_id, COUNT(*) FROM test_run_result AS r
            JOIN test_run AS run ON run.id = r.test_run_id WHERE run.project_id = \(Value.int(project))
            AND NOT run.is_deleted AND NOT r.is_deleted AND r.executed_at >= \(since)
            GROUP BY \(flavor.day("r.executed_at")), r.status_id
            """)
        let imported = try rows(
            """
            SELECT \(flavor.day("r.executed_at")), r.status_id, COUNT(*) FROM junit_test_result AS r
            JOIN junit_test_suite AS s ON s.id = r.test_suite_id JOIN test_run AS run ON run.id = s.test_run_id
            WHERE run.project_id = \(Value.int(project)) AND NOT run.is_deleted AND r.executed_at >= \(since)
            GROUP BY \(flavor.day("r.executed_at")), r.status_id
            """)
        for row in manual + imported {
            if let day = row[0].integer { tallies.add(day, row[1], row[2]) }
        }
        return (first...today).map { ($0 * Timestamp.millisecondsPerDay, tallies[$0]) }
    }

    /// The tests of the runs of milestones by status, and how many runs each has.
    public func figures(
        ofMilestones milestones: [Int64]
    ) throws(DomainError) -> [Int64: (counts: StatusCounts, runs: Int64)] {
        guard !milestones.isEmpty else { return [:] }
        let list = SQLText.list(milestones.map { Value.int($0) })
        var tallies = StatusTallies(try statuses())
        for row in try rows(
            """
            SELECT run.milestone_id, rc.status_id, COUNT(*) FROM test_run_case AS rc
            JOIN test_run AS run ON run.id = rc.test_run_id WHERE run.milestone_id IN (\(list)) AND NOT run.is_deleted
            GROUP BY run.milestone_id, rc.status_id
            """)
        {
            tallies.add(row[0].integer ?? 0, row[1], row[2])
        }
        var result: [Int64: (counts: StatusCounts, runs: Int64)] = [:]
        for row in try rows(
            """
            SELECT milestone_id, COUNT(*) FROM test_run WHERE milestone_id IN (\(list)) AND NOT is_deleted
            GROUP BY milestone_id
            """)
        {
            guard let id = row[0].integer else { continue }
            result[id] = (tallies[id], row[1].integer ?? 0)
        }
        return result
    }

    /// One line of what happened in a project.
    public struct ActivityEntry: Sendable {
        public let at: Int64
        /// The UUID of the user; `nil` for the server itself.
        public let personId: String?
        public let person: String
        /// CREATE, UPDATE, DELETE and their bulk forms.
        public let action: String
        public let entity: String
        /// The row, or the first one of many.
        public let entityId: Int64?
        public let title: String
        public let count: Int64
        public let completes: Bool
    }

    /// The latest changes of cases, runs, folders, milestones and results; the caller must see the project.
    public func activity(ofProject project: Int64, limit: Int) throws(DomainError) -> [ActivityEntry] {
        guard try grants().rights(in: project) != nil else { throw .notFound("Project") }
        let kinds = ["RepositoryCase", "TestRun", "RepositoryFolder", "Milestone", "TestRunResult"]
        let found = try rows(
            """
            SELECT a.timestamp, COALESCE(u.name, a.user_name, ''), a.action, a.entity_type, a.entity_id,
            COALESCE(a.entity_name, ''), a.metadata, a.changes, a.user_id FROM audit_log AS a
            LEFT JOIN "user" AS u ON u.uid = a.user_id
            WHERE a.project_id = \(Value.int(project)) AND a.entity_type IN (\(SQLText.list(kinds.map { Value.text($0) })))
            ORDER BY a.id DESC LIMIT \(Value.int(limit))
            """)
        return found.map { row in
            let metadata = ActivityEntry.parsed(row[6].string)
            let changes = ActivityEntry.parsed(row[7].string)
            return ActivityEntry(
                at: row[0].integer ?? 0, personId: row[8].string, person: row[1].string ?? "",
                action: row[2].string ?? "",
                entity: row[3].string ?? "",
                entityId: row[4].string.flatMap { Int64($0) } ?? metadata?["ids"]?[0]?.integer,
                title: row[5].string ?? "",
                count: metadata?["count"]?.integer ?? 1,
                completes: changes?["isCompleted"]?["new"]?.bool == true)
        }
    }
}

extension Reading.ActivityEntry {
    static func parsed(_ text: String?) -> JSON? {
        guard let text else { return nil }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return nil
        }
    }
}
