import Engine
import Model

/// What an argument names: a row by its key, or something that is no key of any row.
enum ModelReference {
    case key(RowKey)
    case unknown
}

extension ModelScalar {
    /// The value of an argument; null only where the caller allows it.
    func value(_ json: JSON, _ model: ModelType) throws(DomainError) -> Value {
        if json.isNull { return .null }
        switch field.kind {
        case .text:
            guard let text = json.string else { throw wrongType("String", model) }
            if kind == .rowUid { return .text(text.lowercased()) }
            return .text(text)
        case .integer: return try integer(json, "Int", model)
        case .bigInteger:
            if let text = json.string, let number = Int64(text) { return .int(number) }
            return try integer(json, "BigInt", model)
        case .real:
            guard let number = json.double else { throw wrongType("Float", model) }
            return .double(number)
        case .boolean:
            guard let flag = json.bool else { throw wrongType("Boolean", model) }
            return .bool(flag)
        case .timestamp:
            guard let text = json.string, let time = Timestamp.parse(text) else {
                throw wrongType("ISO-8601 DateTime", model)
            }
            return .int(time)
        case .json: return .text(json.text)
        case .textList: return .text(try texts(json, model).text)
        case .decimal:
            guard let text = json.string ?? json.double.map({ "\($0)" }), let plain = DecimalText.plain(text) else {
                throw wrongType("Decimal", model)
            }
            return .text(plain)
        case .choice(let words):
            guard let text = json.string, words.contains(text) else {
                throw wrongType("one of \(words.joined(separator: ", "))", model)
            }
            return .text(text)
        case .reference:
            switch try reference(json, model) {
            case .key(.id(let id)): return .int(id)
            case .key(.uid(let uid)): return .text(uid)
            // No row has this key; the engine refuses it as a missing reference.
            case .unknown: return .text(json.string ?? "")
            }
        }
    }

    /// The row that a reference argument names.
    func reference(_ json: JSON, _ model: ModelType) throws(DomainError) -> ModelReference {
        if let key = RowKey(json) { return .key(key) }
        switch (kind, json) {
        case (.uidReference, .string), (.idReference, .integer), (.rowId, .integer): return .unknown
        case (.uidReference, _): throw wrongType("String", model)
        default: throw wrongType("Int", model)
        }
    }

    func texts(_ json: JSON, _ model: ModelType) throws(DomainError) -> JSON {
        guard let elements = json.array, elements.allSatisfy({ $0.string != nil }) else {
            throw wrongType("a list of String", model)
        }
        return json
    }

    func wrongType(_ expected: String, _ model: ModelType) -> DomainError {
        ModelProblem.wrongType(name, expected, model)
    }

    private func integer(_ json: JSON, _ type: String, _ model: ModelType) throws(DomainError) -> Value {
        guard let number = json.integer else { throw wrongType(type, model) }
        return .int(number)
    }
}

/// Exact decimal numbers as text.
enum DecimalText {
    /// Canonical spelling without an exponent: `1.5e-7` gives `0.00000015`; `nil` for anything but a number.
    static func plain(_ text: String) -> String? {
        var digits = text[...]
        let isNegative = digits.first == "-"
        if isNegative || digits.first == "+" { digits = digits.dropFirst() }
        var exponent = 0
        if let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let number = Int(digits[digits.index(after: mark)...]), abs(number) <= 60 else { return nil }
            exponent = number
            digits = digits[..<mark]
        }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !digits.isEmpty, digits != "." else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        var all = Array(whole + fraction)
        guard all.count <= 60, all.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        var point = whole.count + exponent
        while point > all.count { all.append("0") }
        while point < 0 {
            all.insert("0", at: 0)
            point += 1
        }
        var left = String(all[..<point].drop { $0 == "0" })
        var right = String(all[point...])
        while right.last == "0" { right.removeLast() }
        if left.isEmpty { left = "0" }
        let plain = right.isEmpty ? left : "\(left).\(right)"
        return isNegative && plain != "0" ? "-\(plain)" : plain
    }
}
