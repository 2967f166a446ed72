public import Model
import Statements
import Store

/// A case whose results change their mind.
public struct FlakyCase: Sendable {
    public struct Execution: Sendable {
        public let result: Int64
        public let run: Int64
        public let status: Int64
        public let isSuccess: Bool
        public let isFailure: Bool
        /// Milliseconds, UTC.
        public let time: Int64
    }

    public let id: Int64
    public let name: String
    public let source: String
    public let project: Int64
    public let flips: Int
    /// The newest first.
    public let executions: [Execution]
}

/// How well a case is looked after.
public struct CaseHealth: Sendable {
    public let id: Int64
    public let name: String
    public let source: String
    public let project: Int64
    public let createdAt: Int64
    public let lastExecutedAt: Int64?
    public let daysSince: Int64?
    public let executions: Int64
    public let passed: Int64
    public let failed: Int64
    /// Percent with one decimal; `nil` without executions.
    public let passRate: Double?
    /// never_executed, always_failing, always_passing or healthy.
    public let status: String
    public let isStale: Bool
    public let score: Int
}

/// An issue beside a case that is linked to it.
public struct IssueCoverage: Sendable {
    public let issue: Row
    public let caseId: Int64
    public let caseName: String
    public let source: String
    public let lastStatus: Int64?
    public let lastExecutedAt: Int64?
    public let linked: Int64
    public let passed: Int64
    public let failed: Int64
    public let untested: Int64
}

/// How many cases a project had at the end of a period.
public struct AutomationCount: Sendable {
    public let project: Int64
    /// `YYYY-MM-DD`.
    public let period: String
    public let automated: Int64
    public let manual: Int64
}

extension Reading {
    private static let reportLimit = 20_000

    private func readable(_ projects: [Int64]) throws(DomainError) -> SQLText {
        let filter = Filter.oneOf("id", projects.map { .int($0) }) && .equals("isDeleted", false)
        let rows = try find(Query("Project", where: filter, fields: ["id"]))
        return SQLText.list(rows.isEmpty ? [.int(-1)] : rows.map { .int($0.id) })
    }

    /// Every execution that says something, of cases: result, run, case, status, time.
    private func executions(_ projects: SQLText) -> SQLText {
        """
        SELECT r.id AS result_id, r.test_run_id AS run_id, rc.repository_case_id AS case_id, r.status_id,
        r.executed_at AS at FROM test_run AS run JOIN test_run_result AS r ON r.test_run_id = run.id
        JOIN test_run_case AS rc ON rc.id = r.test_run_case_id
        WHERE run.project_id IN (\(projects)) AND NOT run.is_deleted AND NOT r.is_deleted
        UNION ALL
        SELECT j.id, su.test_run_id, j.repository_case_id, j.status_id, COALESCE(j.executed_at, j.created_at)
        FROM test_run AS run JOIN junit_test_suite AS su ON su.test_run_id = run.id
        JOIN junit_test_result AS j ON j.test_suite_id = su.id
        WHERE run.project_id IN (\(projects)) AND NOT run.is_deleted
        """
    }

    /// Cases that changed between success and anything else at least `threshold` times in their last `runs` executions.
    public func flakyCases(
        projects: [Int64], runs: Int, threshold: Int, automated: Bool? = nil
    ) throws(DomainError) -> [FlakyCase] {
        var filter = SQLText.empty
        if let automated { filter = " AND c.automated = \(Value.bool(automated))" }
        let rows = try self.rows(
            """
            SELECT case_id, name, source, project_id, result_id, run_id, status_id, is_success, is_failure, at FROM (
            SELECT e.case_id, c.name, c.source, c.project_id, e.result_id, e.run_id, e.status_id, s.is_success,
            s.is_failure, e.at, ROW_NUMBER() OVER (PARTITION BY e.case_id ORDER BY e.at DESC, e.result_id DESC) AS place
            FROM (\(executions(try readable(projects)))) AS e JOIN repository_case AS c ON c.id = e.case_id
            JOIN status AS s ON s.id = e.status_id
            WHERE NOT c.is_deleted AND s.system_name <> 'untested'\(filter)) AS ranked
            WHERE place <= \(Value.int(runs)) ORDER BY case_id, place LIMIT 500000
            """)
        var result: [FlakyCase] = []
        var start = 0
        while start < rows.count {
            var end = start
            while end < rows.count, rows[end][0] == rows[start][0] { end += 1 }
            let own = rows[start..<end]
            let passes = own.map { $0[7].boolean == true }
            let flips = zip(passes, passes.dropFirst()).count { $0 != $1 }
            if flips >= threshold, passes.contains(true), passes.contains(false) {
                let first = rows[start]
                result.append(
                    FlakyCase(
                        id: first[0].integer ?? 0, name: first[1].string ?? "", source: first[2].string ?? "",
                        project: first[3].integer ?? 0, flips: flips,
                        executions: own.map { row in
                            FlakyCase.Execution(
                                result: row[4].integer ?? 0, run: row[5].integer ?? 0, status: row[6].integer ?? 0,
                                isSuccess: row[7].boolean == true, isFailure: row[8].boolean == true,
                                time: row[9].integer ?? 0)
                        }))
            }
            start = end
        }
        return result.sorted { ($0.flips, $1.id) > ($1.flips, $0.id) }
    }

