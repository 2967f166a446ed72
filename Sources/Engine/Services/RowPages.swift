public import Model
import Statements

/// A condition on the rows of one entity that was compiled from the query language.
public struct Selection: Sendable {
    /// On rows of alias `t`.
    let condition: SQLText

    /// Both conditions.
    public static func && (left: Selection, right: Selection) -> Selection {
        Selection(condition: "(\(left.condition) AND \(right.condition))")
    }
}

/// The ids of a page and the number of all rows.
public struct RowPage: Sendable, Hashable {
    public let ids: [Int64]
    public let total: Int
}

extension Reading {
    /// A page of the visible rows that pass a filter and a compiled selection.
    public func page(
        _ entityName: String, where filter: Filter, selection: Selection? = nil, order orders: [Query.Order] = [],
        limit: Int, offset: Int
    ) throws(DomainError) -> RowPage {
        let entity = schema[entityName]
        let filter = try visible(entityName) && filter
        var condition = try condition(filter, on: entityName)
        if let selection { condition += " AND \(selection.condition)" }
        let from: SQLText = "FROM \(name: entity.table) AS t WHERE \(condition)"
        let total = Int(try value("SELECT COUNT(*) \(from)")?.integer ?? 0)
        guard offset < total, limit > 0 else { return RowPage(ids: [], total: total) }
        var keys: [SQLText] = []
        for key in orders {
            guard case .field(let name) = key.key, let field = entity.field(name) else { continue }
            let direction: SQLText = key.direction == .descending ? " DESC" : ""
            keys.append("t.\(name: field.column)\(direction)")
        }
        if orders.last?.key != .field("id") { keys.append("t.id") }
        let order: SQLText = keys.joined(separator: ", ")
        let statement: SQLText =
            "SELECT t.id \(from) ORDER BY \(order) LIMIT \(Value.int(limit)) OFFSET \(Value.int(offset))"
        let found = try rows(statement)
        return RowPage(ids: found.compactMap { $0[0].integer }, total: total)
    }

    /// The visible rows with these ids in this order.
    public func rows(_ entityName: String, ids: [Int64], fields: [String]? = nil) throws(DomainError) -> [Row] {
        guard !ids.isEmpty else { return [] }
        var found: [Int64: Row] = [:]
        for row in try find(entityName, ids.map { .id($0) }, fields: fields) { found[row.id] = row }
        return ids.compactMap { found[$0] }
    }
}
