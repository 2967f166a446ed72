import Engine
import Formats
import Model
import Wire

/// `POST /api/import_xml`, `/api/junit_xml`, `/api/plan/{plan_id}/junit_xml`: JUnit reports as one run of a plan.
enum JUnitImport {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let order = try ImportOrder(try await form(call, engine), call) { isReport($0) }
        guard !order.reports.isEmpty else { throw .invalid("file", "There is no result file among the files.") }
        try order.keepFiles(engine)
        let found = order
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let plan = try found.planImport(work)
            let recorder = try PlanRecorder(work, plan)
            for file in found.reports {
                var suites = OpenSuites(delimiter: found.delimiter)
                let reader = JUnitReader()
                try Pieces.each(file) { piece throws(DomainError) in
                    for event in try events(reader, piece, file) { try suites.take(event, recorder) }
                }
                for event in try events(reader, [], file) { try suites.take(event, recorder) }
            }
            let outcome = try recorder.finish()
            let warnings = try found.attach(outcome, work)
            return ImportOrder.reply(outcome, project: plan.project, warnings, call)
        }
    }

    /// The form of an upload; no form at all lacks its file.
    static func form(_ call: Call, _ engine: Engine) async throws(DomainError) -> ImportForm {
        guard call.mediaType == "multipart/form-data" else {
            throw .invalid("file", "The file must be sent as multipart/form-data.")
        }
        let form = try await ImportForm(call, engine)
        guard !form.files.isEmpty else { throw .invalid("file", "The file field is required.") }
        return form
    }

    private static func isReport(_ file: SpooledFile) -> Bool {
        if file.fileName.lowercased().hasSuffix(".xml") { return true }
        let start = Pieces.start(file).drop { $0 == "\u{FEFF}" || $0.isWhitespace }
        return start.hasPrefix("<?xml") || start.hasPrefix("<testsuite")
    }

    /// An empty piece is the end.
    private static func events(
        _ reader: JUnitReader, _ piece: [UInt8], _ file: SpooledFile
    ) throws(DomainError) -> [ReportEvent] {
        do throws(ReportError) {
            return piece.isEmpty ? try reader.finish() : try reader.feed(piece)
        } catch {
            throw .invalid("file", "\(file.fileName): \(error.description)")
        }
    }
}

/// The suites around a test, outermost first.
private struct OpenSuites {
    let delimiter: String?
    private var suites: [(name: String, properties: [ReportProperty])] = []

    init(delimiter: String?) { self.delimiter = delimiter }

    mutating func take(_ event: ReportEvent, _ recorder: PlanRecorder) throws(DomainError) {
        switch event {
        case .suiteBegan(let suite):
            suites.append((suite.name, suite.properties))
            recorder.note(time: suite.timestamp, host: suite.hostname)
        case .test(let test): try recorder.add(result(test))
        case .suiteEnded(let out, let err, _):
            if !suites.isEmpty { suites.removeLast() }
            recorder.note(output: out)
            recorder.note(output: err)
        }
    }

    private func folders(_ test: ReportTest) -> [String] {
        let chain = suites.map { ReportText.trimmed($0.name) }.filter { !$0.isEmpty }
        guard let delimiter else { return chain }
        let text = test.className ?? chain.last ?? ""
        return text.split(separator: delimiter).map { ReportText.trimmed(String($0)) }.filter { !$0.isEmpty }
    }

    private func result(_ test: ReportTest) -> PlanResult {
        let title = ReportMarks(test.name)
        let out = ReportMarks(test.systemOut ?? "")
        let err = ReportMarks(test.systemErr ?? "")
        let name = ReportText.trimmed(title.rest)
        var result = PlanResult(
            folders: folders(test), name: String((name.isEmpty ? "(unnamed)" : name).prefix(1000)),
            outcome: test.outcome)
        result.time = test.time
        result.timestamp = test.timestamp
        result.text = ReportText.text(test)
        result.output = ReportText.output(test)
        if test.isFlaky {
            result.flakiness = Double(test.reruns.count) / Double(test.reruns.count + 1)
            if result.flakiness == 0 { result.flakiness = 0.5 }
        }
        let marks = [title, out, err]
        result.attachments = marks.flatMap(\.attachments)
        result.defects = marks.flatMap(\.defects)
        let split = ReportStep.split(test.properties)
        result.steps = split.steps
        for property in split.rest { sort(property, &result) }
        result.properties += marks.flatMap(\.properties)
        for suite in suites { result.properties += suite.properties }
        result.attachments = ReportText.distinct(result.attachments)
        result.defects = ReportText.distinct(result.defects).filter { $0.count <= 255 }
        return result
    }

    private func sort(_ property: ReportProperty, _ result: inout PlanResult) {
        switch property.name {
        case "priority": result.priority = property.value
        case "description": result.description = property.value
        case "defect": if !property.value.isEmpty { result.defects.append(property.value) }
        case let name where name.hasPrefix("attachment") && name.dropFirst(10).allSatisfy(\.isNumber):
            if !property.value.isEmpty { result.attachments.append(property.value) }
        default: result.properties.append(property)
        }
    }
}

/// Texts of reported tests.
enum ReportText {
    static func trimmed(_ text: String) -> String {
        var part = text[...]
        while let first = part.first, first.isWhitespace { part = part.dropFirst() }
        while let last = part.last, last.isWhitespace { part = part.dropLast() }
        return String(part)
    }

    /// Type, message and body of the problems, or why the test was skipped.
    static func text(_ test: ReportTest) -> String? {
        var parts: [String] = []
        for problem in test.problems {
            parts += [problem.type, problem.message, problem.text].compactMap { $0 }.filter { !$0.isEmpty }
        }
        if parts.isEmpty, let reason = test.skipReason { parts = [reason] }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    static func output(_ test: ReportTest) -> String? {
        let parts = [test.systemOut, test.systemErr].compactMap { $0 }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    static func distinct(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}
