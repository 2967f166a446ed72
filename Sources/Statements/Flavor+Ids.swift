public import Model

extension Flavor {
    /// What stands inside of `IN (…)` for these ids. On SQLite one bound list, so that the statement has the same text
    /// for any number of ids and is prepared once; PostgreSQL plans better with the ids in sight.
    public func ids(_ ids: [Int64]) -> SQLText {
        switch self {
        case .sqlite:
            var list = "["
            list.reserveCapacity(ids.count * 8 + 2)
            for id in ids {
                if list.utf8.count > 1 { list += "," }
                list += String(id)
            }
            list += "]"
            return "SELECT value FROM json_each(\(Value.text(list)))"
        case .postgres: return SQLText.list(ids.map { Value.int($0) })
        }
    }

    /// Makes sure that no id up to this one is handed out for a table any more; answers one row.
    public func skipIds(_ table: String, through id: Int64) -> SQLText {
        switch self {
        case .sqlite:
            """
            INSERT INTO row_ids (entity, next) VALUES (\(Value.text(table)), \(Value.int(id)) + 1)
            ON CONFLICT (entity) DO UPDATE SET next = max(next, \(Value.int(id)) + 1) RETURNING next
            """
        case .postgres:
            """
            SELECT setval(\(Value.text("\"\(table)_ids\""))::regclass,
            GREATEST(\(Value.int(id))::bigint, nextval(\(Value.text("\"\(table)_ids\""))::regclass)))
            """
        }
    }
}
