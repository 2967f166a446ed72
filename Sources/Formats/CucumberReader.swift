import Model

/// What Cucumber says about one scenario.
public struct CucumberScenario: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        /// Keyword and text.
        public var text: String
        public var outcome: ReportOutcome
        /// Seconds.
        public var time: Double?
        public var message: String?
    }

    public var feature: String
    public var name: String
    /// Without `@`.
    public var tags: [String]
    public var steps: [Step]

    /// Any step that did not pass decides; a failure counts more than a skip.
    public var outcome: ReportOutcome {
        if steps.contains(where: { $0.outcome == .failed }) { return .failed }
        return steps.contains { $0.outcome == .skipped } ? .skipped : .passed
    }

    /// Sum over the steps.
    public var time: Double? {
        let times = steps.compactMap(\.time)
        return times.isEmpty ? nil : times.reduce(0, +)
    }
}

/// Reads Cucumber's JSON results feature by feature, in bounded memory.
public final class CucumberReader {
    private var elements = JSONElements()

    public init() {}

    /// The scenarios of the features that are complete.
    public func feed(_ bytes: [UInt8]) throws(ReportError) -> [CucumberScenario] {
        var scenarios: [CucumberScenario] = []
        for element in try elements.feed(bytes) { scenarios += try CucumberReader.scenarios(element) }
        return scenarios
    }

    /// Throws when the document is incomplete.
    public func finish() throws(ReportError) { try elements.finish() }

    private static func scenarios(_ bytes: [UInt8]) throws(ReportError) -> [CucumberScenario] {
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSONReader.parse(bytes)
        } catch {
            throw ReportError("the document is not JSON: \(error.reason)")
        }
        guard let feature = json.object, let name = feature["name"]?.string ?? feature["uri"]?.string else {
            throw ReportError("the document is no list of features")
        }
        guard let elements = feature["elements"]?.array else {
            // A feature whose scenarios were all filtered out.
            guard feature["elements"] == nil else { throw ReportError("the elements of a feature are no list") }
            return []
        }
        let outer = tags(feature["tags"])
        var background: [CucumberScenario.Step] = []
        var scenarios: [CucumberScenario] = []
        for element in elements {
            guard element.object != nil else { throw ReportError("an element of a feature is no object") }
            let steps = self.steps(element)
            if element["type"]?.string == "background" {
                background = steps
                continue
            }
            var all = outer
            for tag in tags(element["tags"]) where !all.contains(tag) { all.append(tag) }
            let title = element["name"]?.string ?? ""
            scenarios.append(
                CucumberScenario(
                    feature: name, name: title.isEmpty ? "(unnamed)" : title, tags: all, steps: background + steps))
            background = []
        }
        return scenarios
    }

    private static func tags(_ json: JSON?) -> [String] {
        (json?.array ?? []).compactMap { tag in
            let name = tag["name"]?.string ?? tag.string ?? ""
            let plain = name.hasPrefix("@") ? String(name.dropFirst()) : name
            return plain.isEmpty ? nil : plain
        }
    }

    private static func steps(_ element: JSON) -> [CucumberScenario.Step] {
        var steps: [CucumberScenario.Step] = []
        for step in (element["steps"]?.array ?? []).prefix(1000) {
            // Hooks have no name.
            guard let name = step["name"]?.string else { continue }
            let result = step["result"]
            let nanoseconds = result?["duration"]?.double
            steps.append(
                CucumberScenario.Step(
                    text: ReportMarks.trimmed((step["keyword"]?.string ?? "") + name),
                    outcome: outcome(result?["status"]?.string ?? "undefined"), time: nanoseconds.map { $0 / 1e9 },
                    message: result?["error_message"]?.string))
        }
        return steps
    }

    private static func outcome(_ word: String) -> ReportOutcome {
        switch word.lowercased() {
        case "passed": .passed
        case "skipped", "pending": .skipped
        default: .failed
        }
    }
}

/// Cuts a JSON list into its elements as the bytes arrive.
struct JSONElements {
    /// Bytes of one element.
    static let limit = 32 << 20

    private enum State { case start, between, inside, end }

    private var state = State.start
    private var depth = 0
    private var isInText = false
    private var isEscaped = false
    private var element: [UInt8] = []

    mutating func feed(_ bytes: [UInt8]) throws(ReportError) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        for byte in bytes {
            if state == .inside {
                if try take(byte) {
                    elements.append(element)
                    element = []
                    state = .between
                }
                continue
            }
            if byte == 0x20 || (byte >= 9 && byte <= 13) { continue }
            switch (state, byte) {
            case (.start, 0xEF), (.start, 0xBB), (.start, 0xBF): continue
            case (.start, UInt8(ascii: "[")): state = .between
            case (.between, UInt8(ascii: ",")): continue
            case (.between, UInt8(ascii: "]")): state = .end
            case (.between, UInt8(ascii: "{")):
                state = .inside
                _ = try take(byte)
            default: throw ReportError("the document is no JSON list of objects")
            }
        }
        return elements
    }

    /// True when the element is complete.
    private mutating func take(_ byte: UInt8) throws(ReportError) -> Bool {
        guard element.count < JSONElements.limit else {
            throw ReportError("a feature is larger than \(JSONElements.limit) bytes")
        }
        element.append(byte)
        if isInText {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return depth == 0
        default: break
        }
        return false
    }

    func finish() throws(ReportError) {
        guard state == .end else { throw ReportError("the document ends too early or is no JSON list") }
    }
}
