import Model
import Statements

/// The rules of fields, for inserts and updates alike.
enum Validation {
    /// The problem of a value for a field; `nil` when it fits.
    static func problem(_ value: Value, _ field: Field) -> String? {
        if value.isNull { return field.isRequired ? "is required" : nil }
        switch (field.kind, value) {
        case (.text, .text(let text)), (.json, .text(let text)), (.textList, .text(let text)):
            return text.utf8.contains(0) ? "holds the character U+0000" : problem(text, field.rules)
        case (.decimal, .text(let text)): return isDecimal(text) ? nil : "is not a decimal number"
        case (.choice(let words), .text(let text)):
            return words.contains(text) ? nil : "must be one of \(words.joined(separator: ", "))"
        case (.integer, .int), (.bigInteger, .int), (.reference, .int): return nil
        case (.timestamp, .int(let time)): return Timestamp.range.contains(time) ? nil : "is out of range"
        case (.real, .double(let number)): return number.isFinite ? nil : "is not a number"
        case (.real, .int), (.boolean, .bool): return nil
        case (.boolean, .int(let number)): return number == 0 || number == 1 ? nil : "is not a boolean"
        default: return "has the wrong type"
        }
    }

    /// The problem of a new value; only plain numbers can be computed from what stands there.
    static func problem(_ assignment: Assignment, _ field: Field) -> String? {
        let operand: Value
        switch assignment {
        case .set(let value): return problem(value, field)
        case .add(let value), .multiply(let value), .divide(let value): operand = value
        }
        switch field.kind {
        case .integer, .bigInteger: guard operand.integer != nil else { return "has the wrong type" }
        case .real: guard let number = operand.number, number.isFinite else { return "has the wrong type" }
        case .text, .boolean, .timestamp, .json, .textList, .decimal, .choice, .reference: return "cannot be computed"
        }
        if case .divide = assignment, operand.number == 0 { return "cannot be divided by zero" }
        return nil
    }

    private static func problem(_ text: String, _ rules: [Field.Rule]) -> String? {
        for rule in rules {
            switch rule {
            case .length(let range):
                let count = text.utf8.count > range.upperBound ? text.unicodeScalars.count : text.utf8.count
                if count < range.lowerBound { return range.lowerBound == 1 ? "must not be empty" : "is too short" }
                if range.lowerBound == 1, text.allSatisfy(\.isWhitespace) { return "must not be empty" }
                if count > range.upperBound { return "is longer than \(range.upperBound) characters" }
            case .email:
                if !isEmail(text) { return "is not an e-mail address" }
            case .url:
                if !isURL(text) { return "is not an http, https or mailto address" }
            case .domain:
                if !isDomain(text) { return "is not a domain name" }
            }
        }
        return nil
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 64, text.utf8.count <= 254 else {
            return false
        }
        guard parts[0].utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") }) else { return false }
        return isDomain(String(parts[1]))
    }

    static func isDomain(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, !labels.isEmpty else { return false }
        for label in labels {
            guard !label.isEmpty, label.utf8.count <= 63, label.first != "-", label.last != "-" else { return false }
            guard label.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else { return false }
        }
        return true
    }

    static func isURL(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return false }
        let lower = text.lowercased()
        if lower.hasPrefix("mailto:") { return isEmail(String(text.dropFirst(7))) }
        for scheme in ["https://", "http://"] where lower.hasPrefix(scheme) {
            guard let first = lower.dropFirst(scheme.count).first else { return false }
            return first.isLetter || first.isNumber || first == "["
        }
        return false
    }

    static func isDecimal(_ text: String) -> Bool {
        var digits = 0
        var points = 0
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "."): points += 1
            case UInt8(ascii: "-") where index == 0: continue
            default: return false
            }
        }
        return digits > 0 && digits <= 60 && points <= 1
    }
}
