/// Reads a Gherkin file line by line, in bounded memory.
public final class GherkinReader {
    /// What a feature may hold.
    public struct Limits: Sendable, Hashable {
        public var lineBytes = 65_536
        public var scenarios = 10_000
        public var steps = 1000
        public var rows = 10_000
        /// Bytes of the whole file.
        public var bytes = 8 << 20

        public init() {}
    }

    private enum Place { case top, feature, background, scenario, examples }

    private let limits: Limits
    private var waiting: [UInt8] = []
    private var bytes = 0
    private var line = 0
    private var words: GherkinWords?
    private var feature = GherkinFeature()
    private var isOpen = false
    private var place = Place.top
    private var tags: [String] = []
    private var rule: (name: String, tags: [String], background: [String])?
    private var background: [String] = []
    private var scenario: GherkinFeature.Scenario?
    /// The end of the doc string that is open, with the blanks in front of it.
    private var docString: (mark: String, indent: Int)?

    public init(limits: Limits = Limits()) {
        self.limits = limits
        words = GherkinWords.languages["en"]
    }

    /// Reads on.
    public func feed(_ piece: [UInt8]) throws(ReportError) {
        bytes += piece.count
        guard bytes <= limits.bytes else { throw ReportError("the file is larger than \(limits.bytes) bytes") }
        var start = piece.startIndex
        while let end = piece[start...].firstIndex(of: 10) {
            waiting += piece[start..<end]
            try take(waiting)
            waiting.removeAll(keepingCapacity: true)
            start = piece.index(after: end)
        }
        waiting += piece[start...]
        guard waiting.count <= limits.lineBytes else { throw fault("is longer than \(limits.lineBytes) bytes") }
    }

    /// Reads the rest; throws when the file holds no feature.
    public func finish() throws(ReportError) -> GherkinFeature {
        if !waiting.isEmpty {
            try take(waiting)
            waiting = []
        }
        close()
        guard isOpen else { throw ReportError("there is no line that begins with Feature:") }
        return feature
    }

    private func fault(_ words: String) -> ReportError { ReportError("line \(line) \(words)") }

    private func take(_ raw: [UInt8]) throws(ReportError) {
        line += 1
        var raw = raw[...]
        if line == 1, raw.starts(with: [0xEF, 0xBB, 0xBF]) { raw = raw.dropFirst(3) }
        if raw.last == 13 { raw = raw.dropLast() }
        guard raw.count <= limits.lineBytes else { throw fault("is longer than \(limits.lineBytes) bytes") }
        guard let whole = String(validating: raw, as: UTF8.self), !raw.contains(0) else {
            throw fault("is not UTF-8 text")
        }
        if docString != nil { return continueDocString(whole) }
        let text = ReportMarks.trimmed(whole)
        if text.isEmpty { return describe("") }
        if text.hasPrefix("#") { return comment(text) }
        try read(text, whole)
    }

    private func comment(_ text: String) {
        let body = ReportMarks.trimmed(text.dropFirst())
        guard !isOpen, body.lowercased().hasPrefix("language") else { return }
        guard let colon = body.firstIndex(of: ":") else { return }
        let language = ReportMarks.trimmed(body[body.index(after: colon)...]).lowercased()
        feature.language = language
        words = GherkinWords.languages[language]
    }

    private func read(_ text: String, _ whole: String) throws(ReportError) {
        guard let words else { throw ReportError("the language \(feature.language.prefix(20)) is not understood") }
        if text.hasPrefix("@") {
            for word in text.split(separator: " ") where word.hasPrefix("@") && word.count > 1 {
                tags.append(String(word.dropFirst()))
            }
            return
        }
        if !isOpen {
            guard let name = named(text, words.feature) else { throw fault("does not begin a feature") }
            isOpen = true
            place = .feature
            feature.name = name
            feature.tags = tags
            tags = []
            return
        }
        if try begin(text, words) { return }
        if text.hasPrefix("\"\"\"") || text.hasPrefix("```") { return openDocString(text, whole) }
        if text.hasPrefix("|") { return try row(text) }
        if isStep(text, words) { return try step(text) }
        describe(text)
    }

