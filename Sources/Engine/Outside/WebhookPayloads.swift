import Model
import Statements

/// The `data` of events, read for all messages of one transaction at once.
struct WebhookPayloads {
    private let work: Reading
    private var payloads: [String: [Int64: JSON]] = [:]

    init(_ messages: [OutboxMessage], _ work: Reading) throws(DomainError) {
        self.work = work
        var ids: [String: Set<Int64>] = [:]
        for message in messages { ids[message.entity, default: []].insert(message.entityId) }
        for (entity, found) in ids {
            let sorted = found.sorted()
            switch entity {
            case "RepositoryCase": payloads[entity] = try cases(sorted)
            case "TestRun": payloads[entity] = try runs(sorted)
            case "Session": payloads[entity] = try sessions(sorted)
            case "Issue": payloads[entity] = try issues(sorted)
            case "Milestone": payloads[entity] = try milestones(sorted)
            default: continue
            }
        }
    }

    /// `nil` when the thing is gone for good.
    func data(_ message: OutboxMessage) -> JSON? { payloads[message.entity]?[message.entityId] }

    private func list(_ ids: [Int64]) -> SQLText { SQLText.list(ids.map { Value.int($0) }) }

    private static func text(_ value: Value) -> JSON { value.string.map { .string($0) } ?? .null }

    private static func time(_ value: Value) -> JSON {
        value.integer.map { .string(Timestamp.text($0)) } ?? .null
    }

    private func cases(_ ids: [Int64]) throws(DomainError) -> [Int64: JSON] {
        var tags: [Int64: [JSON]] = [:]
        let tagged = try work.rows(
            """
            SELECT ct.repository_case_id, t.name FROM repository_case_tag AS ct JOIN tag AS t ON t.id = ct.tag_id
            WHERE ct.repository_case_id IN (\(list(ids))) AND NOT t.is_deleted ORDER BY t.name
            """)
        for row in tagged { tags[row[0].integer ?? 0, default: []].append(WebhookPayloads.text(row[1])) }
        var words: [Value: String] = [:]
        for priority in try work.priorities() { words[priority.stored] = priority.word }
        let rows = try work.rows(
            """
            SELECT c.id, c.uid, p.uid, c.name, f.uid, c.automation_status, v.value FROM repository_case AS c
            JOIN project AS p ON p.id = c.project_id LEFT JOIN repository_folder AS f ON f.id = c.folder_id
            LEFT JOIN case_field_value AS v ON v.test_case_id = c.id AND v.field_id IN
            (SELECT id FROM case_field WHERE system_name = 'priority') WHERE c.id IN (\(list(ids)))
            """)
        var result: [Int64: JSON] = [:]
        for row in rows {
            let id = row[0].integer ?? 0
            result[id] = [
                "id": WebhookPayloads.text(row[1]), "projectId": WebhookPayloads.text(row[2]),
                "title": WebhookPayloads.text(row[3]), "folderId": WebhookPayloads.text(row[4]),
                "automationStatus": WebhookPayloads.text(row[5]),
                "priority": words[row[6]].map { .string($0) } ?? .null, "tags": .array(tags[id] ?? []),
            ]
        }
        return result
    }

    private func runs(_ ids: [Int64]) throws(DomainError) -> [Int64: JSON] {
        let book = try work.statuses()
        var counts: [Int64: [String: Int64]] = [:]
        let found = try work.rows(
            """
            SELECT test_run_id, status_id, COUNT(*) FROM test_run_case WHERE test_run_id IN (\(list(ids)))
            GROUP BY test_run_id, status_id
            """)
        for row in found {
            counts[row[0].integer ?? 0, default: [:]][WebhookPayloads.bucket(book.entry(row[1].integer)), default: 0] +=
                row[2].integer ?? 0
        }
        let automated = try work.rows(
            """
            SELECT s.test_run_id, r.status_id, COUNT(*) FROM junit_test_result AS r
            JOIN junit_test_suite AS s ON s.id = r.test_suite_id
            JOIN test_run AS t ON t.id = s.test_run_id AND t.test_run_type <> 'REGULAR'
            WHERE s.test_run_id IN (\(list(ids))) GROUP BY s.test_run_id, r.status_id
            """)
        var imported: [Int64: [String: Int64]] = [:]
        for row in automated {
            imported[row[0].integer ?? 0, default: [:]][
                WebhookPayloads.bucket(book.entry(row[1].integer)), default: 0] += row[2].integer ?? 0
        }
        let rows = try work.rows(
            """
            SELECT t.id, t.uid, p.uid, t.name, t.completed_at FROM test_run AS t JOIN project AS p ON p.id = t.project_id
            WHERE t.id IN (\(list(ids)))
            """)
        var result: [Int64: JSON] = [:]
        for row in rows {
            let id = row[0].integer ?? 0
            // Cases of imported runs stand in both tables, each counts once.
            let own = counts[id] ?? imported[id] ?? [:]
            var results: [(String, JSON)] = []
            for name in ["passed", "failed", "blocked", "skipped", "untested"] {
                results.append((name, .integer(own[name] ?? 0)))
            }
            result[id] = [
                "id": WebhookPayloads.text(row[1]), "projectId": WebhookPayloads.text(row[2]),
                "name": WebhookPayloads.text(row[3]), "status": "COMPLETED",
                "completedAt": WebhookPayloads.time(row[4]),
                "results": .members(results),
            ]
        }
        return result
    }

