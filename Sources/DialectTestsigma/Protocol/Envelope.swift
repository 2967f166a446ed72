import Model
import Wire

/// The forms of answers: always a message, and under `data` exactly one name.
enum Envelope {
    static func one(_ name: String, _ json: JSON) -> Reply { .json(["message": "", "data": .members([(name, json)])]) }

    static func list(_ name: String, _ rows: [JSON]) -> Reply { one(name, .array(rows)) }

    static let done = Reply.json(["message": ""])
}

extension JSON {
    /// Milliseconds, or null.
    static func ms(_ value: Model.Value) -> JSON { .of(value.integer) }
}
