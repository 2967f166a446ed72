public import Model

/// Rows to insert into one table with one statement or a few; the store knows the fastest way.
public struct Insert: Sendable {
    /// What happens when a row meets a unique key.
    public enum OnConflict: Sendable, Hashable {
        case fail
        /// The row is left out.
        case skip
    }

    public var table: String
    public var columns: [String]
    /// The databases' types of the columns, for statements that need to name them.
    public var kinds: [Field.Kind]
    public var rows: [[Value]]
    public var onConflict: OnConflict

    public init(
        table: String, columns: [String], kinds: [Field.Kind], rows: [[Value]], onConflict: OnConflict = .fail
    ) {
        self.table = table
        self.columns = columns
        self.kinds = kinds
        self.rows = rows
        self.onConflict = onConflict
        for column in kinds.indices where kinds[column] == .boolean {
            for row in rows.indices where rows[row].indices.contains(column) {
                guard case .int = rows[row][column] else { continue }
                self.rows[row][column] = kinds[column].spelled(rows[row][column])
            }
        }
    }

    /// `INSERT INTO … (…) VALUES (?, …)` for one row, values left out.
    public func statement(_ flavor: Flavor) -> String {
        let names = columns.map(SQLText.quoted).joined(separator: ", ")
        var places: [String] = []
        for index in columns.indices { places.append(flavor == .sqlite ? "?" : "$\(index + 1)") }
        let tail = onConflict == .skip ? " ON CONFLICT DO NOTHING" : ""
        return "INSERT INTO \(SQLText.quoted(table)) (\(names)) VALUES (\(places.joined(separator: ", ")))\(tail)"
    }

    /// The same for all rows at once from arrays, one for each column: `unnest($1::bigint[], …)`.
    public func arrayStatement() -> String {
        let names = columns.map(SQLText.quoted).joined(separator: ", ")
        var arrays: [String] = []
        for (index, kind) in kinds.enumerated() {
            let type = Flavor.postgres.type(of: kind).replacing(" COLLATE \"C\"", with: "")
            arrays.append("$\(index + 1)::\(type)[]")
        }
        let tail = onConflict == .skip ? " ON CONFLICT DO NOTHING" : ""
        let table = SQLText.quoted(table)
        return "INSERT INTO \(table) (\(names)) SELECT * FROM unnest(\(arrays.joined(separator: ", ")))\(tail)"
    }
}

extension Build {
    /// Changes the rows with these ids.
    public func update(
        _ entity: EntityType, ids: [Int64], _ changes: [(field: String, Assignment)]
    ) throws(StatementError) -> SQLText {
        var parts: [SQLText] = []
        for (name, change) in changes {
            guard let field = entity.field(name) else { throw StatementError(entity: entity.name, unknown: name) }
            let column = SQLText.name(field.column)
            switch change {
            case .set(let value): parts.append("\(column) = \(field.spelled(value))")
            case .add(let value): parts.append("\(column) = \(column) + \(value)")
            case .multiply(let value): parts.append("\(column) = \(column) * \(value)")
            case .divide(let value): parts.append("\(column) = \(column) / \(value)")
            }
        }
        let list = SQLText.list(ids.map { Value.int($0) })
        return "UPDATE \(name: entity.table) SET \(parts.joined(separator: ", ")) WHERE id IN (\(list))"
    }

    public func delete(_ entity: EntityType, ids: [Int64]) -> SQLText {
        "DELETE FROM \(name: entity.table) WHERE id IN (\(SQLText.list(ids.map { Value.int($0) })))"
    }
}
