public import Model

/// A statement whose values can only be bindings and whose names can only be quoted identifiers.
///
/// Interpolate a `Value` to bind it, `name:` to quote an identifier of the schema, another `SQLText` to embed it.
public struct SQLText: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// Stands for a binding until the flavor is known; it cannot occur in source text.
    static let marker: Character = "\u{1}"

    private(set) var text: String
    public private(set) var bindings: [Value]

    public init(stringLiteral value: StaticString) {
        text = value.description
        bindings = []
    }

    public init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
        bindings = stringInterpolation.bindings
    }

    /// No text at all.
    public static var empty: SQLText { "" }

    public var isEmpty: Bool { text.isEmpty }

    /// Text that the statement builders made of the schema; never of input.
    init(trusted text: String, bindings: [Value] = []) {
        self.text = text
        self.bindings = bindings
    }

    /// A migration's text; it holds no values.
    public static func migration(_ text: String) -> SQLText { SQLText(trusted: text) }

    public static func name(_ identifier: String) -> SQLText { SQLText(trusted: quoted(identifier)) }

    public static func binding(_ value: Value) -> SQLText { SQLText(trusted: String(marker), bindings: [value]) }

    public static func + (left: SQLText, right: SQLText) -> SQLText {
        SQLText(trusted: left.text + right.text, bindings: left.bindings + right.bindings)
    }

    public static func += (left: inout SQLText, right: SQLText) {
        left.text += right.text
        left.bindings += right.bindings
    }

    /// The text with the flavor's placeholders.
    public func rendered(_ flavor: Flavor) -> String {
        if bindings.isEmpty { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + bindings.count * 3)
        var number = 0
        for byte in text.utf8 {
            if byte != 1 {
                result.append(byte)
                continue
            }
            number += 1
            switch flavor {
            case .sqlite: result.append(UInt8(ascii: "?"))
            case .postgres: result.append(contentsOf: "$\(number)".utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    static func quoted(_ identifier: String) -> String {
        precondition(!identifier.utf8.contains { $0 == UInt8(ascii: "\"") || $0 < 0x20 }, "no identifier")
        return "\"\(identifier)\""
    }

    public struct Interpolation: StringInterpolationProtocol {
        var text = ""
        var bindings: [Value] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 8)
        }

        public mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

        public mutating func appendInterpolation(_ value: Value) {
            text.append(SQLText.marker)
            bindings.append(value)
        }

        public mutating func appendInterpolation(name identifier: String) { text += SQLText.quoted(identifier) }

        public mutating func appendInterpolation(_ embedded: SQLText) {
            text += embedded.text
            bindings += embedded.bindings
        }
    }
}

extension Collection where Element == SQLText {
    /// The parts with a separator between them.
    public func joined(separator: SQLText) -> SQLText {
        var result = SQLText.empty
        for (position, part) in self.enumerated() {
            if position > 0 { result += separator }
            result += part
        }
        return result
    }
}

extension SQLText {
    /// `?, ?, ?` for the values; the caller writes the parentheses.
    public static func list(_ values: some Collection<Value>) -> SQLText {
        var text = ""
        text.reserveCapacity(values.count * 2)
        for position in 0..<values.count {
            if position > 0 { text += "," }
            text.append(marker)
        }
        return SQLText(trusted: text, bindings: Array(values))
    }

    public static func names(_ identifiers: [String]) -> SQLText {
        SQLText(trusted: identifiers.map(quoted).joined(separator: ", "))
    }

    /// A whole number that is part of the text, such as a constant of the schema.
    static func constant(_ number: Int64) -> SQLText { SQLText(trusted: String(number)) }
}
