public import Model
import Statements

/// Where a milestone with everything below it stands, and when it will be done.
public struct MilestoneForecast: Sendable {
    public let id: Int64
    public let uid: String
    public let name: String
    public let completed: Int64
    public let total: Int64
    /// Of what is left, in seconds.
    public let duration: Int64
    /// Milliseconds, UTC.
    public let completion: Int64
    /// LOW, MEDIUM or HIGH.
    public let risk: String
    /// Sums over the cases that are left.
    public let rest: WorkForecast

    /// With one decimal; 0 when there is nothing to do.
    public var percent: Double {
        total > 0 ? Forecasts.rounded(100 * Double(completed) / Double(total), 1) : 0
    }
}

extension Reading {
    /// The days whose pace is taken for the future.
    private static let paceDays: Int64 = 14

    /// The forecast of a milestone that the caller can see.
    public func forecast(milestone: Row) throws(DomainError) -> MilestoneForecast {
        let tree: SQLText = """
            WITH RECURSIVE part(id) AS (SELECT id FROM milestone WHERE id = \(Value.int(milestone.id))
            UNION SELECT m.id FROM milestone AS m JOIN part ON m.parent_id = part.id WHERE NOT m.is_deleted)
            """
        let members: SQLText = """
            FROM test_run_case AS rc JOIN test_run AS run ON run.id = rc.test_run_id
            JOIN repository_case AS c ON c.id = rc.repository_case_id LEFT JOIN status AS s ON s.id = rc.status_id
            WHERE run.milestone_id IN (SELECT id FROM part) AND NOT run.is_deleted AND NOT c.is_deleted
            """
        let isDone: SQLText = "COALESCE(s.is_completed, FALSE)"
        let recent = Value.int(now - Reading.paceDays * Timestamp.millisecondsPerDay)
        let row = try rows(
            """
            \(tree) SELECT COUNT(*), COUNT(CASE WHEN \(isDone) THEN 1 END),
            CAST(SUM(CASE WHEN \(isDone) THEN 0 ELSE
            COALESCE(c.forecast_manual, c.forecast_automated, c.estimate, 0) END) AS DOUBLE PRECISION),
            COUNT(CASE WHEN \(isDone) AND rc.completed_at >= \(recent) THEN 1 END) \(members)
            """
        ).first
        let automatic: SQLText = "COALESCE(c.forecast_automated, 0) > 0"
        let sums = try rows(
            """
            \(tree) SELECT COUNT(*), COUNT(CASE WHEN \(automatic) THEN 1 END),
            SUM(CASE WHEN \(automatic) THEN c.forecast_automated END),
            CAST(SUM(CASE WHEN \(automatic) THEN 0 ELSE COALESCE(c.forecast_manual, c.estimate, 0) END) AS BIGINT)
            \(members) AND NOT \(isDone)
            """
        ).first
        var rest = WorkForecast()
        rest.count = sums?[0].integer ?? 0
        rest.automatedCases = sums?[1].integer ?? 0
        rest.automated = Forecasts.rounded(sums?[2].number ?? 0, 3)
        rest.manual = sums?[3].integer ?? 0
        let total = row?[0].integer ?? 0
        let done = row?[1].integer ?? 0
        let duration = Int64((row?[2].number ?? 0).rounded())
        let completion = completion(
            milestone, rest: total - done, duration: duration, recently: row?[3].integer ?? 0)
        return MilestoneForecast(
            id: milestone.id, uid: milestone.uid, name: milestone.text("name"), completed: done, total: total,
            duration: duration, completion: completion, risk: risk(milestone, completion), rest: rest)
    }

    private func completion(_ milestone: Row, rest: Int64, duration: Int64, recently: Int64) -> Int64 {
        if milestone.flag("isCompleted"), let time = milestone["completedAt"].integer { return time }
        if rest == 0 { return now }
        guard recently > 0 else { return now + min(duration, 1 << 40) * 1000 }
        let days = Double(rest) / (Double(recently) / Double(Reading.paceDays))
        return now + Int64(min(days * Double(Timestamp.millisecondsPerDay), 1e15))
    }

    private func risk(_ milestone: Row, _ completion: Int64) -> String {
        guard !milestone.flag("isCompleted"), let due = milestone["dueDate"].integer else { return "LOW" }
        if due < now || completion > due { return "HIGH" }
        return Double(due - completion) < 0.2 * Double(due - now) ? "MEDIUM" : "LOW"
    }

    /// The forecasts of the milestones directly below one.
    public func forecasts(below milestone: Int64) throws(DomainError) -> [MilestoneForecast] {
        let query = Query(
            "Milestone", where: .equals("parentId", .int(milestone)) && .equals("isDeleted", false),
            order: [Query.Order(.field("dueDate"), .ascending, nulls: .last), .by("name")], page: .init(limit: 200))
        var result: [MilestoneForecast] = []
        for row in try find(query) { result.append(try forecast(milestone: row)) }
        return result
    }
}
