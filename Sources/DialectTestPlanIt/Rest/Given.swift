/// What a body says about a member: nothing, null or a value.
enum Given<Wrapped: Sendable>: Sendable {
    case absent
    case null
    case value(Wrapped)

    /// The value; `nil` when it is absent or null.
    var value: Wrapped? {
        guard case .value(let value) = self else { return nil }
        return value
    }

    /// False when the member is not there at all.
    var isGiven: Bool {
        if case .absent = self { return false }
        return true
    }

    func map<Other: Sendable>(_ transform: (Wrapped) -> Other) -> Given<Other> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let value): .value(transform(value))
        }
    }
}
