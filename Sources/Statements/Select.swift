public import Model

extension Build {
    /// The rows of a query without its includes: the wanted columns in order.
    /// `alias` of the entity is `t`.
    public func select(_ query: Query, fields: [String]) throws(StatementError) -> SQLText {
        let entity = schema[query.entity]
        var columns: [SQLText] = []
        for name in fields { columns.append(try column(name, of: entity, alias: "t")) }
        let order = try self.order(query, on: entity)
        let filter = try pageFilter(query, on: entity, order)
        var statement: SQLText
        if query.distinct.isEmpty {
            statement = "SELECT \(columns.joined(separator: ", ")) FROM \(name: entity.table) AS t WHERE \(filter)"
        } else {
            var keys: [SQLText] = []
            for name in query.distinct { keys.append(try column(name, of: entity, alias: "t")) }
            let ranked = """
                SELECT t.id AS id, ROW_NUMBER() OVER (PARTITION BY \(keys.joined(separator: ", ")) ORDER BY \(order))
                AS place FROM \(name: entity.table) AS t WHERE \(filter)
                """ as SQLText
            statement = """
                SELECT \(columns.joined(separator: ", ")) FROM \(name: entity.table) AS t
                JOIN (\(ranked)) AS ranked ON ranked.id = t.id AND ranked.place = 1 WHERE TRUE
                """
        }
        statement += " ORDER BY \(order)"
        return statement + limit(query.page)
    }

