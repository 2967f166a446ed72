import Engine
import Model
import Wire

/// The summaries of the reference, each put together from a few matrices.
struct ReportSummaries {
    private let work: Reading
    private let scope: ReportScope

    init(_ scope: ReportScope, in work: Reading) {
        self.scope = scope
        self.work = work
    }

    /// `summary` and the lists of a report.
    func members(_ kind: ReportKind) throws(DomainError) -> [(String, JSON)] {
        switch kind {
        case .testExecution: try testExecution()
        case .repositoryStats: try repositoryStats()
        case .sessionAnalysis: try sessionAnalysis()
        case .issueTracking: try issueTracking()
        case .userEngagement: try userEngagement()
        case .projectHealth: try projectHealth()
        }
    }

    /// `summary` alone.
    func summary(_ kind: ReportKind) throws(DomainError) -> JSON {
        try members(kind).first { $0.0 == "summary" }?.1 ?? .null
    }

    private func whole(_ matrix: ReportMatrix, _ line: ReportMatrix.Line, _ metric: String) -> JSON {
        .integer(matrix.number(metric, line).whole)
    }

    private func total(_ source: ReportSource, _ metrics: [String]) throws(DomainError) -> (
        ReportMatrix, ReportMatrix.Line
    ) {
        let matrix = try work.matrix(source, scope, by: [], metrics)
        return (matrix, matrix.lines.first ?? ReportMatrix.Line(keys: [], numbers: metrics.map { _ in .none }))
    }

    private func testExecution() throws(DomainError) -> [(String, JSON)] {
        let metrics = ["testRunCount", "runCaseCount", "passRate", "totalElapsedTime", "testResults"]
        let (totals, line) = try total(.executions, metrics)
        let runs = totals.number("testRunCount", line).whole
        let elapsed = totals.number("totalElapsedTime", line).real
        let average = runs > 0 ? Int64((elapsed / Double(runs)).rounded()) : 0
        let summary: JSON = [
            "totalRuns": .integer(runs), "totalCases": whole(totals, line, "runCaseCount"),
            "passRate": .number(totals.number("passRate", line).real), "avgDuration": .integer(average),
            "totalResults": whole(totals, line, "testResults"),
        ]
        let words = ["passed", "failed", "blocked", "skipped"]
        let days = try work.matrix(.executions, scope, by: ["date"], words + ["testResults"])
        var trends: [JSON] = []
        for line in days.lines {
            var members: [(String, JSON)] = [("date", .string(line.keys[0].name))]
            var rest = days.number("testResults", line).whole
            for word in words {
                let count = days.number(word, line).whole
                rest -= count
                members.append((word, .integer(count)))
            }
            members.append(("other", .integer(max(rest, 0))))
            trends.append(.members(members))
        }
        let cases = try work.matrix(.executions, scope, by: ["testCase"], ["failed", "lastFailed"])
        var failing = cases.lines.filter { cases.number("failed", $0).whole > 0 }
        failing.sort { cases.number("failed", $0).whole > cases.number("failed", $1).whole }
        var failures: [JSON] = []
        for line in failing.prefix(10) {
            guard case .row(_, let uid, let name, _) = line.keys[0] else { continue }
            failures.append([
                "testCase": .string(name), "testCaseId": .string(uid), "failureCount": whole(cases, line, "failed"),
                "lastFailed": time(cases.number("lastFailed", line)),
            ])
        }
        return [("summary", summary), ("trends", .array(trends)), ("topFailures", .array(failures))]
    }

    private func time(_ number: ReportMatrix.Number) -> JSON {
        guard case .time(let time) = number else { return .null }
        return .string(Timestamp.text(time))
    }

    /// Rows `{id, name, count}`, the most frequent first.
    private func counts(
        _ source: ReportSource, by dimension: String, _ metric: String, withId: Bool,
        _ name: (ReportMatrix.Key) -> String = { $0.name }
    ) throws(DomainError) -> JSON {
        let matrix = try work.matrix(source, scope, by: [dimension], [metric])
        let lines = matrix.lines.sorted { matrix.number(metric, $0).whole > matrix.number(metric, $1).whole }
        return .array(
            lines.map { line in
                var members: [(String, JSON)] = []
                if withId {
                    if case .row(_, let uid, _, _) = line.keys[0] {
                        members.append(("id", .string(uid)))
                    } else {
                        members.append(("id", .null))
                    }
                }
                members.append(("name", .string(name(line.keys[0]))))
                members.append(("count", whole(matrix, line, metric)))
                return .members(members)
            })
    }

