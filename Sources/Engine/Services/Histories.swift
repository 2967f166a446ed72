public import Model
import Statements

/// One write of a row as the audit log keeps it.
public struct HistoryEntry: Sendable {
    public enum Action: Sendable, Hashable { case create, update, delete }

    public let uid: String
    /// Rises with every entry.
    public let order: Int64
    public let action: Action
    /// Milliseconds, UTC.
    public let time: Int64
    public let userUid: String?
    /// Old and new values by field; `nil` where many rows were written at once.
    public let changes: JSON?
}

extension Reading {
    /// The writes of rows that the caller may see, oldest first; rows without entries are left out.
    public func histories(_ entityName: String, of ids: [Int64]) throws(DomainError) -> [Int64: [HistoryEntry]] {
        var result: [Int64: [HistoryEntry]] = [:]
        var start = 0
        let visible = ids
        while start < visible.count {
            let chunk = visible[start..<min(start + 1000, visible.count)]
            start += 1000
            let list = SQLText.list(chunk.map { Value.text(String($0)) })
            let found = try rows(
                """
                SELECT entity_id, uid, action, timestamp, user_id, changes, id FROM audit_log
                WHERE entity_type = \(Value.text(entityName)) AND entity_id IN (\(list)) ORDER BY id
                """)
            for row in found {
                guard let id = Int64(row[0].string ?? ""), let entry = entry(row) else { continue }
                result[id, default: []].append(entry)
            }
        }
        let bulk = try rows(
            """
            SELECT metadata, uid, action, timestamp, user_id, changes, id FROM audit_log
            WHERE entity_type = \(Value.text(entityName)) AND entity_id = '' AND metadata IS NOT NULL
            AND action IN ('BULK_CREATE', 'BULK_UPDATE', 'BULK_DELETE') ORDER BY id DESC LIMIT 1000
            """)
        let wanted = Set(ids)
        for row in bulk.reversed() {
            guard let text = row[0].string, let entry = entry(row) else { continue }
            for id in HistoryText.ids(text) where wanted.contains(id) { result[id, default: []].append(entry) }
        }
        for id in result.keys { result[id]?.sort { $0.order < $1.order } }
        return result
    }

    private func entry(_ row: [Value]) -> HistoryEntry? {
        let action: HistoryEntry.Action
        switch row[2].string ?? "" {
        case "CREATE", "BULK_CREATE": action = .create
        case "UPDATE", "BULK_UPDATE", "PASSWORD_CHANGED", "ROLE_CHANGED": action = .update
        case "DELETE", "BULK_DELETE": action = .delete
        default: return nil
        }
        return HistoryEntry(
            uid: row[1].string ?? "", order: row[6].integer ?? 0, action: action, time: row[3].integer ?? 0,
            userUid: row[4].string,
            changes: row[5].string.flatMap { HistoryText.parsed($0) })
    }

    /// Ids of rows that were removed for good, in projects that the caller may read.
    public func removedRows(_ entityName: String, limit: Int = 1000) throws(DomainError) -> [Int64] {
        let entity = schema[entityName]
        guard !entity.isSoftDeleted else { return [] }
        let found = try rows(
            """
            SELECT DISTINCT a.entity_id, a.project_id FROM audit_log AS a
            WHERE a.entity_type = \(Value.text(entityName)) AND a.action = 'DELETE' AND a.entity_id <> ''
            AND NOT EXISTS (SELECT 1 FROM \(name: entity.table) AS t WHERE CAST(t.id AS TEXT) = a.entity_id)
            ORDER BY a.entity_id LIMIT \(Value.int(limit))
            """)
        let grants = try grants()
        var ids: [Int64] = []
        for row in found {
            guard let id = Int64(row[0].string ?? "") else { continue }
            if let project = row[1].integer {
                guard grants.rights(in: project) != nil else { continue }
            } else if entity.isProjectOwned {
                continue
            }
            ids.append(id)
        }
        return ids.sorted()
    }
}

/// Parts of the audit log that are kept as JSON.
enum HistoryText {
    static func parsed(_ text: String) -> JSON? {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return nil
        }
    }

    static func ids(_ metadata: String) -> [Int64] {
        parsed(metadata)?["ids"]?.array?.compactMap(\.integer) ?? []
    }
}
