public import Model

/// The rows of a query with the related rows that it includes.
public struct ResultTree: Sendable {
    public let entity: EntityType
    public let layout: RowLayout
    public var values: [[Value]]
    public var included: [Included]

    /// One included relation, for all rows of the tree above.
    public struct Included: Sendable {
        public let relation: Relation
        public let content: Content
    }

    public enum Content: Sendable {
        /// The related rows and, for each row above, the positions of its own ones.
        case rows(ResultTree, positions: [[Int]])
        /// The number of related rows for each row above.
        case counts([Int64])
    }

    public init(entity: EntityType, layout: RowLayout, values: [[Value]] = [], included: [Included] = []) {
        self.entity = entity
        self.layout = layout
        self.values = values
        self.included = included
    }

    public var count: Int { values.count }
    public var isEmpty: Bool { values.isEmpty }
    public var rows: [Row] { values.map { Row(layout: layout, values: $0) } }
    public var first: Row? { values.first.map { Row(layout: layout, values: $0) } }
    public func row(_ index: Int) -> Row { Row(layout: layout, values: values[index]) }

    public var ids: [Int64] {
        guard let position = layout.position("id") else { return [] }
        return values.compactMap { $0[position].integer }
    }

    /// The included rows of one row.
    public func related(_ name: String, of index: Int) -> [Row] {
        for item in included where item.relation.name == name {
            guard case .rows(let tree, let positions) = item.content, positions.indices.contains(index) else {
                continue
            }
            return positions[index].map { tree.row($0) }
        }
        return []
    }
}