    /// What follows one of the keywords and a colon.
    private func named(_ text: String, _ keywords: [String]) -> String? {
        for keyword in keywords where text.hasPrefix(keyword + ":") {
            return ReportMarks.trimmed(text.dropFirst(keyword.count + 1))
        }
        return nil
    }

    private func begin(_ text: String, _ words: GherkinWords) throws(ReportError) -> Bool {
        if let name = named(text, words.rule) {
            close()
            rule = (name, tags, [])
            tags = []
            place = .feature
            return true
        }
        if named(text, words.background) != nil {
            close()
            place = .background
            return true
        }
        if let name = named(text, words.outline) ?? named(text, words.scenario) {
            close()
            guard feature.scenarios.count < limits.scenarios else {
                throw ReportError("the feature has more than \(limits.scenarios) scenarios")
            }
            var made = GherkinFeature.Scenario(name: name, rule: rule?.name)
            made.tags = GherkinReader.distinct(feature.tags + (rule?.tags ?? []) + tags)
            made.background = background + (rule?.background ?? [])
            scenario = made
            tags = []
            place = .scenario
            return true
        }
        if named(text, words.examples) != nil, scenario != nil {
            tags = []
            place = .examples
            return true
        }
        return false
    }

    private static func distinct(_ tags: [String]) -> [String] {
        var seen: Set<String> = []
        return tags.filter { seen.insert($0).inserted }
    }

    private func isStep(_ text: String, _ words: GherkinWords) -> Bool {
        guard place == .background || place == .scenario else { return false }
        return words.steps.contains { text.hasPrefix($0) }
    }

    private func step(_ text: String) throws(ReportError) {
        if place == .background { return addBackground(text) }
        guard (scenario?.steps.count ?? 0) < limits.steps else { throw fault("is one step too many") }
        scenario?.steps.append(GherkinFeature.Step(text: text))
    }

    private func addBackground(_ text: String) {
        if rule != nil { rule?.background.append(text) } else { background.append(text) }
    }

    /// Adds a line to the step that stands last.
    private func append(_ text: String) {
        if place == .background { return addBackground(text) }
        guard let last = scenario?.steps.indices.last else { return }
        scenario?.steps[last].text += "\n" + text
    }

    private func row(_ text: String) throws(ReportError) {
        guard place == .examples else { return append(text) }
        let cells = GherkinReader.cells(text)
        if scenario?.columns.isEmpty == true {
            scenario?.columns = cells
        } else if cells != scenario?.columns {
            guard (scenario?.rows.count ?? 0) < limits.rows else { throw fault("is one row too many") }
            scenario?.rows.append(cells)
        }
    }

    /// The cells between bars; `\|`, `\n` and `\\` are escapes.
    private static func cells(_ text: String) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isEscaped = false
        for character in text.dropFirst() {
            if isEscaped {
                cell.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "|" {
                cells.append(ReportMarks.trimmed(cell))
                cell = ""
            } else {
                cell.append(character)
            }
        }
        return cells
    }

    private func openDocString(_ text: String, _ whole: String) {
        append(text)
        docString = (String(text.prefix(3)), whole.count - ReportMarks.trimmed(whole).count)
    }

    private func continueDocString(_ whole: String) {
        guard let open = docString else { return }
        if ReportMarks.trimmed(whole) == open.mark {
            append(open.mark)
            docString = nil
            return
        }
        let blanks = whole.prefix { $0 == " " || $0 == "\t" }.count
        append(String(whole.dropFirst(min(blanks, open.indent))))
    }

    private func describe(_ text: String) {
        switch place {
        case .feature where rule == nil && (!feature.description.isEmpty || !text.isEmpty):
            feature.description += (feature.description.isEmpty ? "" : "\n") + text
        case .scenario where scenario?.steps.isEmpty == true:
            guard let known = scenario?.description, !known.isEmpty || !text.isEmpty else { return }
            scenario?.description = known.isEmpty ? text : known + "\n" + text
        case .top, .feature, .background, .scenario, .examples: return
        }
    }

    private func close() {
        guard var done = scenario else { return }
        done.description = ReportMarks.trimmed(done.description)
        feature.scenarios.append(done)
        scenario = nil
        feature.description = ReportMarks.trimmed(feature.description)
    }
}