    /// Rows related to many parents at once: column `#parent` first, at most the page of the query for each parent.
    public func select(
        _ query: Query, fields: [String], relation: Relation, of parent: EntityType,
        parents: [Int64]
    ) throws(StatementError) -> SQLText {
        let entity = schema[query.entity]
        let ids = flavor.ids(parents)
        var columns: [SQLText] = []
        for name in fields { columns.append(try column(name, of: entity, alias: "t")) }
        let list = columns.joined(separator: ", ")
        let source: SQLText
        let key: SQLText
        switch relation.kind {
        case .toOne:
            key = "t.id"
            source = "\(name: entity.table) AS t WHERE t.id IN (\(ids))"
        case .toMany(let field):
            key = try column(field, of: entity, alias: "t")
            source = "\(name: entity.table) AS t WHERE \(key) IN (\(ids))"
        case .manyToMany(let table, let here, let there):
            key = "pair.\(name: here)"
            source = """
                \(name: table) AS pair JOIN \(name: entity.table) AS t ON t.id = pair.\(name: there)
                WHERE pair.\(name: here) IN (\(ids))
                """
        }
        let order = try self.order(query, on: entity)
        let filter = try pageFilter(query, on: entity, order)
        let page = query.page
        if page.limit == nil, page.offset == 0, query.distinct.isEmpty {
            return "SELECT \(key), \(list) FROM \(source) AND \(filter) ORDER BY \(order)"
        }
        var partition = key
        for name in query.distinct { partition += ", \(try column(name, of: entity, alias: "t"))" }
        // A field may be wanted twice, as it is and as a UUID: columns go by their place.
        let names = SQLText.names(["#parent"] + columns.indices.map { "#\($0)" })
        var inner: SQLText = "SELECT \(key) AS \"#parent\""
        for (position, column) in columns.enumerated() { inner += ", \(column) AS \(name: "#\(position)")" }
        inner +=
            ", ROW_NUMBER() OVER (PARTITION BY \(partition) ORDER BY \(order)) AS \"#place\" FROM \(source) AND \(filter)"
        let bound: SQLText
        if !query.distinct.isEmpty {
            bound = "\"#place\" = 1"
        } else {
            let last: SQLText = page.limit.map { " AND \"#place\" <= \(Value.int(page.offset + $0))" } ?? ""
            bound = "\"#place\" > \(Value.int(page.offset))\(last)"
        }
        return "SELECT \(names) FROM (\(inner)) AS ranked WHERE \(bound) ORDER BY \"#place\""
    }

    public func count(_ entityName: String, where filter: Filter) throws(StatementError) -> SQLText {
        let entity = schema[entityName]
        return "SELECT COUNT(*) FROM \(name: entity.table) AS t WHERE \(try condition(filter, on: entity, alias: "t"))"
    }

    /// `#parent` and the number of related rows that pass the filter, for parents that have any.
    public func count(
        relation: Relation, of parent: EntityType, where filter: Filter, parents: [Int64]
    ) throws(StatementError) -> SQLText {
        let target = schema[relation.target]
        let ids = flavor.ids(parents)
        let condition = try condition(filter, on: target, alias: "t")
        switch relation.kind {
        case .toOne:
            return
                "SELECT t.id, COUNT(*) FROM \(name: target.table) AS t WHERE t.id IN (\(ids)) AND \(condition) GROUP BY t.id"
        case .toMany(let field):
            let key = try column(field, of: target, alias: "t")
            return
                "SELECT \(key), COUNT(*) FROM \(name: target.table) AS t WHERE \(key) IN (\(ids)) AND \(condition) GROUP BY \(key)"
        case .manyToMany(let table, let here, let there):
            return """
                SELECT pair.\(name: here), COUNT(*) FROM \(name: table) AS pair JOIN \(name: target.table) AS t
                ON t.id = pair.\(name: there) WHERE pair.\(name: here) IN (\(ids)) AND \(condition)
                GROUP BY pair.\(name: here)
                """
        }
    }

    func limit(_ page: Query.Page) -> SQLText {
        var text: SQLText = ""
        if let limit = page.limit {
            text += " LIMIT \(.constant(Int64(max(limit, 0))))"
        } else if page.offset > 0, flavor == .sqlite {
            text += " LIMIT -1"
        }
        if page.offset > 0 { text += " OFFSET \(.constant(Int64(page.offset)))" }
        return text
    }

    /// The order with the id as the last key, so that pages never overlap; reversed where the page counts from the end.
    func order(_ query: Query, on entity: EntityType) throws(StatementError) -> SQLText {
        var parts: [SQLText] = []
        var endsWithId = false
        for key in query.order {
            let isDescending = (key.direction == .descending) != query.page.isReversed
            let direction: Query.Order.Direction = isDescending ? .descending : .ascending
            let word: SQLText = isDescending ? " DESC" : ""
            let (column, isNullable) = try self.key(key.key, on: entity)
            var nulls = key.nulls
            if query.page.isReversed, let given = nulls { nulls = given == .first ? .last : .first }
            parts.append("\(column)\(word)\(flavor.nulls(direction, nulls, isNullable: isNullable))")
            if key.key == .field("id") { endsWithId = true }
        }
        if !endsWithId { parts.append(query.page.isReversed ? "t.id DESC" : "t.id") }
        return parts.joined(separator: ", ")
    }

    private func key(
        _ key: Query.Order.Key, on entity: EntityType
    ) throws(StatementError) -> (column: SQLText, isNullable: Bool) {
        switch key {
        case .field(let name):
            return (try column(name, of: entity, alias: "t"), entity.field(name)?.isRequired != true)
        case .through(let path, let name):
            return (try through(path, name, on: entity, alias: "t", depth: 0), true)
        case .firstOf(let names):
            var columns: [SQLText] = []
            for name in names { columns.append(try column(name, of: entity, alias: "t")) }
            return ("COALESCE(\(columns.joined(separator: ", ")))", true)
        case .count(let name, let filter):
            guard let relation = entity.relation(name) else {
                throw StatementError(entity: entity.name, unknown: name)
            }
            let condition = try condition(filter, on: schema[relation.target], alias: "counted")
            let source = try join(relation, of: entity, here: "t", there: "counted")
            return ("(SELECT COUNT(*) FROM \(source) AND \(condition))", false)
        }
    }

    private func through(
        _ path: [String], _ name: String, on entity: EntityType, alias: String, depth: Int
    ) throws(StatementError) -> SQLText {
        guard let first = path.first else { return try column(name, of: entity, alias: alias) }
        guard let relation = entity.relation(first), relation.isToOne else {
            throw StatementError(entity: entity.name, unknown: first)
        }
        let there = "o\(depth)"
        let inner = try through(
            Array(path.dropFirst()), name, on: schema[relation.target], alias: there, depth: depth + 1)
        return "(SELECT \(inner) FROM \(try join(relation, of: entity, here: alias, there: there)))"
    }

    /// The filter of a query and, with a cursor, the condition that a row stands at or after the cursor's row.
    private func pageFilter(
        _ query: Query, on entity: EntityType, _ order: SQLText
    ) throws(StatementError) -> SQLText {
        let filter = try condition(query.filter, on: entity, alias: "t")
        guard let cursor = query.page.cursor else { return filter }
        let isPlain = query.order.allSatisfy { key in
            guard case .field = key.key else { return false }
            return key.nulls == nil
        }
        if isPlain { return "\(filter) AND \(try from(cursor, query, on: entity))" }
        // Keys that are no columns of the row cannot be compared with the cursor's; places can.
        return """
            \(filter) AND t.id IN (WITH placed AS (SELECT t.id AS id, ROW_NUMBER() OVER (ORDER BY \(order)) AS place
            FROM \(name: entity.table) AS t WHERE \(filter))
            SELECT id FROM placed WHERE place >= (SELECT place FROM placed WHERE id = \(Value.int(cursor))))
            """
    }

    /// The condition that a row stands at or after the cursor row in the order of the query.
    private func from(
        _ cursor: Int64, _ query: Query, on entity: EntityType
    ) throws(StatementError) -> SQLText {
        var keys: [(column: SQLText, anchor: SQLText, isDescending: Bool)] = []
        for key in query.order {
            guard case .field(let name) = key.key, let field = entity.field(name) else { continue }
            let anchor: SQLText = """
                (SELECT c.\(name: field.column) FROM \(name: entity.table) AS c WHERE c.id = \(Value.int(cursor)))
                """
            let isDescending = (key.direction == .descending) != query.page.isReversed
            keys.append((try column(name, of: entity, alias: "t"), anchor, isDescending))
        }
        keys.append(("t.id", .binding(.int(cursor)), query.page.isReversed))
        var alternatives: [SQLText] = []
        var equal: SQLText = ""
        for (position, key) in keys.enumerated() {
            let isLast = position == keys.count - 1
            let sign: SQLText = key.isDescending ? (isLast ? "<=" : "<") : (isLast ? ">=" : ">")
            // Nulls are the smallest values.
            let beyondNull: SQLText =
                key.isDescending
                ? "(\(key.column) IS NULL AND \(key.anchor) IS NOT NULL)"
                : "(\(key.column) IS NOT NULL AND \(key.anchor) IS NULL)"
            let beyond: SQLText =
                isLast
                ? "\(key.column) \(sign) \(key.anchor)" : "(\(key.column) \(sign) \(key.anchor) OR \(beyondNull))"
            alternatives.append("(\(equal)\(beyond))")
            equal += "(\(key.column) = \(key.anchor) OR (\(key.column) IS NULL AND \(key.anchor) IS NULL)) AND "
        }
        return "(\(alternatives.joined(separator: " OR ")))"
    }
}