    private func repositoryStats() throws(DomainError) -> [(String, JSON)] {
        let metrics = [
            "testCaseCount", "automatedCount", "manualCount", "automationRate", "totalSteps", "averageSteps",
        ]
        let (totals, line) = try total(.cases, metrics)
        let summary: JSON = [
            "totalCases": whole(totals, line, "testCaseCount"), "automatedCases": whole(totals, line, "automatedCount"),
            "manualCases": whole(totals, line, "manualCount"),
            "automationRate": .number(totals.number("automationRate", line).real),
            "totalSteps": whole(totals, line, "totalSteps"),
            "averageSteps": .number(totals.number("averageSteps", line).real),
        ]
        let priority = try work.caseFields().fields.first { $0.systemName == "priority" }
        let fallback = priority?.options.first { $0.isDefault }
        return [
            ("summary", summary),
            ("byFolder", try counts(.cases, by: "folder", "testCaseCount", withId: true)),
            ("byTemplate", try counts(.cases, by: "template", "testCaseCount", withId: true)),
            ("byState", try counts(.cases, by: "state", "testCaseCount", withId: true)),
            ("byTag", try counts(.cases, by: "tag", "testCaseCount", withId: true)),
            ("byPriority", try byPriority(priority, fallback)),
        ]
    }

    private func byPriority(
        _ field: CaseFieldBook.Field?, _ fallback: CaseFieldBook.Option?
    ) throws(DomainError) -> JSON {
        let matrix = try work.matrix(.cases, scope, by: ["priority"], ["testCaseCount"])
        var sums: [Int64: Int64] = [:]
        for line in matrix.lines {
            let text = line.keys[0].name.filter { $0.isNumber }
            let id = Int64(text) ?? fallback?.id ?? 0
            sums[id, default: 0] += matrix.number("testCaseCount", line).whole
        }
        var rows: [JSON] = []
        for option in field?.options ?? [] {
            guard let count = sums[option.id] else { continue }
            rows.append(["id": .string(option.uid), "name": .string(option.name), "count": .integer(count)])
        }
        return .array(rows)
    }

    private func sessionAnalysis() throws(DomainError) -> [(String, JSON)] {
        let metrics = ["sessionCount", "activeSessions", "totalDuration", "averageDuration", "findings"]
        let (totals, line) = try total(.sessions, metrics)
        let count = totals.number("sessionCount", line).whole
        let active = totals.number("activeSessions", line).whole
        let summary: JSON = [
            "totalSessions": .integer(count), "activeSessions": .integer(active),
            "completedSessions": .integer(count - active), "totalDuration": whole(totals, line, "totalDuration"),
            "averageDuration": whole(totals, line, "averageDuration"), "totalFindings": whole(totals, line, "findings"),
        ]
        let rows = try work.matrix(.sessions, scope, by: ["session"], ["totalDuration", "results", "findings"])
        var sessions: [JSON] = []
        for line in rows.lines.reversed() {
            guard case .row(_, let uid, let name, _) = line.keys[0] else { continue }
            sessions.append([
                "id": .string(uid), "name": .string(name), "duration": whole(rows, line, "totalDuration"),
                "results": whole(rows, line, "results"), "findings": whole(rows, line, "findings"),
            ])
        }
        return [("summary", summary), ("sessions", .array(sessions))]
    }

    private static let closed: Set<String> = ["CLOSED", "DONE", "RESOLVED"]

