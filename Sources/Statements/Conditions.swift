public import Model

/// A query that does not fit the catalogue; the dialects translate it into their own words.
public struct StatementError: Error, Sendable, Hashable {
    public var entity: String
    public var name: String

    public init(entity: String, unknown name: String) {
        self.entity = entity
        self.name = name
    }
}

/// Makes statements of queries, with the names of one schema and in the spelling of one database.
public struct Build: Sendable {
    public let schema: Schema
    public let flavor: Flavor
    /// How many values one `IN` list may hold before it is split.
    static let listLimit = 5000

    public init(schema: Schema, flavor: Flavor) {
        self.schema = schema
        self.flavor = flavor
    }

    /// The filter as a condition on the rows of `alias`.
    public func condition(
        _ filter: Filter, on entity: EntityType, alias: String
    ) throws(StatementError) -> SQLText {
        var depth = 0
        return try condition(filter, on: entity, alias: alias, depth: &depth)
    }

    func column(_ name: String, of entity: EntityType, alias: String) throws(StatementError) -> SQLText {
        guard let field = entity.field(name) else { throw StatementError(entity: entity.name, unknown: name) }
        return "\(name: alias).\(name: field.column)"
    }

    func condition(
        _ filter: Filter, on entity: EntityType, alias: String, depth: inout Int
    ) throws(StatementError) -> SQLText {
        switch filter {
        case .all: return "TRUE"
        case .none: return "FALSE"
        case .and(let parts):
            return try combined(parts, "TRUE", " AND ", on: entity, alias: alias, depth: &depth)
        case .or(let parts):
            return try combined(parts, "FALSE", " OR ", on: entity, alias: alias, depth: &depth)
        case .not(let part):
            return "NOT (\(try condition(part, on: entity, alias: alias, depth: &depth)))"
        case .equals(let name, let value):
            let column = try column(name, of: entity, alias: alias)
            if value.isNull { return "\(column) IS NULL" }
            return "\(column) = \(entity.field(name)?.spelled(value) ?? value)"
        case .compare(let name, let comparison, let value):
            let column = try column(name, of: entity, alias: alias)
            if entity.field(name)?.kind == .decimal {
                return "\(flavor.number(column)) \(sign(comparison)) \(flavor.number(.binding(value)))"
            }
            return "\(column) \(sign(comparison)) \(entity.field(name)?.spelled(value) ?? value)"
        case .oneOf(let name, let values):
            return try oneOf(name, values, on: entity, alias: alias)
        case .text(let name, let match, let text, let sensitivity):
            return self.text(try column(name, of: entity, alias: alias), match, text, sensitivity)
        case .json(let name, let path, let match):
            return json(try column(name, of: entity, alias: alias), path, match)
        case .list(let name, let match):
            return list(try column(name, of: entity, alias: alias), match)
        case .related(let name, let quantifier, let inner):
            return try related(name, quantifier, inner, on: entity, alias: alias, depth: &depth)
        case .referenceUid(let name, let uids):
            guard let target = entity.field(name)?.target else {
                throw StatementError(entity: entity.name, unknown: name)
            }
            let column = try column(name, of: entity, alias: alias)
            let list = SQLText.list(uids.map { Value.text($0) })
            return "\(column) IN (SELECT id FROM \(name: schema[target].table) WHERE uid IN (\(list)))"
        case .search(let words):
            guard let ordinal = schema.ordinal(entity.name) else {
                throw StatementError(entity: entity.name, unknown: "search")
            }
            let base = SearchEntry.base(ordinal: ordinal)
            return """
                \(name: alias).id IN (SELECT rowid - \(.constant(base)) FROM search_entry
                WHERE \(flavor.search(words).condition) AND entity = \(Value.text(entity.name)))
                """
        case .subtree(let name, let parent, let root):
            return try subtree(name, parent, root, on: entity, alias: alias)
        }
    }

