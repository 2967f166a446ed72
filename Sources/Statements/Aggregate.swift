public import Model

extension Build {
    /// One row of aggregates over the rows of a query, its page included.
    public func aggregate(_ query: Query, _ aggregates: [Aggregate]) throws(StatementError) -> SQLText {
        let entity = schema[query.entity]
        let columns = try self.columns(aggregates, on: entity)
        let filter = try condition(query.filter, on: entity, alias: "t")
        if query.page == .all {
            return "SELECT \(columns) FROM \(name: entity.table) AS t WHERE \(filter)"
        }
        let ids = try select(query, fields: ["id"])
        return "SELECT \(columns) FROM \(name: entity.table) AS t WHERE t.id IN (SELECT id FROM (\(ids)) AS page)"
    }

    /// One row for each group: the grouping fields, then the aggregates.
    public func group(
        _ entityName: String, where filter: Filter, _ grouping: Grouping
    ) throws(StatementError) -> SQLText {
        let entity = schema[entityName]
        var keys: [SQLText] = []
        for name in grouping.by { keys.append(try column(name, of: entity, alias: "t")) }
        var list = keys.joined(separator: ", ")
        if !grouping.aggregates.isEmpty { list += ", \(try columns(grouping.aggregates, on: entity))" }
        let condition = try condition(filter, on: entity, alias: "t")
        var statement: SQLText = """
            SELECT \(list) FROM \(name: entity.table) AS t WHERE \(condition) GROUP BY \(keys.joined(separator: ", "))
            """
        if let having = grouping.having { statement += " HAVING \(try self.having(having, on: entity))" }
        var order: [SQLText] = []
        for key in grouping.order {
            let word: SQLText = key.direction == .descending ? " DESC" : ""
            let nulls = flavor.nulls(key.direction, nil, isNullable: true)
            switch key.key {
            case .field(let name): order.append("\(try column(name, of: entity, alias: "t"))\(word)\(nulls)")
            case .aggregate(let aggregate): order.append("\(try expression(aggregate, on: entity))\(word)\(nulls)")
            }
        }
        if order.isEmpty { order = keys }
        statement += " ORDER BY \(order.joined(separator: ", "))"
        return statement + limit(Query.Page(limit: grouping.limit, offset: grouping.offset))
    }

    private func columns(_ aggregates: [Aggregate], on entity: EntityType) throws(StatementError) -> SQLText {
        var columns: [SQLText] = []
        for aggregate in aggregates {
            columns.append("\(try expression(aggregate, on: entity)) AS \(name: aggregate.column)")
        }
        return columns.joined(separator: ", ")
    }

    private func expression(_ aggregate: Aggregate, on entity: EntityType) throws(StatementError) -> SQLText {
        guard let name = aggregate.field else { return "COUNT(*)" }
        let column = try column(name, of: entity, alias: "t")
        if entity.field(name)?.kind == .decimal, aggregate.function != .count {
            return flavor.decimal(aggregate.function, column)
        }
        switch aggregate.function {
        case .count: return "COUNT(\(column))"
        case .sum:
            let isReal = entity.field(name)?.kind == .real
            return flavor == .postgres && !isReal ? "CAST(SUM(\(column)) AS BIGINT)" : "SUM(\(column))"
        case .average:
            let type: SQLText = flavor == .postgres ? "DOUBLE PRECISION" : "REAL"
            return "CAST(AVG(\(column)) AS \(type))"
        case .minimum: return "MIN(\(column))"
        case .maximum: return "MAX(\(column))"
        }
    }

    private func having(_ having: Having, on entity: EntityType) throws(StatementError) -> SQLText {
        switch having {
        case .compare(let aggregate, let sign, let value):
            let left = try expression(aggregate, on: entity)
            switch sign {
            case .equal: return value.isNull ? "\(left) IS NULL" : "\(left) = \(value)"
            case .notEqual: return value.isNull ? "\(left) IS NOT NULL" : "\(left) <> \(value)"
            case .less: return "\(left) < \(value)"
            case .lessOrEqual: return "\(left) <= \(value)"
            case .greater: return "\(left) > \(value)"
            case .greaterOrEqual: return "\(left) >= \(value)"
            }
        case .field(let filter): return try condition(filter, on: entity, alias: "t")
        case .and(let parts): return try combined(parts, on: entity, "TRUE", " AND ")
        case .or(let parts): return try combined(parts, on: entity, "FALSE", " OR ")
        case .not(let part): return "NOT (\(try self.having(part, on: entity)))"
        }
    }

    private func combined(
        _ parts: [Having], on entity: EntityType, _ neutral: SQLText, _ word: SQLText
    ) throws(StatementError) -> SQLText {
        if parts.isEmpty { return neutral }
        var texts: [SQLText] = []
        for part in parts { texts.append(try having(part, on: entity)) }
        return "(\(texts.joined(separator: word)))"
    }
}
