import Model

/// Compares an answer with a pattern and captures parts of it.
///
/// Objects: each member of the pattern must be there and match, others are ignored. Arrays: same length and order;
/// a first element `"!any"` means any order, `"!contains"` means further elements are ignored too. Texts: `"$name"`
/// captures or compares, `"*"` is anything, `"!absent"` nothing at all, `"#uuid" "#int" "#number" "#date" "#text"
/// "#bool"` a kind, `"~part"` contains, `"=text"` the text itself.
struct Expectation {
    private(set) var variables: [String: JSON]

    init(variables: [String: JSON]) { self.variables = variables }

    /// What differs first, with its path; `nil` when everything matches.
    mutating func difference(_ pattern: JSON, _ found: JSON?, at path: String) -> String? {
        let place = path.isEmpty ? "the answer" : path
        if case .string("!absent") = pattern { return found == nil ? nil : "\(place) is there: \(shown(found))" }
        guard let found else { return "\(place) is missing" }
        switch (pattern, found) {
        case (.string(let text), _): return difference(text: text, found, at: place)
        case (.object(let object), .object(let members)):
            for member in object.members {
                let inner = path.isEmpty ? member.name : "\(path).\(member.name)"
                if let problem = difference(member.value, members[member.name], at: inner) { return problem }
            }
            return nil
        case (.array(let elements), .array(let values)): return difference(elements, values, at: path)
        case (.integer(let left), .number(let right)):
            return Double(left) == right ? nil : unequal(place, pattern, found)
        case (.number(let left), .integer(let right)):
            return left == Double(right) ? nil : unequal(place, pattern, found)
        default: return pattern == found ? nil : unequal(place, pattern, found)
        }
    }

    private func unequal(_ place: String, _ pattern: JSON, _ found: JSON) -> String {
        "\(place) is \(shown(found)) instead of \(shown(pattern))"
    }

    private func shown(_ json: JSON?) -> String { String((json ?? .null).text.prefix(300)) }

    private mutating func difference(_ pattern: [JSON], _ values: [JSON], at path: String) -> String? {
        let place = path.isEmpty ? "the answer" : path
        guard let mode = pattern.first?.string, mode == "!any" || mode == "!contains" else {
            guard pattern.count == values.count else {
                return "\(place) has \(values.count) elements instead of \(pattern.count): \(shown(.array(values)))"
            }
            for (index, element) in pattern.enumerated() {
                if let problem = difference(element, values[index], at: "\(path)[\(index)]") { return problem }
            }
            return nil
        }
        let wanted = pattern.dropFirst()
        if mode == "!any", wanted.count != values.count {
            return "\(place) has \(values.count) elements instead of \(wanted.count): \(shown(.array(values)))"
        }
        var rest = values
        for element in wanted {
            var position: Int?
            for (index, value) in rest.enumerated() {
                var attempt = self
                guard attempt.difference(element, value, at: path) == nil else { continue }
                self = attempt
                position = index
                break
            }
            guard let position else {
                return "\(place) has no element like \(shown(element)): \(shown(.array(values)))"
            }
            rest.remove(at: position)
        }
        return nil
    }

    private mutating func difference(text: String, _ found: JSON, at place: String) -> String? {
        switch text {
        case "*": return nil
        case "#uuid": return found.string.map(Self.isUUID) == true ? nil : "\(place) is no UUID: \(shown(found))"
        case "#int": return found.integer != nil ? nil : "\(place) is no integer: \(shown(found))"
        case "#number": return found.double != nil ? nil : "\(place) is no number: \(shown(found))"
        case "#text": return found.string != nil ? nil : "\(place) is no text: \(shown(found))"
        case "#bool": return found.bool != nil ? nil : "\(place) is no boolean: \(shown(found))"
        case "#date":
            let isDate = found.string.map { $0.hasSuffix("Z") && Timestamp.parse($0) != nil } == true
            return isDate ? nil : "\(place) is no time: \(shown(found))"
        default: break
        }
        if text.hasPrefix("$"), text.dropFirst().allSatisfy({ $0.isLetter || $0.isNumber }) {
            let name = String(text.dropFirst())
            guard let known = variables[name] else {
                variables[name] = found
                return nil
            }
            return known == found ? nil : "\(place) is \(shown(found)) instead of \(text), which is \(shown(known))"
        }
        let text = Expectation.substituted(text, variables)
        if text.hasPrefix("~") {
            return found.string?.contains(text.dropFirst()) == true
                ? nil : "\(place) does not contain \(text.dropFirst()): \(shown(found))"
        }
        let literal = text.hasPrefix("=") ? String(text.dropFirst()) : text
        return found.string == literal ? nil : "\(place) is \(shown(found)) instead of \(literal)"
    }

    /// The text with `$name` replaced by what was captured; unknown names stay.
    static func substituted(_ text: String, _ variables: [String: JSON]) -> String {
        guard text.contains("$") else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let name = rest.prefix { $0.isLetter || $0.isNumber }
            if let value = variables[String(name)] {
                result += value.string ?? value.text
                rest = rest.dropFirst(name.count)
            } else {
                result += "$"
            }
        }
        return result + rest
    }

    private static func isUUID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy(\.isHexDigit)
    }
}
