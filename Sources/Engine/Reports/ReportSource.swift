public import Model
import Statements

/// What a report is about: rows with things to group by and numbers to compute.
public enum ReportSource: String, Sendable, Hashable, CaseIterable {
    case executions, cases, activity, issues, sessions, milestones
}

/// A thing to group by.
struct ReportDimension {
    enum Kind {
        /// A row of an entity that has a name; the colour where it has one.
        case row(String)
        /// The period of the source's time.
        case time
        /// A word as it is.
        case text
    }

    let id: String
    let label: String
    let key: SQLText
    let kind: Kind
    var join = SQLText.empty
}

/// A number to compute.
struct ReportMetric {
    enum Form { case whole, real(Int), time }

    let id: String
    let label: String
    let value: SQLText
    let form: Form
}

/// The part of the data that a report is made of.
public struct ReportScope: Sendable {
    public var projects: [Int64]
    /// Milliseconds UTC; the second one exclusive.
    public var from: Int64?
    public var until: Int64?
    public var milestone: Int64?
    public var assignee: Int64?
    public var configuration: Int64?

    public init(projects: [Int64]) { self.projects = projects }
}

extension ReportSource {
    /// Columns of `f` that exist for every source: `project_id` and `at`.
    func rows(_ scope: ReportScope) -> SQLText {
        let projects = SQLText.list(scope.projects.isEmpty ? [.int(-1)] : scope.projects.map { .int($0) })
        var rows = facts(projects)
        var conditions: [SQLText] = []
        if let from = scope.from { conditions.append("f.at >= \(Value.int(from))") }
        if let until = scope.until { conditions.append("f.at < \(Value.int(until))") }
        if let id = scope.milestone, columns.contains("milestone_id") {
            conditions.append("f.milestone_id = \(Value.int(id))")
        }
        if let id = scope.assignee, columns.contains("assignee_id") {
            conditions.append("f.assignee_id = \(Value.int(id))")
        }
        if let id = scope.configuration, columns.contains("config_id") {
            conditions.append("f.config_id = \(Value.int(id))")
        }
        if !conditions.isEmpty {
            rows = "SELECT * FROM (\(rows)) AS f WHERE \(conditions.joined(separator: " AND "))"
        }
        return rows
    }

    private var columns: Set<String> {
        switch self {
        case .executions, .sessions: ["milestone_id", "assignee_id", "config_id"]
        case .issues: ["assignee_id"]
        case .milestones: ["milestone_id"]
        case .cases, .activity: []
        }
    }

    private func facts(_ projects: SQLText) -> SQLText {
        switch self {
        case .executions: return ReportSource.executions(projects)
        case .cases:
            return """
                SELECT c.id AS case_id, c.project_id, c.folder_id, c.template_id, c.state_id, c.creator_id, c.source,
                c.automation_status, c.created_at AS at, (SELECT COUNT(*) FROM step AS st WHERE st.test_case_id = c.id
                AND NOT st.is_deleted) AS steps, (SELECT v.value FROM case_field_value AS v JOIN case_field AS cf
                ON cf.id = v.field_id WHERE v.test_case_id = c.id AND cf.system_name = 'priority' LIMIT 1) AS priority
                FROM repository_case AS c WHERE c.project_id IN (\(projects)) AND NOT c.is_deleted
                """
        case .activity:
            return """
                SELECT e.user_id, e.project_id, e.at, e.elapsed, 1 AS executed, 0 AS made, 0 AS noted
                FROM (\(ReportSource.executions(projects))) AS e
                UNION ALL SELECT c.creator_id, c.project_id, c.created_at, NULL, 0, 1, 0 FROM repository_case AS c
                WHERE c.project_id IN (\(projects)) AND NOT c.is_deleted
                UNION ALL SELECT sr.created_by_id, se.project_id, sr.created_at, NULL, 0, 0, 1
                FROM session_result AS sr JOIN session AS se ON se.id = sr.session_id
                WHERE se.project_id IN (\(projects)) AND NOT se.is_deleted AND NOT sr.is_deleted
                """
        case .issues:
            return """
                SELECT i.id AS issue_id, i.project_id, i.created_by_id AS creator_id, i.issue_type_name AS type,
                i.integration_id, COALESCE(i.status, 'OPEN') AS status, UPPER(i.priority) AS priority,
                UPPER(i.severity) AS severity, i.assigned_to_id AS assignee_id, i.created_at AS at
                FROM issue AS i WHERE i.project_id IN (\(projects)) AND NOT i.is_deleted
                """
        case .sessions:
            return """
                SELECT se.id AS session_id, se.project_id, se.assigned_to_id AS assignee_id, se.milestone_id,
                se.config_id, se.template_id, se.state_id, se.created_by_id AS creator_id, se.created_at AS at,
                se.elapsed, se.is_completed, (SELECT COUNT(*) FROM session_result AS r WHERE r.session_id = se.id
                AND NOT r.is_deleted) AS results, (SELECT COUNT(*) FROM session_finding AS fi
                JOIN session_result AS r ON r.id = fi.session_result_id WHERE r.session_id = se.id
                AND NOT r.is_deleted AND NOT fi.is_deleted) AS findings
                FROM session AS se WHERE se.project_id IN (\(projects)) AND NOT se.is_deleted
                """
        case .milestones:
            return """
                SELECT m.id AS milestone_id, m.project_id, m.created_by AS creator_id, m.created_at AS at,
                m.is_completed, rc.id AS member_id, s.is_completed AS is_done FROM milestone AS m
                LEFT JOIN test_run AS run ON run.milestone_id = m.id AND NOT run.is_deleted
                LEFT JOIN test_run_case AS rc ON rc.test_run_id = run.id LEFT JOIN status AS s ON s.id = rc.status_id
                WHERE m.project_id IN (\(projects)) AND NOT m.is_deleted
                """
        }
    }

