/// What to compute over the rows of a query.
public struct Aggregate: Sendable, Hashable {
    public enum Function: String, Sendable, Hashable, CaseIterable {
        case count = "_count"
        case sum = "_sum"
        case average = "_avg"
        case minimum = "_min"
        case maximum = "_max"
    }

    public var function: Function
    /// `nil` counts rows.
    public var field: String?

    public init(_ function: Function, _ field: String? = nil) {
        self.function = function
        self.field = field
    }

    /// The name of the result column.
    public var column: String { "\(function.rawValue).\(field ?? "_all")" }
}

/// A condition on an aggregate of a group.
public indirect enum Having: Sendable, Hashable {
    case compare(Aggregate, Sign, Value)
    case field(Filter)
    case and([Having])
    case or([Having])
    case not(Having)

    public enum Sign: Sendable, Hashable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }
}

/// Rows grouped by fields, with aggregates over each group.
public struct Grouping: Sendable {
    public enum OrderKey: Sendable, Hashable {
        case field(String)
        case aggregate(Aggregate)
    }

    public var by: [String]
    public var aggregates: [Aggregate]
    public var having: Having?
    public var order: [(key: OrderKey, direction: Query.Order.Direction)]
    public var limit: Int?
    public var offset: Int

    public init(
        by: [String], aggregates: [Aggregate], having: Having? = nil,
        order: [(key: OrderKey, direction: Query.Order.Direction)] = [], limit: Int? = nil, offset: Int = 0
    ) {
        self.by = by
        self.aggregates = aggregates
        self.having = having
        self.order = order
        self.limit = limit
        self.offset = offset
    }
}
