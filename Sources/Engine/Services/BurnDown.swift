public import Model
import Statements
import Store

/// How much of a milestone was there and how much was done by the end of a day.
public struct BurnDay: Sendable, Hashable {
    /// Its beginning, milliseconds.
    public let day: Int64
    public let total: Int64
    public let done: Int64
}

extension Reading {
    /// The tests of a milestone's runs over its days, from the first to today or to its end; at most the last 180 days.
    public func burnDown(ofMilestone id: Int64, until end: Int64?) throws(DomainError) -> [BurnDay] {
        let flavor = session.flavor
        let done: SQLText = "COALESCE(rc.completed_at, rc.last_executed_at, rc.updated_at)"
        // A test that was imported may be older than its run.
        let joined: SQLText =
            "CASE WHEN rc.is_completed AND \(done) < rc.created_at THEN \(done) ELSE rc.created_at END"
        let source: SQLText = """
            FROM test_run_case AS rc JOIN test_run AS run ON run.id = rc.test_run_id
            WHERE run.milestone_id = \(Value.int(id)) AND NOT run.is_deleted
            """
        var added: [Int64: Int64] = [:]
        var finished: [Int64: Int64] = [:]
        for row in try rows("SELECT \(flavor.day(joined)), COUNT(*) \(source) GROUP BY 1") {
            if let day = row[0].integer { added[day, default: 0] += row[1].integer ?? 0 }
        }
        for row in try rows("SELECT \(flavor.day(done)), COUNT(*) \(source) AND rc.is_completed GROUP BY 1") {
            if let day = row[0].integer { finished[day, default: 0] += row[1].integer ?? 0 }
        }
        let last = min(now, end ?? now) / Timestamp.millisecondsPerDay
        guard let first = (Array(added.keys) + Array(finished.keys)).min(), first <= last else { return [] }
        let start = max(first, last - 179)
        var total: Int64 = 0
        var over: Int64 = 0
        for (day, count) in added where day < start { total += count }
        for (day, count) in finished where day < start { over += count }
        return (start...last).map { day in
            total += added[day] ?? 0
            over += finished[day] ?? 0
            return BurnDay(day: day * Timestamp.millisecondsPerDay, total: total, done: over)
        }
    }
}
