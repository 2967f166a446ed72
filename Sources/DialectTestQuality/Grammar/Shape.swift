import Engine
import Model

/// What a column holds on the wire.
enum Shape: Sendable, Hashable {
    case integer
    /// The id of a row; its UUID is accepted too.
    case reference
    case text
    case flag
    case number
    case time
    case object
    case list

    var words: String {
        switch self {
        case .integer, .reference: "an integer"
        case .text: "a text"
        case .flag: "true or false"
        case .number: "a number"
        case .time: "a time in ISO 8601"
        case .object: "an object"
        case .list: "a list"
        }
    }

    /// The value of a body member; `nil` when it does not fit.
    func value(_ json: JSON) -> Value? {
        switch self {
        case .integer: return Shape.integer(json).map { .int($0) }
        case .reference:
            if let text = json.string, case .uid(let uid) = RowKey(text) { return .text(uid) }
            return Shape.integer(json).map { .int($0) }
        case .text: return json.string.map { .text($0) }
        case .flag: return Shape.flag(json).map { .bool($0) }
        case .number:
            guard let number = json.double ?? json.string.flatMap({ Double($0) }), number.isFinite else { return nil }
            return .double(number)
        case .time: return json.string.flatMap { Timestamp.parse($0) }.map { .int($0) }
        case .object: return json.object == nil ? nil : .text(json.text)
        case .list: return json.array == nil ? nil : .text(json.text)
        }
    }

    /// The value of a text in a query; `nil` when it does not fit.
    func value(_ text: String) -> Value? {
        switch self {
        case .integer, .reference, .text, .flag, .number, .time: value(.string(text))
        case .object, .list: nil
        }
    }

    static func integer(_ json: JSON) -> Int64? {
        if let number = json.integer { return number }
        guard let text = json.string, !text.isEmpty, text.utf8.count <= 20,
            text.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D })
        else { return nil }
        return Int64(text)
    }

    static func flag(_ json: JSON) -> Bool? {
        if let flag = json.bool { return flag }
        switch json {
        case .integer(0), .string("0"), .string("false"): return false
        case .integer(1), .string("1"), .string("true"): return true
        case .null, .bool, .integer, .number, .string, .array, .object: return nil
        }
    }

    /// A stored value as the wire shows it.
    func shown(_ value: Value) -> JSON {
        switch self {
        case .integer, .reference: return value.integer.map { .integer($0) } ?? .null
        case .text: return value.string.map { .string($0) } ?? .null
        case .flag: return value.boolean.map { .bool($0) } ?? .null
        case .number: return value.number.map { Shape.number($0) } ?? .null
        case .time: return value.integer.map { .string(Shape.time($0)) } ?? .null
        case .object, .list: return value.string.map { Shape.parsed($0) } ?? .null
        }
    }

    private static func number(_ number: Double) -> JSON {
        if let whole = Int64(exactly: number) { return .integer(whole) }
        return .number(number)
    }

    /// `YYYY-MM-DDTHH:MM:SS.ffffff+00:00`.
    static func time(_ milliseconds: Int64) -> String { Timestamp.text(milliseconds).dropLast() + "000+00:00" }

    static func parsed(_ text: String) -> JSON {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return .null
        }
    }
}
