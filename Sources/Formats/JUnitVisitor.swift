/// Turns the elements of a JUnit document into events.
final class JUnitVisitor: XMLVisitor {
    private struct OpenSuite {
        var suite: ReportSuite
        var isAnnounced = false
        var systemOut: String?
        var systemErr: String?
        /// Those behind the first test.
        var properties: [ReportProperty] = []
        /// Failures of the suite itself, which would be lost otherwise.
        var problems: [ReportProblem] = []
        var keptBytes = 0

        mutating func add(_ property: ReportProperty, limit: Int) {
            guard suite.properties.count + properties.count < limit else { return }
            if isAnnounced { properties.append(property) } else { suite.properties.append(property) }
        }
    }

    let names = JUnitElement.names
    private(set) var totals = ReportTotals()
    /// What the root element says about the whole, when it is `<testsuites>`.
    private(set) var declared: ReportSuite?

    private let limits: ReportLimits
    private var events: [ReportEvent] = []
    private var path: [JUnitElement] = []
    private var isInTest = false
    /// Elements open inside an element without meaning; their text is not kept.
    private var ignoredDepth = 0
    /// Elements open inside one whose text is wanted; their text belongs to it.
    private var inlineDepth = 0
    private var suites: [OpenSuite] = []
    private var suiteBytes = 0
    private var test: JUnitTest
    private var capture = TextCapture()
    private var property = ReportProperty(name: "", value: "")
    private var problem = ReportProblem(kind: .failure)

    init(limits: ReportLimits) {
        self.limits = limits
        test = JUnitTest(limits: limits)
    }

    func takeEvents() -> [ReportEvent] {
        let taken = events
        events = []
        events.reserveCapacity(taken.count)
        return taken
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) { capture.append(bytes) }

    var place: String {
        guard let innermost = path.last else { return "in front of its first element" }
        return "inside <\(innermost.tag)>"
    }

    // MARK: - Begin

    func open(_ tag: XMLElement) throws(ReportError) -> XMLTextInterest {
        let element = JUnitElement.of(tag.code)
        if ignoredDepth > 0 {
            ignoredDepth += 1
            return .unwanted
        }
        if inlineDepth > 0 {
            inlineDepth += 1
            return .wanted
        }
        guard let parent = path.last else {
            guard element == .testsuites || element == .testsuite else {
                throw ReportError("root element <\(JUnitVisitor.shown(tag.name))> is not JUnit")
            }
            begin(element, tag)
            return .unwanted
        }
        guard JUnitVisitor.allows(element, in: parent) else {
            guard capture.isActive else {
                ignoredDepth = 1
                return .unwanted
            }
            inlineDepth = 1
            return .wanted
        }
        begin(element, tag)
        return capture.isActive ? .wanted : .unwanted
    }

    private static func shown(_ name: String) -> String { name.utf8.count > 60 ? "\(name.prefix(40))…" : name }

    private static func allows(_ element: JUnitElement, in parent: JUnitElement) -> Bool {
        switch parent {
        case .testsuites, .testsuite:
            switch element {
            case .testsuite, .testcase, .properties: true
            case .testsuites: parent == .testsuites
            case .systemOut, .systemErr, .failure, .error: parent == .testsuite
            case .unknown, .property, .skipped, .rerunFailure, .rerunError, .flakyFailure, .flakyError, .stackTrace:
                false
            }
        case .testcase:
            switch element {
            case .properties, .property, .failure, .error, .skipped, .rerunFailure, .rerunError, .flakyFailure,
                .flakyError, .systemOut, .systemErr:
                true
            case .unknown, .testsuites, .testsuite, .testcase, .stackTrace: false
            }
        case .properties: element == .property
        case .rerunFailure, .rerunError, .flakyFailure, .flakyError:
            element == .stackTrace || element == .systemOut || element == .systemErr
        case .unknown, .property, .failure, .error, .skipped, .stackTrace, .systemOut, .systemErr: false
        }
    }

    private func begin(_ element: JUnitElement, _ tag: XMLElement) {
        path.append(element)
        switch element {
        case .testsuites:
            if declared == nil { declared = JUnitVisitor.suite(tag, depth: 0) }
        case .testsuite:
            announce()
            suites.append(OpenSuite(suite: JUnitVisitor.suite(tag, depth: suites.count)))
        case .testcase:
            announce()
            isInTest = true
            test.begin(tag)
        case .properties, .unknown: break
        case .property:
            property = JUnitVisitor.property(tag)
            beginText()
        case .failure, .error:
            problem = JUnitVisitor.problem(element == .error ? .error : .failure, tag)
            beginText()
        case .skipped:
            test.skip(tag)
            beginText()
        case .rerunFailure, .rerunError, .flakyFailure, .flakyError:
            test.beginRerun(element, tag)
            beginText()
        case .stackTrace, .systemOut, .systemErr: beginText()
        }
    }

