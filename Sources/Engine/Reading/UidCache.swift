import Model
import Statements
import Store
import Synchronization

/// UUIDs of rows by id, by table. A row keeps its UUID for life and an id is never given to another row, so what was
/// read from committed rows stays true; there is only a limit to how much is kept.
final class UidCache: Sendable {
    /// Rows kept of one table; a table that reaches it starts anew.
    private static let limit = 20_000

    private let tables = Mutex<[String: [Int64: Value]]>([:])

    /// What is known of these ids.
    func known(_ table: String, _ ids: Set<Int64>) -> [Int64: Value] {
        tables.withLock { tables in
            guard let rows = tables[table] else { return [:] }
            var found: [Int64: Value] = [:]
            found.reserveCapacity(ids.count)
            for id in ids { if let uid = rows[id] { found[id] = uid } }
            return found
        }
    }

    func keep(_ table: String, _ rows: [Int64: Value]) {
        tables.withLock { tables in
            var kept = tables[table] ?? [:]
            if kept.count + rows.count > UidCache.limit { kept.removeAll() }
            kept.merge(rows) { _, new in new }
            tables[table] = kept
        }
    }
}

extension Reading {
    /// Replaces the ids in some columns by the UUIDs of the rows that they refer to: the column `first` holds the first
    /// of the reference fields, the others follow it.
    func nameReferences(
        _ fields: [String], of entity: EntityType, from first: Int, in values: inout [[Value]]
    ) throws(DomainError) {
        for (offset, name) in fields.enumerated() {
            guard let target = entity.field(name)?.target else { throw .invalid(name, "\(name) refers to nothing") }
            let column = first + offset
            var ids: Set<Int64> = []
            for row in values { if let id = row[column].integer { ids.insert(id) } }
            let uids = try self.uids(of: target, ids)
            for index in values.indices {
                values[index][column] = values[index][column].integer.flatMap { uids[$0] } ?? .null
            }
        }
    }

    private func uids(of target: String, _ ids: Set<Int64>) throws(DomainError) -> [Int64: Value] {
        let table = schema[target].table
        var found = engine.uids.known(table, ids)
        guard found.count < ids.count else { return found }
        var fresh: [Int64: Value] = [:]
        for chunk in chunks(ids.filter { found[$0] == nil }) {
            let list = session.flavor.ids(chunk)
            for row in try rows("SELECT id, uid FROM \(name: table) WHERE id IN (\(list))") {
                if let id = row[0].integer { fresh[id] = row[1] }
            }
        }
        // What a transaction wrote itself may yet be undone.
        if !(self is Writing) { engine.uids.keep(table, fresh) }
        found.merge(fresh) { _, new in new }
        return found
    }
}
