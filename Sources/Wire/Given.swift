public import Engine
public import Model

/// What a body says about a member: nothing, null or a value.
public enum Given<Wrapped: Sendable>: Sendable {
    /// The member is not there.
    case absent
    /// The member is null.
    case null
    /// The member has this value.
    case value(Wrapped)

    /// The value; `nil` when it is absent or null.
    public var value: Wrapped? {
        guard case .value(let value) = self else { return nil }
        return value
    }

    /// False when the member is not there at all.
    public var isGiven: Bool {
        if case .absent = self { return false }
        return true
    }

    /// The same with another value.
    public func map<Other: Sendable>(_ transform: (Wrapped) -> Other) -> Given<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): .value(transform(value))
        }
    }
}

extension Given where Wrapped == RowKey {
    /// The assignment of a reference field: nothing, null or the id of the row.
    public func reference(_ entity: String, _ field: String, in work: Reading) throws(DomainError) -> Given<Int64> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let key): .value(try work.named(entity, key, by: field).id)
        }
    }
}

extension Dictionary where Key == String, Value == Model.Value {
    /// Sets the field when the body said something about it.
    public mutating func set<T: Sendable>(_ field: String, _ given: Given<T>, _ convert: (T) -> Model.Value) {
        switch given {
        case .absent: return
        case .null: self[field] = .null
        case .value(let value): self[field] = convert(value)
        }
    }

    public mutating func set(_ field: String, _ given: Given<String>) { set(field, given) { .text($0) } }
    public mutating func set(_ field: String, _ given: Given<Int64>) { set(field, given) { .int($0) } }
    public mutating func set(_ field: String, _ given: Given<Bool>) { set(field, given) { .bool($0) } }
}
