import Model

extension Flavor {
    /// The text or number at a path of a JSON document kept as text; null where there is none.
    func json(_ document: SQLText, at path: [String]) -> SQLText {
        switch self {
        case .sqlite: "CAST(json_extract(\(document), \(pointer(path))) AS TEXT)"
        case .postgres: "(\(found(document, path)) #>> '{}')"
        }
    }

    /// True where the value at a path of a JSON document equals the value, its type included.
    func json(_ document: SQLText, at path: [String], equals value: JSON) -> SQLText {
        switch self {
        case .sqlite:
            let place: SQLText = "\(document), \(pointer(path))"
            return equal(type: "json_type(\(place))", value: "json_extract(\(place))", to: value)
        case .postgres: return "\(found(document, path)) = \(Value.text(value.text))::jsonb"
        }
    }

    /// True where the value at a path of a JSON document is an array that holds all the values.
    func json(_ document: SQLText, at path: [String], holds values: [JSON]) -> SQLText {
        switch self {
        case .sqlite:
            let place: SQLText = "\(document), \(pointer(path))"
            var conditions: SQLText = "json_type(\(place)) = 'array'"
            for value in values {
                let isEqual = equal(type: "element.type", value: "element.value", to: value)
                conditions += " AND EXISTS (SELECT 1 FROM json_each(\(place)) AS element WHERE \(isEqual))"
            }
            return "CASE WHEN json_type(\(place)) IS NOT NULL THEN \(conditions) END"
        case .postgres:
            let found = found(document, path)
            return "(jsonb_typeof(\(found)) = 'array' AND \(found) @> \(Value.text(JSON.array(values).text))::jsonb)"
        }
    }

    /// PostgreSQL: the value at a path as `jsonb`.
    private func found(_ document: SQLText, _ path: [String]) -> SQLText {
        if path.isEmpty { return "(\(document))::jsonb" }
        let parts = path.map { SQLText.binding(.text($0)) }.joined(separator: ", ")
        return "jsonb_extract_path((\(document))::jsonb, VARIADIC ARRAY[\(parts)]::text[])"
    }

    /// SQLite: a path in its own spelling.
    private func pointer(_ path: [String]) -> SQLText {
        var pointer = "$"
        for part in path {
            if let index = Int(part) { pointer += "[\(index)]" } else { pointer += ".\"\(part)\"" }
        }
        return .binding(.text(pointer))
    }

    /// SQLite: its JSON functions give 1 for true and the text of objects and arrays; their type tells them apart.
    private func equal(type: SQLText, value: SQLText, to wanted: JSON) -> SQLText {
        switch wanted {
        case .null: "\(type) = 'null'"
        case .bool(let flag): flag ? "\(type) = 'true'" : "\(type) = 'false'"
        case .integer(let number): "(\(type) IN ('integer', 'real') AND \(value) = \(Value.int(number)))"
        case .number(let number): "(\(type) IN ('integer', 'real') AND \(value) = \(Value.double(number)))"
        case .string(let text): "(\(type) = 'text' AND \(value) = \(Value.text(text)))"
        case .array, .object: "(\(type) IN ('array', 'object') AND \(value) = \(Value.text(wanted.text)))"
        }
    }
}
