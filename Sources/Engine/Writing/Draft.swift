public import Model
public import Statements

/// The values of a row to be made; fields that are left out get their defaults.
public struct Draft: Sendable {
    public var values: [String: Value]

    public init(_ values: [String: Value] = [:]) { self.values = values }

    public subscript(name: String) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }
}

/// New values for one row.
public struct Change: Sendable {
    public var id: Int64
    public var values: [String: Assignment]

    public init(_ id: Int64, _ values: [String: Assignment]) {
        self.id = id
        self.values = values
    }

    public init(_ id: Int64, set values: [String: Value]) {
        self.id = id
        self.values = values.mapValues { .set($0) }
    }
}

extension Assignment {
    /// The value of a plain assignment.
    var plain: Value? {
        guard case .set(let value) = self else { return nil }
        return value
    }
}
