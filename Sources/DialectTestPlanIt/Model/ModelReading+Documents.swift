import Engine
import Model

extension ModelReading {
    /// The condition on a JSON document: a value, or an object of operators with an optional path.
    func documentFilter(_ scalar: ModelScalar, _ json: JSON, _ model: ModelType) throws(DomainError) -> Filter {
        let name = scalar.field.name
        guard let operators = json.object else {
            return json.isNull ? .equals(name, .null) : .json(name, path: [], .equals(json))
        }
        var path: [String] = []
        if let given = operators["path"] { path = try self.path(given, scalar, model) }
        var result = Filter.all
        for member in operators.members where member.name != "path" && member.name != "mode" {
            let match: Filter
            switch member.name {
            case "equals": match = equal(name, path, member.value)
            case "not": match = .not(equal(name, path, member.value))
            case "string_contains": match = .json(name, path: path, .contains(try text(scalar, member.value, model)))
            case "string_starts_with":
                match = .json(name, path: path, .startsWith(try text(scalar, member.value, model)))
            case "string_ends_with":
                match = .json(name, path: path, .endsWith(try text(scalar, member.value, model)))
            case "array_contains":
                match = .and((member.value.array ?? [member.value]).map { .json(name, path: path, .arrayContains($0)) })
            default: throw ModelProblem.unknown("\(scalar.name).\(member.name)", model)
            }
            result = result && match
        }
        return result
    }

    private func equal(_ name: String, _ path: [String], _ value: JSON) -> Filter {
        // Clients spell the two nulls of a JSON column as words.
        let isNull = value.isNull || ["DbNull", "JsonNull", "AnyNull"].contains(value.string ?? "")
        if isNull { return path.isEmpty ? .equals(name, .null) : .json(name, path: path, .equals(.null)) }
        return .json(name, path: path, .equals(value))
    }

    private func text(_ scalar: ModelScalar, _ json: JSON, _ model: ModelType) throws(DomainError) -> String {
        guard let text = json.string else { throw scalar.wrongType("String", model) }
        return text
    }

    /// `["a", "b"]` or `$.a.b`.
    private func path(_ json: JSON, _ scalar: ModelScalar, _ model: ModelType) throws(DomainError) -> [String] {
        var parts: [String] = []
        if let elements = json.array {
            for element in elements {
                guard let part = element.string ?? element.integer.map({ "\($0)" }) else {
                    throw scalar.wrongType("a path of String", model)
                }
                parts.append(part)
            }
        } else if let text = json.string {
            let bare = text.hasPrefix("$") ? text.dropFirst() : text[...]
            parts = bare.split { $0 == "." || $0 == "[" || $0 == "]" }.map { String($0) }
        } else {
            throw scalar.wrongType("a path", model)
        }
        let isSafe = parts.allSatisfy { !$0.contains("\"") && !$0.contains("\\") && $0.utf8.count <= 200 }
        guard isSafe, parts.count <= 20 else { throw scalar.wrongType("a path of at most 20 plain names", model) }
        return parts
    }
}
