import Engine
import Model

/// A row to be written: what the body says, in the words of the core.
struct Entry: Sendable {
    /// Core fields.
    var values: [String: Value] = [:]
    /// Members of JSON fields of the core.
    var attributes: [String: [String: JSON]] = [:]
    /// Values of custom fields by name.
    var virtual: JSONObject?
    /// The body with the names of the wire, for what is no plain column.
    var body = JSONObject()

    /// A member of the body as an id; strings of digits count. `nil` when it is absent, null or no id.
    func id(_ name: String) -> Int64? { body[name].flatMap { Shape.integer($0) } }

    /// The values of a change, JSON fields merged with what is stored.
    func merged(_ old: Row?) -> [String: Value] {
        var result = values
        for (field, members) in attributes {
            var object = Shape.parsed(old?[field].string ?? "").object ?? JSONObject()
            for (name, value) in members.sorted(by: { $0.key < $1.key }) { object[name] = value.isNull ? nil : value }
            result[field] = object.isEmpty ? .null : .text(JSON.object(object).text)
        }
        return result
    }
}
