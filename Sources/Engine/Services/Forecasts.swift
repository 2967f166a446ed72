public import Model
import Statements

/// What the past says about how long a case takes; cases that are the same test from different sources count together.
public struct CaseForecast: Sendable, Hashable {
    /// Seconds, planned by hand.
    public let estimate: Int64?
    /// Rounded mean of manual executions in seconds.
    public let manual: Int64?
    /// Mean of automated executions in seconds, three decimals.
    public let automated: Double?
    public let executions: Int64
    /// Rounded mean of all executions in seconds; 0 without any.
    public let average: Int64
    /// The newest execution in seconds; 0 without any.
    public let last: Int64

    public var duration: Int64 { executions > 0 ? average : estimate ?? 0 }

    public var confidence: String { executions >= 10 ? "HIGH" : executions >= 3 ? "MEDIUM" : "LOW" }
}

/// What is still to be done in a run, in seconds.
public struct RunForecast: Sendable, Hashable {
    public let manual: Int64?
    public let automated: Double?
}

/// Sums over some cases (TestPlanIt API, Forecasting).
public struct WorkForecast: Sendable, Hashable {
    public var manual: Int64 = 0
    public var automated: Double = 0
    public var count: Int64 = 0
    var automatedCases: Int64 = 0

    public var mixed: Double { Forecasts.rounded(Double(manual) + automated, 3) }
    public var isAllAutomated: Bool { count > 0 && automatedCases == count }
}

enum Forecasts {
    static func rounded(_ number: Double, _ decimals: Int) -> Double {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        return (number * scale).rounded() / scale
    }

    /// The live results with a duration of cases that are worked on by hand, of live runs.
    static func manual(_ ids: SQLText) -> SQLText {
        """
        test_run_result AS r JOIN test_run_case AS rc ON rc.id = r.test_run_case_id
        JOIN test_run AS run ON run.id = r.test_run_id JOIN repository_case AS c ON c.id = rc.repository_case_id
        WHERE rc.repository_case_id IN (\(ids)) AND NOT r.is_deleted AND NOT run.is_deleted AND r.elapsed > 0
        AND c.source IN ('MANUAL', 'API')
        """
    }

    /// The automated results with a duration, of live runs.
    static func automated(_ ids: SQLText) -> SQLText {
        """
        junit_test_result AS j JOIN junit_test_suite AS s ON s.id = j.test_suite_id
        JOIN test_run AS run ON run.id = s.test_run_id
        WHERE j.repository_case_id IN (\(ids)) AND NOT run.is_deleted AND j.time > 0
        """
    }

    /// For each case every case that is the same test, itself included.
    static func groups(_ cases: [Int64], _ work: Reading) throws(DomainError) -> [Int64: Set<Int64>] {
        var group: [Int64: Int64] = [:]
        for id in cases { group[id] = id }
        var fresh = Set(cases)
        var neighbours: [Int64: Set<Int64>] = [:]
        while !fresh.isEmpty {
            let list = SQLText.list(fresh.sorted().map { Value.int($0) })
            let links = try work.rows(
                """
                SELECT case_a_id, case_b_id FROM repository_case_link WHERE type = 'SAME_TEST_DIFFERENT_SOURCE'
                AND NOT is_deleted AND (case_a_id IN (\(list)) OR case_b_id IN (\(list)))
                """)
            var next: Set<Int64> = []
            for link in links {
                guard let left = link[0].integer, let right = link[1].integer else { continue }
                neighbours[left, default: []].insert(right)
                neighbours[right, default: []].insert(left)
                for id in [left, right] where group[id] == nil {
                    group[id] = id
                    next.insert(id)
                }
            }
            fresh = next
        }
        var result: [Int64: Set<Int64>] = [:]
        for id in cases where result[id] == nil {
            var members: Set<Int64> = [id]
            var open = [id]
            while let here = open.popLast() {
                for other in neighbours[here] ?? [] where members.insert(other).inserted { open.append(other) }
            }
            for member in members { result[member] = members }
        }
        return result
    }

    private struct Sums {
        var manual = (total: Int64(0), count: Int64(0))
        var automated = (total: 0.0, count: Int64(0))
    }

    /// Computes the forecasts of cases and of everything that is the same test; writes those that changed.
    static func refresh(_ cases: [Int64], _ work: Writing) throws(DomainError) {
        let groups = try groups(cases, work)
        for chunk in work.chunked(groups.keys.sorted()) {
            let wanted = chunk.reduce(into: Set<Int64>()) { $0.formUnion(groups[$1] ?? []) }
            let sums = try sums(wanted.sorted(), work)
            var changes: [Change] = []
            for row in try work.rows(
                """
                SELECT id, forecast_manual, forecast_automated FROM repository_case
                WHERE id IN (\(SQLText.list(chunk.map { Value.int($0) })))
                """)
            {
                guard let id = row[0].integer else { continue }
                var all = Sums()
                for member in groups[id] ?? [] {
                    guard let part = sums[member] else { continue }
                    all.manual.total += part.manual.total
                    all.manual.count += part.manual.count
                    all.automated.total += part.automated.total
                    all.automated.count += part.automated.count
                }
                let manual = mean(Double(all.manual.total), all.manual.count).map { Int64($0.rounded()) }
                let automated = mean(all.automated.total, all.automated.count).map { rounded($0, 3) }
                if row[1].integer == manual, row[2].number == automated { continue }
                changes.append(
                    Change(id, set: ["forecastManual": .int(manual), "forecastAutomated": .double(automated)]))
            }
            try work.derive(work.schema["RepositoryCase"], changes)
        }
    }

