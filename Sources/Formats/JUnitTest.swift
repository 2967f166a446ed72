/// The test that is being read.
struct JUnitTest {
    static let unnamed = "(unnamed)"

    private let limits: ReportLimits
    private var test = ReportTest(name: "")
    private var rerun: ReportRerun?
    private var isSkipped = false
    /// The outcome does not depend on what the limits left of the items.
    private var problemKinds: Set<ReportProblem.Kind> = []
    private var rerunKinds: Set<ReportRerun.Kind> = []
    private var resultWord: String?
    private var attachments: AttachmentFinder?
    /// Bytes of the texts kept so far.
    private(set) var keptBytes = 0

    private var lastClassName = RepeatedText()
    private var lastFile = RepeatedText()

    init(limits: ReportLimits) { self.limits = limits }

    mutating func begin(_ tag: XMLElement) {
        rerun = nil
        isSkipped = false
        if !problemKinds.isEmpty { problemKinds.removeAll() }
        if !rerunKinds.isEmpty { rerunKinds.removeAll() }
        resultWord = nil
        attachments = nil
        keptBytes = 0
        for index in 0..<tag.attributeCodes.count {
            guard tag.attributeCodes[index] != XMLNames.unknown, let value = tag.attributes[2 * index + 1] else {
                continue
            }
            set(JUnitAttribute.of(tag.attributeCodes[index]), XMLText.bytes(value))
        }
    }

    private mutating func set(_ attribute: JUnitAttribute, _ value: UnsafeBufferPointer<UInt8>) {
        guard !value.isEmpty else { return }
        switch attribute {
        case .name: test.name = XMLText.string(value)
        case .className: test.className = lastClassName.string(value)
        case .phpClass: test.className = test.className ?? lastClassName.string(value)
        case .file: test.file = lastFile.string(value)
        case .line: test.line = XMLText.integer(value)
        case .time: test.time = ReportDuration.seconds(value)
        case .timestamp: test.timestamp = XMLText.timestamp(XMLText.string(value))
        case .assertions: test.assertions = XMLText.integer(value)
        case .status: test.statusWord = XMLText.trimmed(value)
        case .result: resultWord = XMLText.trimmed(value)
        case .ignored, .message, .type, .value, .tests, .failures, .errors, .skippedCount, .disabledCount, .package,
            .hostname:
            break
        }
    }

    // MARK: - Children

    mutating func count(_ captured: TextCapture.Captured) {
        keptBytes += captured.bytes
        if captured.isCut { test.isCut = true }
    }

    mutating func add(_ property: ReportProperty) {
        let bytes = property.name.utf8.count + property.value.utf8.count
        guard hasRoom(test.properties.count, bytes) else { return }
        test.properties.append(property)
        guard JUnitTest.namesAttachment(property.name) else { return }
        attachments = attachments ?? AttachmentFinder()
        attachments?.add(property.value)
    }

    /// `attachment`, `attachment[0]`, `testrail_attachment`.
    private static func namesAttachment(_ name: String) -> Bool {
        name == "attachment" || name == "testrail_attachment" || name.hasPrefix("attachment[")
    }

    mutating func add(_ problem: ReportProblem) {
        let bytes = (problem.message?.utf8.count ?? 0) + (problem.type?.utf8.count ?? 0)
        // The first of a kind explains the outcome and is never dropped.
        let isFirst = problemKinds.insert(problem.kind).inserted
        guard hasRoom(test.problems.count, bytes) || isFirst else { return }
        test.problems.append(problem)
    }

    /// Counts an item in, unless the test has enough of them.
    private mutating func hasRoom(_ items: Int, _ bytes: Int) -> Bool {
        guard items < limits.items, keptBytes + bytes <= limits.keptBytes + limits.tagBytes else {
            test.isCut = true
            return false
        }
        keptBytes += bytes
        return true
    }

    mutating func skip(_ tag: XMLElement) {
        isSkipped = true
        // node's runner writes `message="true"` when the test gives no reason.
        guard test.skipReason == nil, let reason = JUnitVisitor.messageAndType(tag).message, reason != "true" else {
            return
        }
        test.skipReason = reason
    }

    mutating func skip(text: String?) {
        guard test.skipReason == nil, var text else { return }
        test.skipReason = text.withUTF8 { XMLText.trimmed($0) }
    }