    private func combined(
        _ parts: [Filter], _ neutral: SQLText, _ word: SQLText, on entity: EntityType, alias: String,
        depth: inout Int
    ) throws(StatementError) -> SQLText {
        if parts.isEmpty { return neutral }
        var result: SQLText = "("
        for (position, part) in parts.enumerated() {
            if position > 0 { result += word }
            result += try condition(part, on: entity, alias: alias, depth: &depth)
        }
        return result + ")"
    }

    private func sign(_ comparison: Filter.Comparison) -> SQLText {
        switch comparison {
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }

    /// The inside of `IN (…)`; long lists of numbers in the form that keeps the statement's text the same.
    private func list(_ values: ArraySlice<Value>) -> SQLText {
        let ids = values.compactMap(\.integer)
        return ids.count == values.count && ids.count > 4 ? flavor.ids(ids) : SQLText.list(values)
    }

    private func oneOf(
        _ name: String, _ values: [Value], on entity: EntityType, alias: String
    ) throws(StatementError) -> SQLText {
        let column = try column(name, of: entity, alias: alias)
        let field = entity.field(name)
        let present = values.filter { !$0.isNull }.map { field?.spelled($0) ?? $0 }
        var parts: [SQLText] = []
        var start = 0
        while start < present.count {
            let chunk = present[start..<min(start + Build.listLimit, present.count)]
            parts.append("\(column) IN (\(list(chunk)))")
            start += Build.listLimit
        }
        if present.count < values.count { parts.append("\(column) IS NULL") }
        if parts.isEmpty { return "FALSE" }
        return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))"
    }

    private func text(
        _ column: SQLText, _ match: Filter.TextMatch, _ text: String, _ sensitivity: Filter.Case
    ) -> SQLText {
        switch sensitivity {
        case .sensitive: matched(column, match, .binding(.text(text)))
        case .insensitive: matched(flavor.folded(column), match, flavor.folded(.binding(.text(text))))
        }
    }

    private func matched(_ column: SQLText, _ match: Filter.TextMatch, _ text: SQLText) -> SQLText {
        switch match {
        case .equals: "\(column) = \(text)"
        case .contains: flavor.contains(column, text)
        case .startsWith: "substr(\(column), 1, length(\(text))) = \(text)"
        case .endsWith:
            """
            (length(\(column)) >= length(\(text))
            AND substr(\(column), length(\(column)) - length(\(text)) + 1) = \(text))
            """
        }
    }

    private func json(_ column: SQLText, _ path: [String], _ match: Filter.JSONMatch) -> SQLText {
        let found = path.isEmpty && match.isWhole ? column : flavor.json(column, at: path)
        switch match {
        case .equals(.null): return "\(found) IS NULL"
        case .equals(let value):
            if path.isEmpty { return "\(column) = \(Value.text(value.text))" }
            return flavor.json(column, at: path, equals: value)
        case .contains(let text): return matched(found, .contains, .binding(.text(text)))
        case .startsWith(let text): return matched(found, .startsWith, .binding(.text(text)))
        case .endsWith(let text): return matched(found, .endsWith, .binding(.text(text)))
        case .arrayContains(let value): return flavor.json(column, at: path, holds: value.array ?? [value])
        }
    }

    private func list(_ column: SQLText, _ match: Filter.ListMatch) -> SQLText {
        let held: (String) -> SQLText = { flavor.list(column, holds: .binding(.text($0))) }
        switch match {
        case .hasAny(let texts): return texts.isEmpty ? "FALSE" : "(\(texts.map(held).joined(separator: " OR ")))"
        case .hasEvery(let texts): return texts.isEmpty ? "TRUE" : "(\(texts.map(held).joined(separator: " AND ")))"
        case .isEmpty(true): return "(\(column) IS NULL OR \(column) = '[]')"
        case .isEmpty(false): return "(\(column) IS NOT NULL AND \(column) <> '[]')"
        case .equals(let texts): return "\(column) = \(Value.text(JSON.array(texts.map { .string($0) }).text))"
        }
    }

    private func related(
        _ name: String, _ quantifier: Filter.Quantifier, _ inner: Filter, on entity: EntityType, alias: String,
        depth: inout Int
    ) throws(StatementError) -> SQLText {
        guard let relation = entity.relation(name) else { throw StatementError(entity: entity.name, unknown: name) }
        if let exists = try linked(relation, quantifier, inner, alias: alias) { return exists }
        let target = schema[relation.target]
        depth += 1
        let there = "r\(depth)"
        let wanted: Filter = quantifier == .every ? .not(inner) : inner
        let condition = try condition(wanted, on: target, alias: there, depth: &depth)
        let exists =
            "EXISTS (SELECT 1 FROM \(try join(relation, of: entity, here: alias, there: there)) AND \(condition))"
            as SQLText
        return quantifier == .some ? exists : "NOT \(exists)"
    }

    /// A link to one of these ids is a matter of the link table alone: no row of the target is looked at.
    private func linked(
        _ relation: Relation, _ quantifier: Filter.Quantifier, _ inner: Filter, alias: String
    ) throws(StatementError) -> SQLText? {
        guard case .manyToMany(let table, let here, let there) = relation.kind, quantifier != .every,
            case .oneOf("id", let ids) = inner
        else { return nil }
        let exists: SQLText = """
            EXISTS (SELECT 1 FROM \(name: table) AS pair WHERE pair.\(name: here) = \(name: alias).id
            AND pair.\(name: there) IN (\(SQLText.list(ids))))
            """
        return quantifier == .some ? exists : "NOT \(exists)"
    }

    /// `"target" AS there WHERE <there belongs to here>`.
    func join(
        _ relation: Relation, of entity: EntityType, here: String, there: String
    ) throws(StatementError) -> SQLText {
        let target = schema[relation.target]
        switch relation.kind {
        case .toOne(let field):
            let key = try column(field, of: entity, alias: here)
            return "\(name: target.table) AS \(name: there) WHERE \(name: there).id = \(key)"
        case .toMany(let field):
            let key = try column(field, of: target, alias: there)
            return "\(name: target.table) AS \(name: there) WHERE \(key) = \(name: here).id"
        case .manyToMany(let table, let hereColumn, let thereColumn):
            return """
                \(name: table) AS pair JOIN \(name: target.table) AS \(name: there) ON \(name: there).id = pair.\(name: thereColumn)
                WHERE pair.\(name: hereColumn) = \(name: here).id
                """
        }
    }

    private func subtree(
        _ name: String, _ parent: String, _ root: Int64, on entity: EntityType, alias: String
    ) throws(StatementError) -> SQLText {
        let column = try column(name, of: entity, alias: alias)
        let tree = entity.field(name)?.target.flatMap { schema.entity($0) } ?? entity
        guard let link = tree.field(parent) else { throw StatementError(entity: tree.name, unknown: parent) }
        return """
            \(column) IN (WITH RECURSIVE branch(id) AS (SELECT \(Value.int(root)) UNION
            SELECT child.id FROM \(name: tree.table) AS child JOIN branch ON child.\(name: link.column) = branch.id)
            SELECT id FROM branch)
            """
    }
}

extension Filter.JSONMatch {
    fileprivate var isWhole: Bool {
        if case .equals = self { return true }
        return false
    }
}

/// The keys of the search index: one number space for all entities.
public enum SearchEntry {
    /// Rows of the entity with this ordinal have the keys from here on.
    public static func base(ordinal: Int) -> Int64 { Int64(ordinal + 1) << 40 }
}

extension Field {
    /// The value in the type of the column: SQLite's truth values are integers, PostgreSQL refuses these.
    func spelled(_ value: Value) -> Value { kind.spelled(value) }
}

extension Field.Kind {
    func spelled(_ value: Value) -> Value {
        guard self == .boolean, case .int(let number) = value else { return value }
        return .bool(number != 0)
    }
}