    private static func bucket(_ status: StatusBook.Entry?) -> String {
        guard let status else { return "untested" }
        if status.isSuccess { return "passed" }
        if status.isFailure { return "failed" }
        switch status.systemName {
        case "blocked": return "blocked"
        case "skipped": return "skipped"
        default: return "untested"
        }
    }

    private func sessions(_ ids: [Int64]) throws(DomainError) -> [Int64: JSON] {
        let rows = try work.rows(
            """
            SELECT s.id, s.uid, p.uid, s.name, w.name,
            CAST(COALESCE(s.elapsed, (SELECT SUM(r.elapsed) FROM session_result AS r WHERE r.session_id = s.id
            AND NOT r.is_deleted), 0) AS BIGINT),
            (SELECT COUNT(*) FROM session_result AS r WHERE r.session_id = s.id AND NOT r.is_deleted),
            (SELECT COUNT(*) FROM session_finding AS f JOIN session_result AS r ON r.id = f.session_result_id
            WHERE r.session_id = s.id AND NOT r.is_deleted AND f.type = 'BUG')
            FROM session AS s JOIN project AS p ON p.id = s.project_id JOIN workflow AS w ON w.id = s.state_id
            WHERE s.id IN (\(list(ids)))
            """)
        var result: [Int64: JSON] = [:]
        for row in rows {
            result[row[0].integer ?? 0] = [
                "id": WebhookPayloads.text(row[1]), "projectId": WebhookPayloads.text(row[2]),
                "name": WebhookPayloads.text(row[3]), "status": "COMPLETED", "state": WebhookPayloads.text(row[4]),
                "elapsed": .integer(row[5].integer ?? 0),
                "results": ["total": .integer(row[6].integer ?? 0), "bugs": .integer(row[7].integer ?? 0)],
            ]
        }
        return result
    }

    private func issues(_ ids: [Int64]) throws(DomainError) -> [Int64: JSON] {
        let rows = try work.rows(
            """
            SELECT i.id, i.uid, p.uid, i.name, i.title, i.status, i.priority, i.severity,
            COALESCE(i.external_key, i.external_id) FROM issue AS i LEFT JOIN project AS p ON p.id = i.project_id
            WHERE i.id IN (\(list(ids)))
            """)
        var result: [Int64: JSON] = [:]
        for row in rows {
            let names = ["id", "projectId", "name", "title", "status", "priority", "severity", "externalId"]
            result[row[0].integer ?? 0] = .members(zip(names, row.dropFirst()).map { ($0, WebhookPayloads.text($1)) })
        }
        return result
    }

    private func milestones(_ ids: [Int64]) throws(DomainError) -> [Int64: JSON] {
        let rows = try work.rows(
            """
            SELECT m.id, m.uid, p.uid, m.name, m.completed_at FROM milestone AS m
            JOIN project AS p ON p.id = m.project_id WHERE m.id IN (\(list(ids)))
            """)
        var result: [Int64: JSON] = [:]
        for row in rows {
            result[row[0].integer ?? 0] = [
                "id": WebhookPayloads.text(row[1]), "projectId": WebhookPayloads.text(row[2]),
                "name": WebhookPayloads.text(row[3]), "status": "COMPLETED",
                "completedAt": WebhookPayloads.time(row[4]),
            ]
        }
        return result
    }
}