    private func issueTracking() throws(DomainError) -> [(String, JSON)] {
        let states = try work.matrix(.issues, scope, by: ["issueStatus"], ["issueCount"])
        var (open, done): (Int64, Int64) = (0, 0)
        for line in states.lines {
            let count = states.number("issueCount", line).whole
            if ReportSummaries.closed.contains(line.keys[0].name.uppercased()) { done += count } else { open += count }
        }
        let days = try work.matrix(.issues, scope, by: ["date"], ["issueCount"])
        let trends: [JSON] = days.lines.map {
            ["date": .string($0.keys[0].name), "created": whole(days, $0, "issueCount")]
        }
        return [
            (
                "summary",
                ["totalIssues": .integer(open + done), "openIssues": .integer(open), "closedIssues": .integer(done)]
            ),
            ("byStatus", try counts(.issues, by: "issueStatus", "issueCount", withId: false)),
            ("byPriority", try counts(.issues, by: "priority", "issueCount", withId: false)),
            ("bySeverity", try counts(.issues, by: "severity", "issueCount", withId: false)),
            ("trends", .array(trends)),
        ]
    }

    private func userEngagement() throws(DomainError) -> [(String, JSON)] {
        let metrics = ["executionCount", "createdCaseCount", "sessionResultCount", "averageElapsed", "lastActiveDate"]
        let matrix = try work.matrix(.activity, scope, by: ["user"], metrics)
        let lines = matrix.lines.sorted {
            matrix.number("executionCount", $0).whole > matrix.number("executionCount", $1).whole
        }
        var users: [JSON] = []
        var sums: [String: Int64] = [:]
        for line in lines {
            for metric in metrics.prefix(3) { sums[metric, default: 0] += matrix.number(metric, line).whole }
            guard case .row(_, let uid, let name, _) = line.keys[0] else { continue }
            users.append([
                "user": ["id": .string(uid), "name": .string(name)], "executions": whole(matrix, line, metrics[0]),
                "createdCases": whole(matrix, line, metrics[1]), "sessionResults": whole(matrix, line, metrics[2]),
                "averageDuration": .number(matrix.number("averageElapsed", line).real),
                "lastActive": time(matrix.number("lastActiveDate", line)),
            ])
        }
        let summary: JSON = [
            "activeUsers": .integer(Int64(users.count)), "totalExecutions": .integer(sums[metrics[0]] ?? 0),
            "createdCases": .integer(sums[metrics[1]] ?? 0), "sessionResults": .integer(sums[metrics[2]] ?? 0),
        ]
        return [("summary", summary), ("users", .array(users))]
    }

    private func projectHealth() throws(DomainError) -> [(String, JSON)] {
        let (totals, line) = try total(
            .milestones, ["milestoneCompletion", "totalMilestones", "activeMilestones", "memberCount", "doneCount"])
        let count = totals.number("totalMilestones", line).whole
        let active = totals.number("activeMilestones", line).whole
        let (results, resultLine) = try total(.executions, ["passRate"])
        let states = try work.matrix(.issues, scope, by: ["issueStatus"], ["issueCount"])
        var open: Int64 = 0
        for line in states.lines where !ReportSummaries.closed.contains(line.keys[0].name.uppercased()) {
            open += states.number("issueCount", line).whole
        }
        let summary: JSON = [
            "totalMilestones": .integer(count), "activeMilestones": .integer(active),
            "completedMilestones": .integer(count - active),
            "milestoneCompletion": .number(totals.number("milestoneCompletion", line).real),
            "passRate": .number(results.number("passRate", resultLine).real), "openIssues": .integer(open),
        ]
        let query = Query(
            "Milestone",
            where: .oneOf("projectId", scope.projects.map { .int($0) }) && .equals("isDeleted", false),
            order: [Query.Order(.field("dueDate"), .ascending, nulls: .last), .by("name")], page: .init(limit: 200))
        var milestones: [JSON] = []
        for row in try work.find(query) {
            let forecast = try work.forecast(milestone: row)
            let due = row["dueDate"].integer.map { JSON.string(Timestamp.text($0)) } ?? .null
            milestones.append([
                "id": .string(row.uid), "name": .string(row.text("name")), "progress": .number(forecast.percent),
                "riskLevel": .string(forecast.risk), "dueDate": due,
            ])
        }
        return [("summary", summary), ("milestones", .array(milestones))]
    }
}