    private static func mean(_ total: Double, _ count: Int64) -> Double? { count > 0 ? total / Double(count) : nil }

    private static func sums(_ ids: [Int64], _ work: Writing) throws(DomainError) -> [Int64: Sums] {
        var result: [Int64: Sums] = [:]
        for chunk in work.chunked(ids) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            for row in try work.rows(
                """
                SELECT rc.repository_case_id, CAST(SUM(r.elapsed) AS BIGINT), COUNT(*) FROM \(manual(list))
                GROUP BY rc.repository_case_id
                """)
            {
                result[row[0].integer ?? 0, default: Sums()].manual = (row[1].integer ?? 0, row[2].integer ?? 0)
            }
            for row in try work.rows(
                """
                SELECT j.repository_case_id, SUM(j.time), COUNT(*) FROM \(automated(list))
                GROUP BY j.repository_case_id
                """
            ) {
                result[row[0].integer ?? 0, default: Sums()].automated = (row[1].number ?? 0, row[2].integer ?? 0)
            }
        }
        return result
    }
}

extension Writing {
    /// Computes the forecasts of cases anew.
    public func refreshForecasts(cases: [Int64]) throws(DomainError) {
        guard !caller.isReadOnly else { throw .forbidden("this token may only read") }
        try Forecasts.refresh(cases, self)
    }

    /// Computes what is still to be done in a run and keeps it there.
    public func refreshForecast(run: Int64) throws(DomainError) -> RunForecast {
        guard !caller.isReadOnly else { throw .forbidden("this token may only read") }
        let row = try rows(
            """
            SELECT CAST(SUM(c.forecast_manual) AS BIGINT), SUM(c.forecast_automated) FROM test_run_case AS rc
            JOIN repository_case AS c ON c.id = rc.repository_case_id LEFT JOIN status AS s ON s.id = rc.status_id
            WHERE rc.test_run_id = \(Value.int(run)) AND NOT c.is_deleted
            AND (rc.status_id IS NULL OR s.system_name = 'untested')
            """
        ).first
        let automated = row?[1].number.map { Forecasts.rounded($0, 3) }
        let forecast = RunForecast(manual: row?[0].integer, automated: automated)
        let change = Change(
            run, set: ["forecastManual": .int(forecast.manual), "forecastAutomated": .double(automated)])
        try derive(schema["TestRun"], [change])
        return forecast
    }
}

extension Reading {
    /// What the past says about a case that the caller can see.
    public func forecast(case id: Int64) throws(DomainError) -> CaseForecast {
        let members = try Forecasts.groups([id], self)[id] ?? [id]
        let list = SQLText.list(members.sorted().map { Value.int($0) })
        let manual = try rows("SELECT CAST(SUM(r.elapsed) AS BIGINT), COUNT(*) FROM \(Forecasts.manual(list))").first
        let automated = try rows("SELECT SUM(j.time), COUNT(*) FROM \(Forecasts.automated(list))").first
        let lastManual = try rows(
            """
            SELECT r.executed_at, r.elapsed FROM \(Forecasts.manual(list))
            ORDER BY r.executed_at DESC, r.id DESC LIMIT 1
            """
        ).first
        let lastAutomated = try rows(
            """
            SELECT COALESCE(j.executed_at, j.created_at), j.time FROM \(Forecasts.automated(list))
            ORDER BY COALESCE(j.executed_at, j.created_at) DESC, j.id DESC LIMIT 1
            """
        ).first
        let row = try rows(
            "SELECT estimate, forecast_manual, forecast_automated FROM repository_case WHERE id = \(Value.int(id))"
        ).first
        let count = (manual?[1].integer ?? 0) + (automated?[1].integer ?? 0)
        let total = Double(manual?[0].integer ?? 0) + (automated?[0].number ?? 0)
        var last = 0.0
        if let lastManual { last = lastManual[1].number ?? 0 }
        if let lastAutomated, lastManual == nil || lastAutomated[0].integer ?? 0 > lastManual?[0].integer ?? 0 {
            last = lastAutomated[1].number ?? 0
        }
        return CaseForecast(
            estimate: row?[0].integer, manual: row?[1].integer, automated: row?[2].number, executions: count,
            average: count > 0 ? Int64((total / Double(count)).rounded()) : 0, last: Int64(last.rounded()))
    }

    /// The sums over the cases that the caller can see among these.
    public func forecast(cases keys: [RowKey]) throws(DomainError) -> WorkForecast {
        let rows = try find("RepositoryCase", keys, fields: ["id", "estimate", "forecastManual", "forecastAutomated"])
        var sum = WorkForecast()
        for row in rows { sum.add(row["estimate"], row["forecastManual"], row["forecastAutomated"]) }
        return sum
    }
}

extension WorkForecast {
    mutating func add(_ estimate: Value, _ forecastManual: Value, _ forecastAutomated: Value) {
        count += 1
        if let time = forecastAutomated.number, time > 0 {
            automated = Forecasts.rounded(automated + time, 3)
            automatedCases += 1
        } else {
            manual += forecastManual.integer ?? estimate.integer ?? 0
        }
    }
}
