/// What to read: the rows of one entity, in an order, with related rows below them.
public struct Query: Sendable {
    public var entity: String
    public var filter: Filter
    /// The fields to read; `nil` reads every field that the caller may see.
    public var fields: [String]?
    public var include: [Include]
    public var order: [Order]
    public var page: Page
    /// Keeps the first row of each combination of these fields.
    public var distinct: [String]
    /// References to read as UUIDs too, each in a column named like the field with the suffix `#uid`.
    public var uids: [String] = []

    public init(
        _ entity: String, where filter: Filter = .all, fields: [String]? = nil, include: [Include] = [],
        order: [Order] = [], page: Page = .all, distinct: [String] = []
    ) {
        self.entity = entity
        self.filter = filter
        self.fields = fields
        self.include = include
        self.order = order
        self.page = page
        self.distinct = distinct
    }

    /// Which part of the ordered rows.
    public struct Page: Sendable, Hashable {
        /// At most this many rows; `nil` is no limit of the caller's.
        public var limit: Int?
        public var offset: Int
        /// Counts from the end of the order.
        public var isReversed: Bool
        /// The id of the row at which the page starts.
        public var cursor: Int64?

        public init(limit: Int? = nil, offset: Int = 0, isReversed: Bool = false, cursor: Int64? = nil) {
            self.limit = limit
            self.offset = offset
            self.isReversed = isReversed
            self.cursor = cursor
        }

        public static let all = Page()
    }

    /// One key of the order.
    public struct Order: Sendable, Hashable {
        public enum Direction: Sendable, Hashable { case ascending, descending }
        public enum Nulls: Sendable, Hashable { case first, last }
        public enum Key: Sendable, Hashable {
            case field(String)
            /// A field of the row at the end of to-one relations.
            case through([String], String)
            /// The first of these fields that is not null.
            case firstOf([String])
            /// The number of related rows that pass the filter.
            case count(String, where: Filter = .all)
        }

        public var key: Key
        public var direction: Direction
        /// `nil`: nulls are the smallest values, on either database.
        public var nulls: Nulls?

        public init(_ key: Key, _ direction: Direction = .ascending, nulls: Nulls? = nil) {
            self.key = key
            self.direction = direction
            self.nulls = nulls
        }

        public static func by(_ field: String, _ direction: Direction = .ascending) -> Order {
            Order(.field(field), direction)
        }
    }

    /// Related rows to read below each row.
    public struct Include: Sendable {
        public enum What: Sendable {
            /// The rows that the nested query selects; its `entity` is the relation's target.
            case rows(Query)
            /// The number of related rows that pass the filter.
            case count(Filter)
        }

        public var relation: String
        public var what: What

        public init(_ relation: String, _ what: What) {
            self.relation = relation
            self.what = what
        }
    }
}