    /// The health of every case (TestPlanIt, test case health).
    public func caseHealth(
        projects: [Int64], staleDays: Int64, minimum: Int64, lookbackDays: Int64, automated: Bool? = nil
    ) throws(DomainError) -> [CaseHealth] {
        let list = try readable(projects)
        let since = Value.int(now - lookbackDays * Timestamp.millisecondsPerDay)
        var filter = SQLText.empty
        if let automated { filter = " AND c.automated = \(Value.bool(automated))" }
        let rows = try self.rows(
            """
            SELECT c.id, c.name, c.source, c.project_id, c.created_at, MAX(e.at),
            COUNT(CASE WHEN e.at >= \(since) THEN 1 END), COUNT(CASE WHEN e.at >= \(since) AND s.is_success THEN 1 END),
            COUNT(CASE WHEN e.at >= \(since) AND s.is_failure THEN 1 END)
            FROM repository_case AS c LEFT JOIN (SELECT x.* FROM (\(executions(list))) AS x
            JOIN status AS xs ON xs.id = x.status_id WHERE xs.system_name <> 'untested') AS e ON e.case_id = c.id
            LEFT JOIN status AS s ON s.id = e.status_id
            WHERE c.project_id IN (\(list)) AND NOT c.is_deleted\(filter)
            GROUP BY c.id, c.name, c.source, c.project_id, c.created_at ORDER BY c.id
            LIMIT \(Value.int(Reading.reportLimit))
            """)
        return rows.map { health($0, staleDays: staleDays, minimum: minimum) }
    }

    private func health(_ row: [Value], staleDays: Int64, minimum: Int64) -> CaseHealth {
        let last = row[5].integer
        let days = last.map { max(now - $0, 0) / Timestamp.millisecondsPerDay }
        let (count, passed, failed) = (row[6].integer ?? 0, row[7].integer ?? 0, row[8].integer ?? 0)
        let rate = count > 0 ? Forecasts.rounded(100 * Double(passed) / Double(count), 1) : nil
        var status = "healthy"
        if last == nil {
            status = "never_executed"
        } else if count >= minimum, passed == 0, failed > 0 {
            status = "always_failing"
        } else if count >= minimum, passed == count {
            status = "always_passing"
        }
        var score = 100
        if let days {
            if days > 90 { score -= 40 } else if days > 60 { score -= 25 } else if days > 30 { score -= 10 }
        } else {
            score -= 50
        }
        if count >= minimum, let rate {
            if passed == count { score -= 5 } else if passed == 0 { score -= 30 } else if rate < 50 { score -= 20 }
        }
        if count < 3 { score -= 10 }
        return CaseHealth(
            id: row[0].integer ?? 0, name: row[1].string ?? "", source: row[2].string ?? "",
            project: row[3].integer ?? 0, createdAt: row[4].integer ?? 0, lastExecutedAt: last, daysSince: days,
            executions: count, passed: passed, failed: failed, passRate: rate, status: status,
            isStale: days.map { $0 > staleDays } ?? false, score: max(score, 0))
    }

    /// Issues with the cases that are linked to them and how those stand.
    public func issueCoverage(projects: [Int64]) throws(DomainError) -> [IssueCoverage] {
        let list = try readable(projects)
        let rows = try self.rows(
            """
            SELECT i.id, c.id, c.name, c.source, c.last_status_id, c.last_executed_at, s.is_success, s.is_failure
            FROM issue AS i JOIN repository_case_issue AS p ON p.issue_id = i.id
            JOIN repository_case AS c ON c.id = p.repository_case_id LEFT JOIN status AS s ON s.id = c.last_status_id
            WHERE i.project_id IN (\(list)) AND c.project_id IN (\(list)) AND NOT i.is_deleted AND NOT c.is_deleted
            ORDER BY i.id DESC, c.id LIMIT \(Value.int(Reading.reportLimit))
            """)
        var issues: [Int64: Row] = [:]
        let ids = Set(rows.compactMap { $0[0].integer }).sorted()
        for row in try find("Issue", ids.map { .id($0) }) { issues[row.id] = row }
        var counts: [Int64: (all: Int64, passed: Int64, failed: Int64, untested: Int64)] = [:]
        for row in rows {
            var count = counts[row[0].integer ?? 0] ?? (0, 0, 0, 0)
            count.all += 1
            if row[6].boolean == true {
                count.passed += 1
            } else if row[7].boolean == true {
                count.failed += 1
            } else if row[4].isNull {
                count.untested += 1
            }
            counts[row[0].integer ?? 0] = count
        }
        var result: [IssueCoverage] = []
        for row in rows {
            guard let id = row[0].integer, let issue = issues[id], let count = counts[id] else { continue }
            result.append(
                IssueCoverage(
                    issue: issue, caseId: row[1].integer ?? 0, caseName: row[2].string ?? "",
                    source: row[3].string ?? "", lastStatus: row[4].integer, lastExecutedAt: row[5].integer,
                    linked: count.all, passed: count.passed, failed: count.failed, untested: count.untested))
        }
        return result
    }

    /// New cases of each project in each period, by whether they are automated; `filter` limits the cases.
    public func newCases(
        projects: [Int64], period: ReportPeriod, where filter: Filter = .all
    ) throws(DomainError) -> [AutomationCount] {
        let list = try readable(projects)
        let condition = try condition(filter, on: "RepositoryCase", alias: "c")
        let rows = try self.rows(
            """
            SELECT c.project_id, \(session.flavor.period(period.flavored, "c.created_at")),
            COUNT(CASE WHEN c.automated THEN 1 END), COUNT(*) FROM repository_case AS c
            WHERE c.project_id IN (\(list)) AND NOT c.is_deleted AND \(condition) GROUP BY 1, 2 ORDER BY 2, 1
            """)
        return rows.map { row in
            let automated = row[2].integer ?? 0
            return AutomationCount(
                project: row[0].integer ?? 0, period: row[1].string ?? "", automated: automated,
                manual: (row[3].integer ?? 0) - automated)
        }
    }
}