    private func beginText() {
        let room = limits.keptBytes - (isInTest ? test.keptBytes : suiteBytes)
        capture.begin(limit: min(limits.textBytes, room))
    }

    /// Reports the suites that are open, now that all of their leading properties are known.
    private func announce() {
        guard let last = suites.last, !last.isAnnounced else { return }
        events.append(.suiteBegan(last.suite))
        suites[suites.count - 1].isAnnounced = true
    }

    // MARK: - End

    func close() throws(ReportError) -> XMLTextInterest {
        if ignoredDepth > 0 {
            ignoredDepth -= 1
            return capture.isActive ? .wanted : .unwanted
        }
        if inlineDepth > 0 {
            inlineDepth -= 1
            return .wanted
        }
        guard let element = path.popLast() else { return .unwanted }
        switch element {
        case .testsuites, .properties, .unknown: return .unwanted
        case .testsuite: endSuite()
        case .testcase: endTest()
        case .property, .failure, .error, .skipped, .rerunFailure, .rerunError, .flakyFailure, .flakyError,
            .stackTrace, .systemOut, .systemErr:
            let captured = capture.end()
            if isInTest {
                endInTest(element, captured)
            } else {
                endInSuite(element, captured)
            }
        }
        return capture.isActive ? .wanted : .unwanted
    }

    private func endTest() {
        isInTest = false
        let finished = test.end(capture.overflowAttachments.attachments)
        capture.clearAttachments()
        totals.add(finished)
        events.append(.test(finished))
    }

    private func endInTest(_ element: JUnitElement, _ captured: TextCapture.Captured) {
        test.count(captured)
        switch element {
        case .property:
            if property.value.isEmpty, let text = captured.text { property.value = text }
            test.add(property)
        case .failure, .error:
            problem.text = captured.text
            test.add(problem)
        case .skipped: test.skip(text: captured.text)
        case .rerunFailure, .rerunError, .flakyFailure, .flakyError: test.endRerun(captured.text)
        case .stackTrace: test.addStackTrace(captured.text)
        case .systemOut: test.addOutput(captured.text, \.systemOut, \.systemOut)
        case .systemErr: test.addOutput(captured.text, \.systemErr, \.systemErr)
        case .unknown, .testsuites, .testsuite, .testcase, .properties: break
        }
    }

    private func endInSuite(_ element: JUnitElement, _ captured: TextCapture.Captured) {
        guard let index = suites.indices.last else { return }
        switch element {
        case .property:
            if property.value.isEmpty, let text = captured.text { property.value = text }
            guard charge(property.name.utf8.count + property.value.utf8.count, to: index) else { return }
            suites[index].add(property, limit: limits.items)
        case .failure, .error:
            problem.text = captured.text
            let bytes = (problem.message?.utf8.count ?? 0) + (problem.text?.utf8.count ?? 0)
            guard charge(bytes, to: index) || suites[index].problems.isEmpty else { return }
            if suites[index].problems.count < limits.items { suites[index].problems.append(problem) }
        case .systemOut:
            guard let text = captured.text, charge(text.utf8.count, to: index) else { return }
            JUnitVisitor.append(text, to: &suites[index].systemOut)
        case .systemErr:
            guard let text = captured.text, charge(text.utf8.count, to: index) else { return }
            JUnitVisitor.append(text, to: &suites[index].systemErr)
        case .skipped, .rerunFailure, .rerunError, .flakyFailure, .flakyError, .stackTrace, .unknown, .testsuites,
            .testsuite, .testcase, .properties:
            break
        }
    }

    private static func append(_ text: String, to output: inout String?) {
        if output == nil {
            output = text
        } else {
            output?.append("\n")
            output?.append(text)
        }
    }

    /// Counts what open suites hold; answers whether there is room for more.
    private func charge(_ bytes: Int, to index: Int) -> Bool {
        guard suiteBytes + bytes <= limits.keptBytes + limits.textBytes else { return false }
        suites[index].keptBytes += bytes
        suiteBytes += bytes
        return true
    }

    private func endSuite() {
        announce()
        guard let closed = suites.popLast() else { return }
        suiteBytes -= closed.keptBytes
        if !closed.problems.isEmpty {
            // A suite whose set-up failed must not look as if all were well.
            let isError = closed.problems.contains { $0.kind == .error }
            let name = closed.suite.name.isEmpty ? JUnitTest.unnamed : closed.suite.name
            let test = ReportTest(name: name, outcome: isError ? .errored : .failed, problems: closed.problems)
            totals.add(test)
            events.append(.test(test))
        }
        events.append(
            .suiteEnded(systemOut: closed.systemOut, systemErr: closed.systemErr, properties: closed.properties))
        capture.clearAttachments()
    }
}
