import Engine
import Model
import Wire

extension JSONWriter {
    mutating func member(_ key: JSONKey, _ value: Value) {
        self.key(key)
        self.value(value)
    }

    mutating func member(_ key: JSONKey, _ text: String?) {
        self.key(key)
        value(text)
    }

    mutating func member(_ key: JSONKey, _ number: Int) {
        self.key(key)
        value(number)
    }

    mutating func member(_ key: JSONKey, _ number: Double?) {
        self.key(key)
        value(number)
    }

    mutating func member(_ key: JSONKey, flag: Bool) {
        self.key(key)
        value(flag)
    }

    mutating func member(_ key: JSONKey, time: Value) {
        self.key(key)
        self.time(time)
    }

    /// A stored document as plain text, or null.
    mutating func member(_ key: JSONKey, plain: Value) {
        self.key(key)
        if plain.isNull { null() } else { value(RichText.plain(plain)) }
    }

    /// A stored JSON document as it is; what is no JSON becomes a text.
    mutating func member(_ key: JSONKey, document: Value) {
        self.key(key)
        value(JSON.stored(document))
    }

    mutating func array(_ key: JSONKey) {
        self.key(key)
        beginArray()
    }

    mutating func object(_ key: JSONKey) {
        self.key(key)
        beginObject()
    }

    /// The UUID and the integer id of a row.
    mutating func identity(_ row: Row) {
        member(.id, row.uid)
        member(.numericId, row["id"])
    }
}

extension JSON {
    /// The document in a JSON column.
    static func stored(_ value: Model.Value) -> JSON {
        guard let text = value.string else { return .null }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return .string(text)
        }
    }
}

extension ResultTree {
    /// The included rows of one row as positions in their own tree, for rows below them.
    func below(_ name: String, of index: Int) -> (tree: ResultTree, positions: [Int])? {
        for item in included where item.relation.name == name {
            guard case .rows(let tree, let positions) = item.content, positions.indices.contains(index) else {
                continue
            }
            return (tree, positions[index])
        }
        return nil
    }
}

extension RowKey {
    var filter: Filter {
        switch self {
        case .id(let id): .equals("id", .int(id))
        case .uid(let uid): .equals("uid", .text(uid))
        }
    }
}

extension Reading {
    /// The row that `projectId` of a query names, if it names one; `.notFound` when the caller cannot read it.
    func optionalProject(_ call: Call, _ name: String = "projectId") throws(DomainError) -> Row? {
        guard let text = call.query[name], !text.isEmpty else { return nil }
        guard let key = RowKey(text) else { throw .notFound("Project") }
        return try row("Project", key, fields: ["id", "uid", "name"])
    }

    /// A reference that must belong to the project; the field of the body is named in the refusal.
    func sameProject(
        _ entity: String, _ given: Given<RowKey>, _ field: String, project: Int64
    ) throws(DomainError) -> Given<Int64> {
        switch given {
        case .absent: return .absent
        case .null: return .null
        case .value(let key):
            let row = try named(entity, key, by: field, fields: ["id", "projectId"])
            guard row["projectId"].integer == project else {
                throw .invalid(field, "\(field) belongs to another project")
            }
            return .value(row.id)
        }
    }
}

/// A list in the usual envelope.
enum ListPage {
    /// Reads a page and its total; `write` writes one row.
    static func reply(
        _ query: Query, uids: [String], _ paging: Paging, in work: Reading,
        _ write: (ResultTree, Int, inout JSONWriter) throws(DomainError) -> Void
    ) throws(DomainError) -> Reply {
        var query = query
        query.page = paging.page
        let tree = try work.tree(query, uids: uids)
        var total = paging.total(shown: tree.count)
        if total == nil { total = try work.count(query.entity, where: query.filter) }
        var writer = JSONWriter(capacity: 256 + tree.count * 512)
        writer.beginObject()
        writer.array(.data)
        for index in 0..<tree.count { try write(tree, index, &writer) }
        writer.endArray()
        paging.write(total ?? 0, to: &writer)
        writer.endObject()
        return Reply.json(writer.bytes)
    }

    /// One row as `{"data":{…}}`; `.notFound` when the caller cannot see it.
    static func single(
        _ query: Query, uids: [String], in work: Reading, also extra: JSONKey? = nil,
        _ write: (ResultTree, inout JSONWriter) throws(DomainError) -> Void
    ) throws(DomainError) -> Rendered {
        let tree = try work.tree(query, uids: uids)
        guard let row = tree.first else { throw .notFound(query.entity) }
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key(.data)
        try write(tree, &writer)
        if let extra {
            writer.key(extra)
            try write(tree, &writer)
        }
        writer.endObject()
        return Rendered(bytes: writer.bytes, tag: EntityTag(row))
    }
}
