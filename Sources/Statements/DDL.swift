public import Model

/// The statements that make a database of a schema; the first migration is a frozen copy of them.
public struct DDL {
    public let schema: Schema
    public let flavor: Flavor

    public init(schema: Schema, flavor: Flavor) {
        self.schema = schema
        self.flavor = flavor
    }

    /// Tables, then constraints that could not be inside, then indexes.
    public func statements() -> [String] {
        var statements: [String] = []
        for entity in schema.entities { statements.append(table(entity)) }
        for join in schema.joinTables { statements.append(table(join)) }
        if flavor == .postgres {
            for entity in schema.entities { statements += constraints(entity) }
            for entity in schema.entities {
                statements.append("CREATE SEQUENCE \(SQLText.quoted(entity.table + "_ids"))")
            }
        }
        for entity in schema.entities { statements += indexes(entity) }
        for join in schema.joinTables {
            let name = SQLText.quoted("\(join.name)_\(join.second)")
            let columns = "\(SQLText.quoted(join.second)), \(SQLText.quoted(join.first))"
            statements.append("CREATE INDEX \(name) ON \(SQLText.quoted(join.name)) (\(columns))")
        }
        return statements + search() + appendOnly() + bookkeeping()
    }

    /// The audit log takes new rows and gives none away; only the project of an entry may be cleared with its project.
    private func appendOnly() -> [String] {
        guard let entity = schema.entity("AuditLog") else { return [] }
        let table = SQLText.quoted(entity.table)
        let kept = entity.fields.filter { $0.name != "projectId" }.map { SQLText.quoted($0.column) }
        let columns = kept.joined(separator: ", ")
        switch flavor {
        case .sqlite:
            return [
                """
                CREATE TRIGGER audit_log_keeps_entries BEFORE DELETE ON \(table)
                BEGIN SELECT RAISE(ABORT, 'audit entries are kept'); END
                """,
                """
                CREATE TRIGGER audit_log_keeps_words BEFORE UPDATE OF \(columns) ON \(table)
                BEGIN SELECT RAISE(ABORT, 'audit entries are kept'); END
                """,
            ]
        case .postgres:
            return [
                """
                CREATE FUNCTION keep_audit_entries() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'audit entries are kept'; END $$
                """,
                """
                CREATE TRIGGER audit_log_keeps_entries BEFORE DELETE OR TRUNCATE ON \(table)
                FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_entries()
                """,
                """
                CREATE TRIGGER audit_log_keeps_words BEFORE UPDATE OF \(columns) ON \(table)
                FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_entries()
                """,
            ]
        }
    }

    private func table(_ entity: EntityType) -> String {
        var lines: [String] = []
        for field in entity.fields {
            var line = "\(SQLText.quoted(field.column)) \(flavor.type(of: field.kind))"
            if field.name == "id" { line += " PRIMARY KEY" }
            if field.isRequired { line += " NOT NULL" }
            if flavor == .sqlite, let target = field.target {
                line += " REFERENCES \(SQLText.quoted(schema[target].table)) (id)\(onDelete(field))"
            }
            lines.append(line)
        }
        return close(entity.table, lines)
    }

    private func table(_ join: JoinTable) -> String {
        let integer = flavor.type(of: .integer)
        var lines: [String] = []
        for (column, entity) in [(join.first, join.firstEntity), (join.second, join.secondEntity)] {
            let target = SQLText.quoted(schema[entity].table)
            lines.append("\(SQLText.quoted(column)) \(integer) NOT NULL REFERENCES \(target) (id) ON DELETE CASCADE")
        }
        lines.append("PRIMARY KEY (\(SQLText.quoted(join.first)), \(SQLText.quoted(join.second)))")
        return close(join.name, lines, withoutRowid: true)
    }

    private func close(_ table: String, _ lines: [String], withoutRowid: Bool = false) -> String {
        let body = lines.map { "    \($0)" }.joined(separator: ",\n")
        var options: [String] = []
        if flavor == .sqlite { options.append("STRICT") }
        if flavor == .sqlite, withoutRowid { options.append("WITHOUT ROWID") }
        let tail = options.isEmpty ? "" : " " + options.joined(separator: ", ")
        return "CREATE TABLE \(SQLText.quoted(table)) (\n\(body)\n)\(tail)"
    }

    private func onDelete(_ field: Field) -> String {
        switch field.onDelete {
        case .restrict: ""
        case .cascade: " ON DELETE CASCADE"
        case .clear: " ON DELETE SET NULL"
        }
    }

    private func constraints(_ entity: EntityType) -> [String] {
        var statements: [String] = []
        for field in entity.fields {
            guard let target = field.target else { continue }
            let name = SQLText.quoted("\(entity.table)_\(field.column)_fkey")
            let reference = "REFERENCES \(SQLText.quoted(schema[target].table)) (id)\(onDelete(field))"
            statements.append(
                """
                ALTER TABLE \(SQLText.quoted(entity.table)) ADD CONSTRAINT \(name)
                    FOREIGN KEY (\(SQLText.quoted(field.column))) \(reference)
                """)
        }
        return statements
    }

