import Formats
import Testing

/// Texts and items beyond the limits are cut, and say so.
@Suite struct LimitTests {
    private func report(_ inner: String, _ change: (inout ReportLimits) -> Void) throws -> ReportTest {
        var limits = ReportLimits.default
        change(&limits)
        let report = WholeReport(
            "<testsuite name='s'><testcase name='a'>\(inner)</testcase><testcase name='b'/></testsuite>", limits: limits
        )
        #expect(report.error == nil)
        #expect(report.totals.tests == 2)
        #expect(report.test("b")?.isCut == false)
        return try #require(report.tests.first)
    }

    @Test func `a long text is cut at a character and the parse goes on`() throws {
        let test = try report("<system-out>123456789é</system-out><failure>short</failure>") { $0.textBytes = 10 }
        #expect(test.systemOut == "123456789… (cut)")
        #expect(test.problems.first?.text == "short")
        #expect(test.isCut)
        let whole = try report("<system-out>12345678é</system-out>") { $0.textBytes = 10 }
        #expect(whole.systemOut == "12345678é")
        #expect(!whole.isCut)
    }

    @Test func `a text of more than 1 MB is cut there`() throws {
        let text = String(repeating: "0123456789abcde\n", count: 100_000)
        let test = try report("<failure>\(text)</failure><ignoredElement>\(text)\(text)</ignoredElement>") { _ in }
        #expect(test.problems.first?.text?.utf8.count == 1_048_576 + "… (cut)".utf8.count)
        #expect(test.isCut)
    }

    @Test func `attachments behind the cut are found`() throws {
        let filler = String(repeating: "line of output\n", count: 20_000)
        let inner =
            "<system-out>[[ATTACHMENT|first.png]]\(filler)[[ATTACHMENT|second.png]]\(filler)"
            + "[[ATTACHMENT|third.png]] [[ATTACHMENT|first.png]]</system-out>"
        let test = try report(inner) { $0.textBytes = 1000 }
        #expect(test.attachments.map(\.path) == ["first.png", "second.png", "third.png"])
    }

    @Test(arguments: 0..<60)
    func `an attachment across the cut is found once`(offset: Int) throws {
        let filler = String(repeating: "x", count: offset)
        let test = try report("<system-out>\(filler)[[ATTACHMENT|a/b.png]]rest</system-out>") { $0.textBytes = 40 }
        #expect(test.attachments == [ReportAttachment(path: "a/b.png")])
    }

    @Test func `the texts of one test have a limit together`() throws {
        let texts = String(repeating: "<system-out>0123456789</system-out>", count: 10_000)
        let test = try report(texts) { $0.keptBytes = 100 }
        #expect(test.systemOut?.utf8.count == 109)
        #expect(test.isCut)
        let problems = String(repeating: "<failure>0123456789</failure>", count: 10_000)
        let failed = try report("<system-out>\(texts.count)</system-out>\(problems)<error>last</error>") {
            $0.keptBytes = 100
        }
        #expect(failed.outcome == .errored)
        #expect(failed.problems.count <= 1001)
    }

    @Test func `items of one test have a limit and the outcome does not depend on it`() throws {
        let items = String(repeating: "<failure message='f'/>", count: 50) + "<error message='e'/>"
        let test = try report(items) { $0.items = 10 }
        #expect(test.problems.count == 11)
        #expect(test.problems.last?.kind == .error)
        #expect(test.outcome == .errored)
        #expect(test.isCut)
        let properties = String(repeating: "<property name='p' value='v'/>", count: 50)
        #expect(try report("<properties>\(properties)</properties>") { $0.items = 10 }.properties.count == 10)
        let reruns = String(repeating: "<rerunFailure message='f'/>", count: 50)
        #expect(try report(reruns) { $0.items = 10 }.reruns.count == 10)
    }

    @Test func `open suites have a limit together and give it back`() {
        var limits = ReportLimits.default
        limits.keptBytes = 1000
        limits.textBytes = 400
        let suite = "<testsuite name='s'><system-out>\(String(repeating: "x", count: 400))</system-out>"
        let deep = WholeReport(
            String(repeating: suite, count: 20) + String(repeating: "</testsuite>", count: 20), limits: limits)
        #expect(output(deep) == 1000 + "… (cut)".utf8.count)
        let flat = WholeReport(
            "<testsuites>" + String(repeating: "\(suite)</testsuite>", count: 20) + "</testsuites>", limits: limits)
        #expect(output(flat) == 20 * 400)
    }

    private func output(_ report: WholeReport) -> Int {
        var bytes = 0
        for event in report.events {
            guard case .suiteEnded(let text, _, _) = event else { continue }
            bytes += text?.utf8.count ?? 0
        }
        return bytes
    }

    @Test func `marks of attachments are found in any text`() {
        #expect(ReportAttachment.find(in: "").isEmpty)
        #expect(ReportAttachment.find(in: "[[ATTACHMENT|]] [[ATTACHMENT| ]] [[ATTACHMENT|x").isEmpty)
        #expect(ReportAttachment.find(in: "[[ATTACHMENT|a\nb]]").isEmpty)
        #expect(ReportAttachment.find(in: "[[[ATTACHMENT|a]]]").map(\.path) == ["a"])
        #expect(ReportAttachment.find(in: "[[ATTACHMENT|[[ATTACHMENT|a]]").map(\.path) == ["a"])
        let two = ReportAttachment.find(in: "x[[ATTACHMENT|a b]c.png]]y[[ATTACHMENT| é ]]")
        #expect(two.map(\.path) == ["a b]c.png", "é"])
        #expect(ReportAttachment(path: "C:\\shots\\a.png").name == "a.png")
        #expect(ReportAttachment(path: "a.png").name == "a.png")
        #expect(ReportAttachment(path: "a/").name == "")
        let many = (0..<5000).map { "[[ATTACHMENT|\($0)]]" }.joined()
        #expect(ReportAttachment.find(in: many).count == 1000)
    }
}