    mutating func beginRerun(_ element: JUnitElement, _ tag: XMLElement) {
        let kind: ReportRerun.Kind? =
            switch element {
            case .rerunFailure: .rerunFailure
            case .rerunError: .rerunError
            case .flakyFailure: .flakyFailure
            case .flakyError: .flakyError
            case .unknown, .testsuites, .testsuite, .testcase, .properties, .property, .failure, .error, .skipped,
                .stackTrace, .systemOut, .systemErr:
                nil
            }
        let words = JUnitVisitor.messageAndType(tag)
        rerun = kind.map { ReportRerun(kind: $0, message: words.message, type: words.type) }
    }

    mutating func addStackTrace(_ text: String?) { rerun?.stackTrace = text }

    /// Text beside the children of a rerun is its stack trace in Surefire before 2.20.
    mutating func endRerun(_ text: String?) {
        guard var ended = rerun else { return }
        rerun = nil
        ended.stackTrace = ended.stackTrace ?? text
        let bytes = (ended.message?.utf8.count ?? 0) + (ended.type?.utf8.count ?? 0)
        let isFirst = rerunKinds.insert(ended.kind).inserted
        guard hasRoom(test.reruns.count, bytes) || isFirst else { return }
        test.reruns.append(ended)
    }

    mutating func addOutput(
        _ text: String?, _ ofTest: WritableKeyPath<ReportTest, String?>,
        _ ofRerun: WritableKeyPath<ReportRerun, String?>
    ) {
        guard var text else { return }
        attachments = attachments ?? AttachmentFinder()
        text.withUTF8 { _ = attachments?.search($0) }
        if rerun != nil {
            rerun?[keyPath: ofRerun] = text
        } else if test[keyPath: ofTest] != nil {
            test[keyPath: ofTest]?.append("\n")
            test[keyPath: ofTest]?.append(text)
        } else {
            test[keyPath: ofTest] = text
        }
    }

    // MARK: - End

    /// The finished test; `overflow` holds the attachments named in text that was cut.
    mutating func end(_ overflow: [ReportAttachment]) -> ReportTest {
        if !overflow.isEmpty {
            attachments = attachments ?? AttachmentFinder()
            for attachment in overflow { attachments?.add(attachment.path) }
        }
        if let found = attachments { test.attachments = found.attachments }
        if test.name.isEmpty { test.name = test.className ?? JUnitTest.unnamed }
        test.outcome = outcome()
        if test.outcome == .passed {
            test.isFlaky = rerunKinds.contains(.flakyFailure) || rerunKinds.contains(.flakyError)
        }
        var finished = ReportTest(name: "")
        swap(&finished, &test)
        return finished
    }

    private func outcome() -> ReportOutcome {
        if problemKinds.contains(.error) { return .errored }
        if problemKinds.contains(.failure) || rerunKinds.contains(.rerunFailure) { return .failed }
        if rerunKinds.contains(.rerunError) { return .errored }
        if isSkipped { return .skipped }
        if let word = test.statusWord, let said = JUnitTest.outcome(word) { return said }
        if let word = resultWord, let said = JUnitTest.outcome(word) { return said }
        return .passed
    }

    /// What a status word says; words that say nothing (`run`, `completed`) leave it to the elements.
    private static func outcome(_ word: String) -> ReportOutcome? {
        switch word.lowercased() {
        case "skipped", "skip", "notrun", "not_run", "disabled", "suppressed", "ignored", "pending", "todo",
            "inconclusive":
            .skipped
        case "failed", "fail", "failure": .failed
        case "error", "errored", "broken": .errored
        default: nil
        }
    }
}

/// A text that mostly equals the one in front of it: the tests of one class follow one another and share one string.
private struct RepeatedText {
    private var bytes: [UInt8] = []
    private var last = ""

    mutating func string(_ text: UnsafeBufferPointer<UInt8>) -> String {
        if !isLast(text) {
            bytes = Array(text)
            last = XMLText.string(text)
        }
        return last
    }

    private func isLast(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == text.count else { return false }
        return bytes.withUnsafeBytes { known in
            let other = UnsafeRawBufferPointer(text)
            var position = 0
            while position + 8 <= known.count {
                let left = known.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                guard left == other.loadUnaligned(fromByteOffset: position, as: UInt64.self) else { return false }
                position += 8
            }
            while position < known.count {
                guard known[position] == other[position] else { return false }
                position += 1
            }
            return true
        }
    }
}