    private func indexes(_ entity: EntityType) -> [String] {
        let table = SQLText.quoted(entity.table)
        var statements = ["CREATE UNIQUE INDEX \(SQLText.quoted("\(entity.table)_uid")) ON \(table) (\"uid\")"]
        for unique in entity.uniques {
            var columns: [String] = []
            for name in unique.fields {
                guard let field = entity.field(name) else { continue }
                // Where null is spared the plain column serves look-ups too.
                let isSpared = unique.unless.contains { $0.field == name && $0.value == .null }
                columns.append(isSpared ? SQLText.quoted(field.column) : DDL.keyColumn(field))
            }
            let name = SQLText.quoted(DDL.keyName(entity, unique))
            let list = columns.joined(separator: ", ")
            statements.append("CREATE UNIQUE INDEX \(name) ON \(table) (\(list))\(predicate(unique, of: entity))")
        }
        for index in entity.indexes {
            let columns = index.compactMap { entity.field($0)?.column }
            let name = SQLText.quoted(DDL.shortened("\(entity.table)_by_\(columns.joined(separator: "_"))"))
            let list = columns.map(SQLText.quoted).joined(separator: ", ")
            statements.append("CREATE INDEX \(name) ON \(table) (\(list))")
        }
        return statements
    }

    /// The name of the index behind a unique key; both databases report it when a row is refused.
    public static func keyName(_ entity: EntityType, _ unique: EntityType.Unique) -> String {
        let columns = unique.fields.compactMap { entity.field($0)?.column }
        return shortened("\(entity.table)_key_\(columns.joined(separator: "_"))")
    }

    private func predicate(_ unique: EntityType.Unique, of entity: EntityType) -> String {
        var terms: [String] = unique.live ? ["NOT is_deleted"] : []
        for exemption in unique.unless {
            guard let field = entity.field(exemption.field) else { continue }
            let column = SQLText.quoted(field.column)
            switch exemption.value {
            case .null: terms.append("\(column) IS NOT NULL")
            case .bool(let value): terms.append(value ? "NOT \(column)" : column)
            case .text(let value): terms.append("\(column) <> '\(value)'")
            case .int(let value): terms.append("\(column) <> \(value)")
            case .double, .bytes: preconditionFailure("no key spares such values")
            }
        }
        return terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ")
    }

    /// A column of a unique key in which null counts as a value.
    static func keyColumn(_ field: Field) -> String {
        let column = SQLText.quoted(field.column)
        if field.isRequired { return column }
        switch field.kind {
        case .text, .choice, .json, .textList, .decimal: return "COALESCE(\(column), '')"
        case .integer, .bigInteger, .timestamp, .reference: return "COALESCE(\(column), 0)"
        case .real, .boolean: return column
        }
    }

    /// PostgreSQL cuts names after 63 bytes without a word.
    static func shortened(_ name: String) -> String {
        guard name.utf8.count > 63 else { return name }
        var hash: UInt32 = 2_166_136_261
        for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return "\(name.prefix(54))_\(String(hash, radix: 16))"
    }

    private func search() -> [String] {
        switch flavor {
        case .sqlite:
            [
                """
                CREATE VIRTUAL TABLE search_entry USING fts5 (
                    entity UNINDEXED, project_id UNINDEXED, title, body, tags,
                    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
                )
                """
            ]
        case .postgres:
            [
                """
                CREATE TABLE search_entry (
                    rowid BIGINT PRIMARY KEY,
                    entity TEXT COLLATE "C" NOT NULL,
                    project_id BIGINT,
                    title TEXT COLLATE "C" NOT NULL,
                    body TEXT COLLATE "C" NOT NULL,
                    tags TEXT COLLATE "C" NOT NULL,
                    document tsvector GENERATED ALWAYS AS (
                        setweight(to_tsvector('simple', \(searchable("left(title, 20000)"))), 'A')
                        || setweight(to_tsvector('simple', \(searchable("left(tags, 20000)"))), 'B')
                        || setweight(to_tsvector('simple', \(searchable("left(body, 200000)"))), 'C')) STORED
                )
                """,
                "CREATE INDEX search_entry_document ON search_entry USING gin (document)",
            ]
        }
    }

    private func searchable(_ text: SQLText) -> String { Flavor.searchable(text).rendered(.postgres) }

    private func bookkeeping() -> [String] {
        switch flavor {
        case .sqlite:
            [
                "CREATE TABLE row_ids (entity TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID",
                "CREATE TABLE server_note (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID",
            ]
        case .postgres:
            [
                """
                CREATE TABLE server_note (name TEXT COLLATE "C" PRIMARY KEY, content TEXT COLLATE "C" NOT NULL)
                """
            ]
        }
    }
}
