public import Model
import Statements

/// The outcome of an execution as six words; statuses of every product fall into them.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
    case passed = "PASSED"
    case failed = "FAILED"
    case incomplete = "NOT COMPLETED"
    case untested = "NO RUN"
    case blocked = "BLOCKED"
    case notApplicable = "N/A"

    /// A word without regard to case.
    public init?(word: String) {
        guard let found = Verdict(rawValue: word.uppercased()) else { return nil }
        self = found
    }

    /// One verdict for many: steps of an execution, cases of a run, cases of a requirement (PractiTest, roll-up).
    public static func rollUp(_ parts: some Sequence<Verdict>) -> Verdict {
        var seen: Set<Verdict> = []
        for part in parts { seen.insert(part) }
        if seen.isEmpty { return .untested }
        if seen.contains(.failed) { return .failed }
        if seen.contains(.blocked) { return .blocked }
        seen.remove(.notApplicable)
        if seen.isEmpty { return .notApplicable }
        if seen == [.passed] { return .passed }
        return seen == [.untested] ? .untested : .incomplete
    }
}

extension StatusBook {
    /// What a status says; none at all is untested.
    public func verdict(_ id: Int64?) -> Verdict { entry(id).map { StatusBook.verdict($0) } ?? .untested }

    private static func verdict(_ entry: Entry) -> Verdict {
        switch entry.systemName {
        case "untested": return .untested
        case "blocked": return .blocked
        case "skipped": return .notApplicable
        case "retest", "in_progress": return .incomplete
        default: break
        }
        if entry.isSuccess { return .passed }
        if entry.isFailure { return .failed }
        return entry.isCompleted ? .notApplicable : .incomplete
    }

    /// The status that stands for a verdict.
    public func status(for verdict: Verdict) -> Entry? {
        let name =
            switch verdict {
            case .passed: "passed"
            case .failed: "failed"
            case .blocked: "blocked"
            case .untested: "untested"
            case .notApplicable: "skipped"
            case .incomplete: "in_progress"
            }
        return entries.first { $0.systemName == name } ?? entries.first { StatusBook.verdict($0) == verdict }
    }

    /// The ids of the statuses that say this.
    public func ids(of verdict: Verdict) -> [Int64] {
        entries.filter { StatusBook.verdict($0) == verdict }.map(\.id)
    }

    /// The word of the verdict that a column of status ids stands for.
    func word(_ column: SQLText) -> SQLText {
        var text: SQLText = "CASE"
        for verdict in Verdict.allCases where verdict != .untested {
            let ids = ids(of: verdict)
            if ids.isEmpty { continue }
            let list = SQLText.list(ids.map { Value.int($0) })
            text += " WHEN \(column) IN (\(list)) THEN \(Value.text(verdict.rawValue))"
        }
        return text + " ELSE \(Value.text(Verdict.untested.rawValue)) END"
    }

    /// The verdict of a group of rows from their status ids, as an aggregate.
    func rolledUp(_ column: SQLText) -> SQLText {
        func count(_ verdict: Verdict) -> SQLText {
            let ids = ids(of: verdict)
            if ids.isEmpty { return "0" }
            return "COUNT(CASE WHEN \(column) IN (\(SQLText.list(ids.map { Value.int($0) }))) THEN 1 END)"
        }
        let untested: SQLText = """
            (COUNT(*) - \(count(.passed)) - \(count(.failed)) - \(count(.blocked)) - \(count(.notApplicable))
            - \(count(.incomplete)))
            """
        return """
            CASE WHEN COUNT(*) = 0 THEN 'NO RUN' WHEN \(count(.failed)) > 0 THEN 'FAILED'
            WHEN \(count(.blocked)) > 0 THEN 'BLOCKED' WHEN \(count(.notApplicable)) = COUNT(*) THEN 'N/A'
            WHEN \(count(.passed)) + \(count(.notApplicable)) = COUNT(*) THEN 'PASSED'
            WHEN \(untested) + \(count(.notApplicable)) = COUNT(*) THEN 'NO RUN' ELSE 'NOT COMPLETED' END
            """
    }
}

/// What the executions below a thing say together.
public struct RollUp: Sendable, Hashable {
    public var verdict: Verdict
    /// Of the latest execution, milliseconds UTC.
    public var lastExecutedAt: Int64?
    /// Cases in runs.
    public var instances: Int64
    /// Sum of the cases' estimates in seconds.
    public var estimate: Int64
    /// Sum of the latest executions' durations in seconds.
    public var elapsed: Int64

    public static let nothing = RollUp(
        verdict: .untested, lastExecutedAt: nil, instances: 0, estimate: 0, elapsed: 0)
}

extension Reading {
    /// Runs by id; runs without cases are left out.
    public func runRollUps(_ ids: [Int64]) throws(DomainError) -> [Int64: RollUp] {
        guard !ids.isEmpty else { return [:] }
        let word = try statuses().rolledUp("rc.status_id")
        let found = try rows(
            """
            SELECT rc.test_run_id, \(word), MAX(rc.last_executed_at), COUNT(*),
            CAST(SUM(COALESCE(c.estimate, 0)) AS BIGINT),
            CAST(SUM(COALESCE(rc.elapsed, 0)) AS BIGINT) FROM test_run_case AS rc JOIN repository_case AS c
            ON c.id = rc.repository_case_id AND NOT c.is_deleted
            WHERE rc.test_run_id IN (\(SQLText.list(ids.map { Value.int($0) }))) GROUP BY rc.test_run_id
            """)
        return rollUps(found)
    }

    /// Requirements by id, from the cases that cover them; those without cases are left out.
    public func requirementRollUps(_ ids: [Int64]) throws(DomainError) -> [Int64: RollUp] {
        guard !ids.isEmpty else { return [:] }
        let word = try statuses().rolledUp("c.last_status_id")
        let found = try rows(
            """
            SELECT k.requirement_id, \(word), MAX(c.last_executed_at),
            CAST(SUM((SELECT COUNT(*) FROM test_run_case AS rc JOIN test_run AS run ON run.id = rc.test_run_id
            AND NOT run.is_deleted WHERE rc.repository_case_id = c.id)) AS BIGINT), 0, 0
            FROM requirement_coverage AS k JOIN repository_case AS c ON c.id = k.repository_case_id
            AND NOT c.is_deleted
            WHERE k.requirement_id IN (\(SQLText.list(ids.map { Value.int($0) }))) GROUP BY k.requirement_id
            """)
        return rollUps(found)
    }

    private func rollUps(_ rows: [[Value]]) -> [Int64: RollUp] {
        var result: [Int64: RollUp] = [:]
        for row in rows {
            guard let id = row[0].integer else { continue }
            result[id] = RollUp(
                verdict: Verdict(rawValue: row[1].string ?? "") ?? .untested, lastExecutedAt: row[2].integer,
                instances: row[3].integer ?? 0, estimate: row[4].integer ?? 0, elapsed: row[5].integer ?? 0)
        }
        return result
    }

    /// How many live cases of a project say what.
    public func verdictCounts(project: Int64) throws(DomainError) -> [Verdict: Int] {
        let filter = try visible("RepositoryCase") && .equals("projectId", .int(project)) && .equals("isDeleted", false)
        let statuses = try statuses()
        let found = try rows(
            """
            SELECT t.last_status_id, COUNT(*) FROM repository_case AS t
            WHERE \(try condition(filter, on: "RepositoryCase")) GROUP BY t.last_status_id
            """)
        var counts: [Verdict: Int] = [:]
        for row in found { counts[statuses.verdict(row[0].integer), default: 0] += Int(row[1].integer ?? 0) }
        return counts
    }
}
