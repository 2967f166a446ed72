/// Marks that people print in names and output of tests: `[[ATTACHMENT|path]]`, `[[DEFECT|KEY-1]]`,
/// `[[PROPERTY|name=value]]` and `[[PROPERTY|name]]` … `[[/PROPERTY]]`.
public struct ReportMarks: Sendable, Hashable {
    public private(set) var attachments: [String] = []
    public private(set) var defects: [String] = []
    public private(set) var properties: [ReportProperty] = []
    /// The text without the marks.
    public private(set) var rest: String

    /// Marks beyond this many, and longer than this, are text.
    static let limit = 1000
    static let lengthLimit = 4096

    public init(_ text: String) {
        rest = text
        guard text.utf8.contains(UInt8(ascii: "[")), text.contains("[[") else { return }
        var kept = ""
        var remaining = text[...]
        var count = 0
        while count < ReportMarks.limit, let open = remaining.firstRange(of: "[[") {
            let inner = remaining[open.upperBound...]
            guard let mark = Mark(inner) else {
                kept += remaining[..<open.upperBound]
                remaining = inner
                continue
            }
            count += 1
            kept += remaining[..<open.lowerBound]
            remaining = remaining[mark.end...]
            switch mark.kind {
            case "ATTACHMENT": attachments.append(mark.text)
            case "DEFECT": defects.append(mark.text)
            default: take(mark, &remaining)
            }
        }
        kept += remaining
        rest = kept
    }

    /// A property in one mark, or up to the mark that ends it.
    private mutating func take(_ mark: Mark, _ remaining: inout Substring) {
        if let equals = mark.text.firstIndex(of: "=") {
            let name = mark.text[..<equals]
            let value = mark.text[mark.text.index(after: equals)...]
            properties.append(ReportProperty(name: ReportMarks.trimmed(name), value: String(value)))
            return
        }
        guard let close = remaining.firstRange(of: "[[/PROPERTY]]") else {
            properties.append(ReportProperty(name: mark.text, value: ""))
            return
        }
        properties.append(
            ReportProperty(name: mark.text, value: ReportMarks.trimmed(remaining[..<close.lowerBound])))
        remaining = remaining[close.upperBound...]
    }

    private struct Mark {
        let kind: String
        let text: String
        let end: Substring.Index

        /// What follows `[[`; `nil` when it is no mark.
        init?(_ inner: Substring) {
            guard let kind = ["ATTACHMENT", "DEFECT", "PROPERTY"].first(where: { inner.hasPrefix($0 + "|") }) else {
                return nil
            }
            let start = inner.index(inner.startIndex, offsetBy: kind.count + 1)
            let window = inner[start...].prefix(ReportMarks.lengthLimit)
            guard let close = window.firstRange(of: "]]") else { return nil }
            let text = ReportMarks.trimmed(window[..<close.lowerBound])
            guard !text.isEmpty else { return nil }
            self.kind = kind
            self.text = text
            end = close.upperBound
        }
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        var part = text[...]
        while let first = part.first, first.isWhitespace { part = part.dropFirst() }
        while let last = part.last, last.isWhitespace { part = part.dropLast() }
        return String(part)
    }
}

/// A step that a test reports in its properties (`step`, `step2`, `step[failed]`).
public struct ReportStep: Sendable, Hashable {
    public var text: String
    public var actual: String?
    public var expected: String?
    /// Seconds.
    public var time: Double?
    /// `nil` where the property names none.
    public var outcome: ReportOutcome?

    public init(
        text: String, actual: String? = nil, expected: String? = nil, time: Double? = nil,
        outcome: ReportOutcome? = nil
    ) {
        self.text = text
        self.actual = actual
        self.expected = expected
        self.time = time
        self.outcome = outcome
    }

    /// The steps among properties: numbered ones by number, then the others in their order; and the other properties.
    public static func split(_ properties: [ReportProperty]) -> (steps: [ReportStep], rest: [ReportProperty]) {
        var numbered: [(number: Int, step: ReportStep)] = []
        var plain: [ReportStep] = []
        var rest: [ReportProperty] = []
        for property in properties {
            guard let name = Name(property.name) else {
                rest.append(property)
                continue
            }
            let step = parse(property.value, name.outcome)
            if let number = name.number { numbered.append((number, step)) } else { plain.append(step) }
        }
        let sorted = numbered.enumerated().sorted { ($0.element.number, $0.offset) < ($1.element.number, $1.offset) }
        return (sorted.map(\.element.step) + plain, rest)
    }

    private struct Name {
        var number: Int?
        var outcome: ReportOutcome?

        init?(_ name: String) {
            guard name.hasPrefix("step") else { return nil }
            var tail = name.dropFirst(4)
            let digits = tail.prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty { number = Int(digits.prefix(9)) }
            tail = tail.dropFirst(digits.count)
            if tail.isEmpty { return }
            guard tail.first == "[", tail.last == "]" else { return nil }
            switch tail.dropFirst().dropLast().lowercased() {
            case "passed", "pass": outcome = .passed
            case "failed", "failure", "fail": outcome = .failed
            case "error": outcome = .errored
            case "skipped", "skip": outcome = .skipped
            default: return nil
            }
        }
    }

    /// Plain text, or parts in `<test-step-subfield name="Step">…</test-step-subfield>`.
    private static func parse(_ value: String, _ outcome: ReportOutcome?) -> ReportStep {
        var step = ReportStep(text: ReportMarks.trimmed(value), outcome: outcome)
        guard value.contains("<test-step-subfield") else { return step }
        step.text = ""
        var remaining = value[...]
        while let open = remaining.firstRange(of: "<test-step-subfield") {
            let tail = remaining[open.upperBound...]
            guard let end = tail.firstIndex(of: ">"), let close = tail.firstRange(of: "</test-step-subfield>"),
                end < close.lowerBound
            else { break }
            let attributes = tail[..<end].lowercased()
            let text = ReportMarks.trimmed(content(tail[tail.index(after: end)..<close.lowerBound]))
            if attributes.contains("\"step\"") || attributes.contains("'step'") {
                step.text = text
            } else if attributes.contains("actual") {
                step.actual = text
            } else if attributes.contains("expected") {
                step.expected = text
            } else if attributes.contains("time") {
                step.time = Double(text)
            }
            remaining = tail[close.upperBound...]
        }
        return step
    }

    private static func content(_ text: Substring) -> Substring {
        guard let open = text.firstRange(of: "<![CDATA["), let close = text.firstRange(of: "]]>"),
            open.upperBound <= close.lowerBound
        else { return text }
        return text[open.upperBound..<close.lowerBound]
    }
}
