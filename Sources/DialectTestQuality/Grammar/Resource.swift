import Engine
import Model

/// One entity of the API: its words, its columns, how it leads to others and what its writes do.
struct Resource: Sendable {
    typealias Figures = @Sendable ([Row], Reading, Lens) throws(DomainError) -> [Int64: [String: JSON]]
    typealias Create = @Sendable ([Entry], Writing, Lens) throws(DomainError) -> [Made]
    typealias Update = @Sendable (Row, Entry, Writing, Lens) throws(DomainError) -> Void
    typealias Delete = @Sendable (Int64, Writing, Lens) throws(DomainError) -> Void

    /// A new row, with what only the answer to its creation shows.
    struct Made: Sendable {
        var id: Int64
        var extras: [(String, JSON)] = []
        /// It was there already.
        var isKnown = false
    }

    /// What may have to be completed before rows are read.
    enum Completion: Sendable, Hashable { case rootPlans, plans, runSteps, labels, defects }

    /// What a caller may do with it.
    enum Verb: Sendable, Hashable { case create, update, delete, restore }

    let name: String
    let model: String
    let entity: String
    var scope: Filter = .all
    var columns: [Column]
    var links: [Link] = []
    var order: [Query.Order] = []
    var completions: Set<Completion> = []
    var verbs: Set<Verb> = [.create, .update, .delete]
    /// Rows that only some callers see.
    var visible: (@Sendable (Lens) -> Filter)?
    /// There is no path without a parent.
    var isNestedOnly = false
    var figures: Figures?
    var create: Create?
    var update: Update?
    var delete: Delete?

    init(_ name: String, _ model: String, _ entity: String, _ own: [Column], author: [Column]) {
        self.name = name
        self.model = model
        self.entity = entity
        columns =
            [
                .field("id", .reference, "id"), author[0], author[1],
                Column(
                    name: "epoch", shape: .integer, access: .readOnly,
                    show: { row, _ in .integer(max(0, (row["epoch"].integer ?? 1) - 1)) },
                    match: { wanted, _ in
                        Column.filter(
                            "epoch", .integer,
                            wanted.map { item in
                                guard case .value(.int(let number)) = item else { return item }
                                return .value(.int(number.addingReportingOverflow(1).partialValue))
                            })
                    }, order: .field("epoch")),
            ] + own + [
                .constant("client_id", .integer, 1), .field("key", .integer, "id"),
                .field("created_at", .time, "createdAt"), .field("updated_at", .time, "updatedAt"),
                .constant("metadata_model", .text, .string(model)),
            ]
    }

    func column(_ name: String) -> Column? { columns.first { $0.name == name } }
    func link(_ name: String) -> Link? { links.first { $0.name == name } }

    /// Where rows are in the order of a sequence.
    func ordered(by fields: String...) -> Resource {
        var resource = self
        resource.order = fields.map { .by($0) } + [.by("id")]
        return resource
    }

    func with(_ change: (inout Resource) -> Void) -> Resource {
        var resource = self
        change(&resource)
        return resource
    }
}

/// Who made a row and who changed it last.
enum Author {
    /// Fields of the row itself; whoever never changed it counts as its last author.
    static func own(_ creator: String, updater: String? = "updatedById") -> [Column] {
        let made = Column(
            name: "created_by", shape: .integer, access: .readOnly,
            show: { row, lens in .integer(row[creator].integer ?? lens.founder) },
            match: { wanted, _ in Column.filter(creator, .reference, wanted) }, order: .field(creator))
        guard let updater else { return [made, renamed(made)] }
        let changed = Column(
            name: "updated_by", shape: .integer, access: .readOnly,
            show: { row, lens in .integer(row[updater].integer ?? row[creator].integer ?? lens.founder) },
            match: { wanted, _ in
                Column.filter(updater, .reference, wanted)
                    || (.equals(updater, .null) && Column.filter(creator, .reference, wanted))
            }, order: .firstOf([updater, creator]))
        return [made, changed]
    }

    /// Those of the row that it is a part of.
    static func above(_ path: [String], _ creator: String) -> [Column] {
        let made = Column.through("created_by", .integer, path, creator)
        return [made, renamed(made)]
    }

    /// What the server made itself.
    static let server: [Column] = {
        let made = Column(
            name: "created_by", shape: .integer, access: .readOnly, show: { _, lens in .integer(lens.founder) },
            match: { wanted, lens in wanted.contains(.value(.int(lens.founder))) ? .all : .none }, order: .field("id"))
        return [made, renamed(made)]
    }()

    private static func renamed(_ column: Column) -> Column {
        Column(
            name: "updated_by", shape: column.shape, access: .readOnly, path: column.path, show: column.show,
            match: column.match, order: column.order)
    }
}

/// How a resource leads to another one.
struct Link: Sendable {
    enum Kind: Sendable {
        /// A column here holds the id of one row there.
        case one(String)
        /// A column there holds the id of the row here.
        case many(String)
        /// Rows of a third resource join both: its columns for here and there.
        case through(String, here: String, there: String)
        /// Rows there say in `related_type` and `related_id` what they belong to.
        case related
        /// A column here holds the id of one row there, shown as a list.
        case few(String)
    }

    let name: String
    let target: String
    let kind: Kind
    /// Has a path below the row here: `/plan/1/run`.
    let isNested: Bool
    /// A relation that `_with` embeds.
    let isShown: Bool

    static func one(_ name: String, _ target: String? = nil, _ column: String? = nil) -> Link {
        Link(name: name, target: target ?? name, kind: .one(column ?? "\(name)_id"), isNested: false, isShown: true)
    }

    static func many(_ name: String, by column: String, nested: Bool = true) -> Link {
        Link(name: name, target: name, kind: .many(column), isNested: nested, isShown: true)
    }

    static func through(_ name: String, _ pivot: String, _ here: String, _ there: String) -> Link {
        Link(name: name, target: name, kind: .through(pivot, here: here, there: there), isNested: true, isShown: true)
    }

    static func few(_ name: String, _ column: String) -> Link {
        Link(name: name, target: name, kind: .few(column), isNested: true, isShown: true)
    }

    static func related(_ names: String...) -> [Link] {
        names.map { Link(name: $0, target: $0, kind: .related, isNested: true, isShown: true) }
    }
}