    /// Results by hand and automated ones, those that say something.
    private static func executions(_ projects: SQLText) -> SQLText {
        """
        SELECT r.test_run_id AS run_id, rc.repository_case_id AS case_id, r.status_id, r.executed_at AS at,
        r.elapsed * 1.0 AS elapsed, r.executed_by_id AS user_id, rc.assigned_to_id AS assignee_id,
        run.config_id, run.milestone_id, run.project_id, s.is_success, s.is_failure, s.system_name AS word
        FROM test_run AS run JOIN test_run_result AS r ON r.test_run_id = run.id
        JOIN test_run_case AS rc ON rc.id = r.test_run_case_id JOIN status AS s ON s.id = r.status_id
        WHERE run.project_id IN (\(projects)) AND NOT run.is_deleted AND NOT r.is_deleted
        AND s.system_name <> 'untested'
        UNION ALL
        SELECT su.test_run_id, j.repository_case_id, j.status_id, COALESCE(j.executed_at, j.created_at),
        j.time * 1.0, j.created_by_id, NULL, run.config_id, run.milestone_id, run.project_id, s.is_success,
        s.is_failure, s.system_name FROM test_run AS run JOIN junit_test_suite AS su ON su.test_run_id = run.id
        JOIN junit_test_result AS j ON j.test_suite_id = su.id JOIN status AS s ON s.id = j.status_id
        WHERE run.project_id IN (\(projects)) AND NOT run.is_deleted AND s.system_name <> 'untested'
        """
    }

    var dimensions: [ReportDimension] {
        func row(_ id: String, _ label: String, _ column: SQLText, _ entity: String) -> ReportDimension {
            ReportDimension(id: id, label: label, key: column, kind: .row(entity))
        }
        let project = row("project", "Project", "f.project_id", "Project")
        let date = ReportDimension(id: "date", label: "Date", key: "f.at", kind: .time)
        switch self {
        case .executions:
            return [
                row("status", "Status", "f.status_id", "Status"), row("user", "User", "f.user_id", "User"),
                row("configuration", "Configuration", "f.config_id", "Configuration"), date,
                row("testRun", "Test Run", "f.run_id", "TestRun"),
                row("testCase", "Test Case", "f.case_id", "RepositoryCase"),
                row("milestone", "Milestone", "f.milestone_id", "Milestone"), project,
            ]
        case .cases:
            var tag = row("tag", "Tag", "ct.tag_id", "Tag")
            tag.join = " JOIN repository_case_tag AS ct ON ct.repository_case_id = f.case_id"
            return [
                row("template", "Template", "f.template_id", "Template"),
                row("creator", "Creator", "f.creator_id", "User"),
                row("state", "State", "f.state_id", "Workflow"),
                ReportDimension(id: "source", label: "Source", key: "f.source", kind: .text),
                row("folder", "Folder", "f.folder_id", "RepositoryFolder"), date,
                row("testCase", "Test Case", "f.case_id", "RepositoryCase"), project, tag,
                ReportDimension(id: "priority", label: "Priority", key: "f.priority", kind: .text),
            ]
        case .activity:
            var role = row("role", "Role", "u.role_id", "Role")
            role.join = " JOIN \"user\" AS u ON u.id = f.user_id"
            var group = row("group", "Group", "ga.group_id", "Group")
            group.join = " LEFT JOIN group_assignment AS ga ON ga.user_id = f.user_id"
            return [row("user", "User", "f.user_id", "User"), role, group, date, project]
        case .issues:
            return [
                row("creator", "Creator", "f.creator_id", "User"),
                ReportDimension(id: "issueType", label: "Issue Type", key: "f.type", kind: .text),
                row("issueTracker", "Issue Tracker", "f.integration_id", "Integration"),
                ReportDimension(id: "issueStatus", label: "Issue Status", key: "f.status", kind: .text),
                ReportDimension(id: "priority", label: "Priority", key: "f.priority", kind: .text), date, project,
                ReportDimension(id: "severity", label: "Severity", key: "f.severity", kind: .text),
            ]
        case .sessions:
            return [
                row("session", "Session", "f.session_id", "Session"),
                row("assignedTo", "Assigned To", "f.assignee_id", "User"),
                row("milestone", "Milestone", "f.milestone_id", "Milestone"),
                row("template", "Template", "f.template_id", "Template"),
                row("state", "State", "f.state_id", "Workflow"),
                row("creator", "Creator", "f.creator_id", "User"), date, project,
            ]
        case .milestones:
            return [
                row("milestone", "Milestone", "f.milestone_id", "Milestone"),
                row("creator", "Creator", "f.creator_id", "User"), date, project,
            ]
        }
    }

