/// One scalar as the engine and the databases see it.
public enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    /// Integers, references (row ids) and timestamps (milliseconds, UTC).
    case int(Int64)
    case double(Double)
    /// Text, choices, decimals in canonical spelling and JSON documents in serialised form.
    case text(String)
    case bytes([UInt8])

    public var isNull: Bool { self == .null }

    /// The integer, or `nil` for every other case.
    public var integer: Int64? {
        guard case .int(let value) = self else { return nil }
        return value
    }

    /// The text, or `nil` for every other case.
    public var string: String? {
        guard case .text(let value) = self else { return nil }
        return value
    }

    /// The truth value; an integer counts as true when it is not zero, because SQLite has no boolean type.
    public var boolean: Bool? {
        switch self {
        case .bool(let value): value
        case .int(let value): value != 0
        case .null, .double, .text, .bytes: nil
        }
    }

    /// The number as a double, or `nil` when the value is not a number.
    public var number: Double? {
        switch self {
        case .double(let value): value
        case .int(let value): Double(value)
        case .null, .bool, .text, .bytes: nil
        }
    }

    public static func text(_ value: String?) -> Value { value.map { .text($0) } ?? .null }
    public static func int(_ value: Int64?) -> Value { value.map { .int($0) } ?? .null }
    public static func int(_ value: Int) -> Value { .int(Int64(value)) }
    public static func double(_ value: Double?) -> Value { value.map { .double($0) } ?? .null }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
}
