import Engine
import Model

/// What a filter looks for in a column.
enum Wanted: Sendable, Hashable {
    case null
    case value(Value)
    case uid(String)
}

/// One column of a resource: its name on the wire, how it is read, compared, ordered and written.
struct Column: Sendable {
    enum Access: Sendable, Hashable {
        case readOnly
        /// Writable when the row is made.
        case once
        case writable
    }

    typealias Show = @Sendable (Row, Lens) -> JSON
    typealias Match = @Sendable ([Wanted], Lens) -> Filter
    typealias Store = @Sendable (Value, inout Entry, Lens) -> Void

    let name: String
    let shape: Shape
    var access: Access
    var isRequired = false
    /// Whether a written value may be null.
    var takesNull = true
    /// Filters and relations know the column, rows do not show it.
    var isHidden = false
    /// The to-one relations that lead to the row that holds it.
    var path: [String] = []
    /// `nil` where the resource computes it for many rows at once.
    var show: Show?
    /// `nil` where nobody may filter by it.
    var match: Match?
    var order: Query.Order.Key?
    /// The core field that it is written to, for the names in refusals.
    var field: String?
    var store: Store?
}

extension Column {
    /// A column that is a field of the core.
    static func field(
        _ name: String, _ shape: Shape, _ field: String, _ access: Access = .readOnly, required: Bool = false,
        null: Bool = true, hidden: Bool = false
    ) -> Column {
        Column(
            name: name, shape: shape, access: access, isRequired: required, takesNull: null && !required,
            isHidden: hidden, show: { row, _ in shape.shown(row[field]) },
            match: { wanted, _ in Column.filter(field, shape, wanted) }, order: .field(field), field: field,
            store: { value, entry, _ in entry.values[field] = value })
    }

    /// A text that the core keeps as a document.
    static func rich(_ name: String, _ field: String, _ access: Access = .writable) -> Column {
        Column(
            name: name, shape: .text, access: access,
            show: { row, _ in row[field].isNull ? .null : .string(RichText.plain(row[field])) },
            match: { wanted, _ in
                var filter = Filter.none
                for item in wanted {
                    guard case .value(let value) = item, let text = value.string else {
                        filter = filter || .equals(field, .null)
                        continue
                    }
                    let stored = RichText.stored(.string(text)).string ?? ""
                    filter = filter || .text(field, .equals, stored, .insensitive) || .equals(field, .text(text))
                }
                return filter
            }, order: .field(field), field: field,
            store: { value, entry, _ in
                entry.values[field] = value.string.map { RichText.stored(.string($0)) } ?? .null
            })
    }

    /// A field of the row at the end of to-one relations.
    static func through(
        _ name: String, _ shape: Shape, _ path: [String], _ field: String, hidden: Bool = false
    ) -> Column {
        Column(
            name: name, shape: shape, access: .readOnly, isHidden: hidden, path: path,
            show: { row, _ in shape.shown(row[field]) },
            match: { wanted, _ in
                var filter = Column.filter(field, shape, wanted)
                for relation in path.reversed() { filter = .related(relation, .some, filter) }
                return filter
            }, order: .through(path, field))
    }

    /// A member of a JSON field of the core.
    static func attribute(_ name: String, _ shape: Shape, _ field: String, _ access: Access = .writable) -> Column {
        Column(
            name: name, shape: shape, access: access,
            show: { row, _ in (Shape.parsed(row[field].string ?? "")[name]) ?? .null },
            match: { wanted, _ in
                var filter = Filter.none
                for item in wanted {
                    guard case .value(let value) = item else {
                        filter = filter || .equals(field, .null) || .json(field, path: [name], .equals(.null))
                        continue
                    }
                    filter = filter || .json(field, path: [name], .equals(shape.shown(value)))
                }
                return filter
            },
            store: { value, entry, _ in entry.attributes[field, default: [:]][name] = shape.shown(value) })
    }

    /// The same value in every row.
    static func constant(_ name: String, _ shape: Shape, _ json: JSON) -> Column {
        Column(
            name: name, shape: shape, access: .readOnly, show: { _, _ in json },
            match: { wanted, _ in
                let isWanted = wanted.contains { item in
                    switch item {
                    case .null: json.isNull
                    case .value(let value): shape.shown(value).text.lowercased() == json.text.lowercased()
                    case .uid: false
                    }
                }
                return isWanted ? .all : .none
            }, order: .field("id"))
    }

    /// What the resource computes for many rows at once.
    static func figure(_ name: String, _ shape: Shape, match: Match? = nil) -> Column {
        Column(name: name, shape: shape, access: .readOnly, match: match)
    }

    func writable(_ access: Access = .writable, required: Bool = false, _ store: @escaping Store) -> Column {
        var column = self
        column.access = access
        column.isRequired = required
        column.takesNull = !required
        column.store = store
        return column
    }

    /// Membership of a field in what is wanted; texts compare without regard to case.
    static func filter(_ field: String, _ shape: Shape, _ wanted: [Wanted]) -> Filter {
        var filter = Filter.none
        var values: [Value] = []
        var uids: [String] = []
        for item in wanted {
            switch item {
            case .null: filter = filter || .equals(field, .null)
            case .value(.text(let text)) where shape == .text:
                filter = filter || .text(field, .equals, text, .insensitive)
            case .value(.text(let uid)) where shape == .reference: uids.append(uid)
            case .value(let value): values.append(value)
            case .uid(let uid): uids.append(uid)
            }
        }
        if values.count == 1 { filter = filter || .equals(field, values[0]) }
        if values.count > 1 { filter = filter || .oneOf(field, values) }
        if !uids.isEmpty {
            filter = filter || (field == "id" ? .oneOf("uid", uids.map { .text($0) }) : .referenceUid(field, uids))
        }
        return filter
    }
}