    var metrics: [ReportMetric] {
        func whole(_ id: String, _ label: String, _ value: SQLText) -> ReportMetric {
            ReportMetric(id: id, label: label, value: value, form: .whole)
        }
        func real(_ id: String, _ label: String, _ value: SQLText, _ decimals: Int = 1) -> ReportMetric {
            ReportMetric(id: id, label: label, value: value, form: .real(decimals))
        }
        switch self {
        case .executions:
            return [
                whole("testResults", "Test Results Count", "COUNT(*)"),
                real(
                    "passRate", "Pass Rate (%)",
                    "100.0 * COUNT(CASE WHEN f.is_success THEN 1 END) / NULLIF(COUNT(*), 0)"),
                real("avgElapsedTime", "Avg. Elapsed Time", "AVG(f.elapsed)", 2),
                real("totalElapsedTime", "Total Elapsed Time", "SUM(f.elapsed)", 2),
                whole("testRunCount", "Test Runs Count", "COUNT(DISTINCT f.run_id)"),
                whole("testCaseCount", "Test Cases Count", "COUNT(DISTINCT f.case_id)"),
                whole(
                    "runCaseCount", "Run Cases Count",
                    "COUNT(DISTINCT CAST(f.run_id AS TEXT) || '/' || CAST(f.case_id AS TEXT))"),
                whole("passed", "Passed", "COUNT(CASE WHEN f.is_success THEN 1 END)"),
                whole("failed", "Failed", "COUNT(CASE WHEN f.is_failure THEN 1 END)"),
                whole("blocked", "Blocked", "COUNT(CASE WHEN f.word = 'blocked' THEN 1 END)"),
                whole("skipped", "Skipped", "COUNT(CASE WHEN f.word = 'skipped' THEN 1 END)"),
                ReportMetric(
                    id: "lastFailed", label: "Last Failed", value: "MAX(CASE WHEN f.is_failure THEN f.at END)",
                    form: .time),
            ]
        case .cases:
            let automated: SQLText = "COUNT(CASE WHEN f.automation_status = 'AUTOMATED' THEN 1 END)"
            return [
                whole("testCaseCount", "Test Case Count", "COUNT(*)"),
                real("automationRate", "Automation Rate (%)", "100.0 * \(automated) / NULLIF(COUNT(*), 0)"),
                whole("automatedCount", "Automated Cases", automated),
                whole("manualCount", "Manual Cases", "COUNT(*) - \(automated)"),
                real("averageSteps", "Average Steps per Case", "1.0 * SUM(f.steps) / NULLIF(COUNT(*), 0)"),
                whole("totalSteps", "Total Steps", "CAST(SUM(f.steps) AS BIGINT)"),
            ]
        case .activity:
            return [
                whole("executionCount", "Test Executions", "SUM(f.executed)"),
                whole("createdCaseCount", "Created Test Case Count", "SUM(f.made)"),
                whole("sessionResultCount", "Session Result Count", "SUM(f.noted)"),
                real("averageElapsed", "Average Time per Execution (seconds)", "AVG(f.elapsed)", 2),
                ReportMetric(id: "lastActiveDate", label: "Last Active Date", value: "MAX(f.at)", form: .time),
            ]
        case .issues: return [whole("issueCount", "Issue Count", "COUNT(*)")]
        case .sessions:
            return [
                whole("sessionCount", "Session Count", "COUNT(*)"),
                whole("activeSessions", "Active Sessions", "COUNT(CASE WHEN f.is_completed THEN NULL ELSE 1 END)"),
                real("averageDuration", "Average Duration", "AVG(f.elapsed * 1.0)", 2),
                whole("totalDuration", "Total Duration", "CAST(COALESCE(SUM(f.elapsed), 0) AS BIGINT)"),
                whole("results", "Results", "CAST(SUM(f.results) AS BIGINT)"),
                whole("findings", "Findings", "CAST(SUM(f.findings) AS BIGINT)"),
            ]
        case .milestones:
            return [
                real(
                    "milestoneCompletion", "Milestone Completion (%)",
                    "100.0 * COUNT(CASE WHEN f.is_done THEN 1 END) / NULLIF(COUNT(f.member_id), 0)"),
                whole("totalMilestones", "Total Milestones", "COUNT(DISTINCT f.milestone_id)"),
                whole(
                    "activeMilestones", "Active Milestones",
                    "COUNT(DISTINCT CASE WHEN f.is_completed THEN NULL ELSE f.milestone_id END)"),
                whole("memberCount", "Run Cases", "COUNT(f.member_id)"),
                whole("doneCount", "Completed Run Cases", "COUNT(CASE WHEN f.is_done THEN 1 END)"),
            ]
        }
    }
}
