/// The steps of a case in one cell: a numbered line for each, `1. action | expected`.
public enum CaseStepText {
    public struct Step: Sendable, Hashable {
        public var action: String
        public var expected: String?

        public init(action: String, expected: String? = nil) {
            self.action = action
            self.expected = expected
        }
    }

    public static func text(_ steps: [Step]) -> String {
        var lines: [String] = []
        for (index, step) in steps.enumerated() {
            var line = "\(index + 1). \(escaped(step.action))"
            if let expected = step.expected, !expected.isEmpty { line += " | \(escaped(expected))" }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }

    /// One step for each line; where the lines are numbered, lines without the next number continue the step.
    public static func steps(_ text: String) -> [Step] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let isNumbered = lines.first { !$0.allSatisfy(\.isWhitespace) }.map { number($0, 1) != nil } ?? false
        var parts: [String] = []
        for line in lines {
            if isNumbered {
                if let rest = number(line, parts.count + 1) {
                    parts.append(String(rest))
                } else if !parts.isEmpty {
                    parts[parts.count - 1] += "\n" + line
                }
            } else if !line.allSatisfy(\.isWhitespace) {
                parts.append(String(line))
            }
        }
        return parts.map { split($0) }
    }

    /// What follows the number `wanted` at the start of a line.
    private static func number(_ line: Substring, _ wanted: Int) -> Substring? {
        let rest = line.drop { $0 == " " }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard Int(digits) == wanted else { return nil }
        let after = rest.dropFirst(digits.count)
        guard after.first == "." || after.first == ")" else { return nil }
        let text = after.dropFirst()
        return text.first == " " ? text.dropFirst() : text
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }

    private static func split(_ text: String) -> Step {
        var sides: [String] = [""]
        var previous: Character = " "
        for character in text {
            if character == "|", previous == "\\" {
                sides[sides.count - 1].removeLast()
                sides[sides.count - 1].append("|")
            } else if character == "|", sides.count == 1 {
                sides.append("")
            } else {
                sides[sides.count - 1].append(character)
            }
            previous = character
        }
        guard sides.count == 2 else { return Step(action: trimmed(sides[0])) }
        return Step(action: trimmed(sides[0]), expected: trimmed(sides[1]))
    }

    private static func trimmed(_ text: String) -> String {
        var part = text[...]
        while part.first == " " { part = part.dropFirst() }
        while part.last == " " { part = part.dropLast() }
        return String(part)
    }
}
