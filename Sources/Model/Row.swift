/// The column names of a result, shared by its rows.
public final class RowLayout: Sendable {
    public let names: [String]
    private let positions: [String: Int]

    public init(_ names: [String]) {
        self.names = names
        var positions: [String: Int] = [:]
        for (position, name) in names.enumerated() { positions[name] = position }
        self.positions = positions
    }

    public func position(_ name: String) -> Int? { positions[name] }
}

/// One row of a result: values in the order of its layout.
public struct Row: Sendable {
    public let layout: RowLayout
    public var values: [Value]

    public init(layout: RowLayout, values: [Value]) {
        self.layout = layout
        self.values = values
    }

    /// The value of a column; a column that was not read is null.
    public subscript(name: String) -> Value {
        get { layout.position(name).map { values[$0] } ?? .null }
        set {
            guard let position = layout.position(name) else { return }
            values[position] = newValue
        }
    }

    /// The row's own integer id; zero when it was not read.
    public var id: Int64 { self["id"].integer ?? 0 }
    public var uid: String { self["uid"].string ?? "" }

    public func text(_ name: String) -> String { self[name].string ?? "" }
    public func flag(_ name: String) -> Bool { self[name].boolean ?? false }
}

/// The rows of a result under one layout.
public struct RowSet: Sendable {
    public let layout: RowLayout
    public var values: [[Value]]

    public init(layout: RowLayout, values: [[Value]] = []) {
        self.layout = layout
        self.values = values
    }

    public var count: Int { values.count }
    public var isEmpty: Bool { values.isEmpty }
    public var first: Row? { values.first.map { Row(layout: layout, values: $0) } }
    public var rows: [Row] { values.map { Row(layout: layout, values: $0) } }

    /// One column, in row order.
    public func column(_ name: String) -> [Value] {
        guard let position = layout.position(name) else { return [] }
        return values.map { $0[position] }
    }

    public var ids: [Int64] { column("id").compactMap(\.integer) }
}
