public import Model

extension JSONWriter {
    /// A stored value as it is: text, number, boolean or null.
    public mutating func value(_ value: Value) {
        switch value {
        case .null: null()
        case .bool(let flag): self.value(flag)
        case .int(let number): self.value(number)
        case .double(let number): self.value(number)
        case .text(let text): self.value(text)
        case .bytes: null()
        }
    }

    /// A time in milliseconds, or null.
    public mutating func time(_ value: Value) {
        if let time = value.integer { timestamp(time) } else { null() }
    }
}

extension JSON {
    /// A stored value as it is: text, number, boolean or null.
    public static func of(_ value: Model.Value) -> JSON {
        switch value {
        case .null, .bytes: .null
        case .bool(let flag): .bool(flag)
        case .int(let number): .integer(number)
        case .double(let number): .number(number)
        case .text(let text): .string(text)
        }
    }

    public static func of(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
    public static func of(_ number: Int64?) -> JSON { number.map { .integer($0) } ?? .null }

    /// A time in milliseconds as ISO 8601 in UTC, or null.
    public static func time(_ value: Model.Value) -> JSON {
        value.integer.map { .string(Timestamp.text($0)) } ?? .null
    }
}
