import Model
import Wire

/// The parameters of a request: the query, and for a GET the members of its body; `a-b` and `a_b` are one name.
struct Parameters: Sendable {
    /// As they came, each name once.
    private(set) var items: [(name: String, value: String)] = []
    private var positions: [String: Int] = [:]

    init(_ query: QueryItems, body: JSONObject? = nil) {
        for item in query.items { add(item.name, item.value) }
        for member in body?.members ?? [] {
            guard let text = Parameters.text(member.value) else { continue }
            add(member.name, text)
        }
    }

    private mutating func add(_ name: String, _ value: String) {
        let folded = Names.folded(name)
        guard positions[folded] == nil else { return }
        positions[folded] = items.count
        items.append((name, value))
    }

    private static func text(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text
        case .integer, .number, .bool: value.text
        case .array(let elements): elements.compactMap { text($0) }.joined(separator: ",")
        case .null, .object: nil
        }
    }

    /// A value; an empty one counts as none.
    subscript(name: String) -> String? {
        guard let position = positions[name] else { return nil }
        let value = items[position].value
        return value.isEmpty ? nil : value
    }

    /// A list of ids; elements that are no ids match nothing. `nil` without the parameter.
    func ids(_ name: String) -> [Int64]? {
        self[name].map { list in
            list.split(separator: ",").map { Names.id(String($0)) ?? 0 }
        }
    }

    func words(_ name: String) -> [String]? {
        self[name].map { list in list.split(separator: ",").map { String($0.filter { $0 != " " }) } }
    }

    func isTrue(_ name: String) -> Bool {
        guard let value = self[name]?.lowercased() else { return false }
        return value == "true" || value == "1" || value == "yes"
    }

    /// A row id that is no list; what is no number names nothing.
    func id(_ name: String) -> Int64? { self[name].map { Names.id($0) ?? 0 } }
}

/// Names and ids as clients spell them.
enum Names {
    static func folded(_ name: String) -> String { name.replacing("_", with: "-") }

    /// Ids are positive 32-bit numbers, blanks around them do not count.
    static func id(_ text: String) -> Int64? {
        guard let id = Int64(text.filter { $0 != " " }), id > 0, id <= 2_147_483_647 else { return nil }
        return id
    }

    static func id(_ json: JSON?) -> Int64? {
        switch json {
        case .string(let text)?: id(text)
        case .integer(let id)?: id > 0 && id <= 2_147_483_647 ? id : nil
        case .number?: json?.integer.flatMap { $0 > 0 && $0 <= 2_147_483_647 ? $0 : nil }
        case .null?, .bool?, .array?, .object?, nil: nil
        }
    }

    static func text(_ json: JSON) -> String? {
        switch json {
        case .string(let text): text
        case .integer, .number, .bool: json.text
        case .null, .array, .object: nil
        }
    }
}

extension JSONObject {
    /// A member by name, `-` and `_` being the same; null counts as absent where `nulls` says so.
    func member(_ name: String) -> JSON? {
        if let value = self[name] { return value }
        return members.first { Names.folded($0.name) == name }?.value
    }
}
