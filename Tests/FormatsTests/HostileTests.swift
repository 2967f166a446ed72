import Formats
import Testing

/// Documents that must be refused, quickly and with the place.
@Suite struct HostileTests {
    private static let open = "<testsuite name=\"s\">"

    @Test(
        "a file that is no JUnit report is refused in plain words",
        arguments: [
            ("", "the file is empty"),
            (" \n\t\r\n ", "the file is empty"),
            ("\u{FEFF}", "the file is empty"),
            ("\u{FEFF} \n", "the file is empty"),
            ("{\"stats\":{}}", "line 1, column 1: this is JSON, not a JUnit report"),
            ("\n\n [1,2]", "line 3, column 1: this is JSON, not a JUnit report"),
            ("PASS shop/checkout", "line 1, column 1: this is not XML: it starts with \"PASS shop/checkout\""),
            ("a\u{1B}[0m", "line 1, column 1: this is not XML: it starts with \"a\u{FFFD}[0m\""),
            ("<foo/>", "line 1, column 1: root element <foo> is not JUnit"),
            ("<?xml version='1.0'?>\n  <test-run id='2'>", "line 2, column 3: root element <test-run> is not JUnit"),
            ("<!DOCTYPE html><html><body>", "line 1, column 1: this is an HTML page, not a JUnit report"),
            ("<!doctype html>\n<html>", "line 1, column 1: this is an HTML page, not a JUnit report"),
            ("<html><body>Sign in</body></html>", "line 1, column 1: this is an HTML page, not a JUnit report"),
            ("<testsuite>", "line 1, column 12: the document is cut off: it ends inside <testsuite>"),
            ("<testsuite><testcase name=\"a", "line 1, column 12: the document is cut off: it ends inside <testsuite>"),
            (
                "<testsuite>\n<testcase><system-out><![CDATA[abc",
                "line 2, column 35: the document is cut off: it ends inside <system-out>"
            ),
            (
                "<?xml version='1.0'?>",
                "line 1, column 22: the document is cut off: it ends in front of its first element"
            ),
            ("<testsuite></testsuites>", "line 1, column 14: not well-formed XML: mismatched tag"),
            ("<testsuite/>\n<testsuite/>", "line 2, column 1: not well-formed XML: junk after document element"),
            (
                "<testsuite>\n a & b</testsuite>",
                "line 2, column 5: not well-formed XML: not well-formed (invalid token)"
            ),
            ("<testsuite name=\"a\" name=\"b\"/>", "line 1, column 21: not well-formed XML: duplicate attribute"),
            ("<testsuite>&nbsp;</testsuite>", "line 1, column 12: not well-formed XML: undefined entity"),
            ("<testsuite>&#;</testsuite>", "line 1, column 14: not well-formed XML: not well-formed (invalid token)"),
        ])
    func refused(text: String, message: String) {
        let report = WholeReport(text)
        #expect(report.error?.description == message)
        #expect(report.tests.isEmpty)
    }

    @Test(
        "archives and pictures are named",
        arguments: [
            ([0x50, 0x4B, 3, 4, 0x14, 0, 0, 0], "a zip archive"), ([0x1F, 0x8B, 8, 0], "a gzip file"),
            ([0x42, 0x5A, 0x68, 0x39], "a bzip2 file"), ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
            ([0x25, 0x50, 0x44, 0x46, 0x2D], "a PDF document"), ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
        ] as [([UInt8], String)])
    func archive(bytes: [UInt8], name: String) {
        let message = "line 1, column 1: this is \(name), not an XML report: upload the report itself"
        #expect(WholeReport(bytes).error?.description == message)
    }

    @Test(
        "document types and entities are refused before anything is expanded",
        arguments: [
            "<!DOCTYPE testsuite>\(open)</testsuite>",
            "<!DOCTYPE testsuite SYSTEM \"http://127.0.0.1:1/x.dtd\">\(open)</testsuite>",
            "<!DOCTYPE testsuite PUBLIC \"-//x\" \"file:///etc/passwd\">\(open)</testsuite>",
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\(open)&e;</testsuite>",
            "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/\"> %p;]>\(open)</testsuite>",
            "<?xml version=\"1.0\" standalone=\"yes\"?>\n<!DOCTYPE x [<!ENTITY a \"b\">]>\(open)&a;</testsuite>",
        ])
    func documentType(text: String) {
        let report = WholeReport(text)
        let message = "a document type (<!DOCTYPE>, <!ENTITY>) is not accepted: remove it from the report"
        #expect(report.error?.message == message)
        #expect(report.error?.line != nil)
        #expect(report.events.isEmpty)
    }

    @Test func `an entity without a document type is refused`() {
        #expect(WholeReport("<testsuite><!ENTITY a 'b'></testsuite>").error != nil)
        #expect(WholeReport("<!ENTITY a 'b'><testsuite/>").error != nil)
    }

    @Test(.timeLimit(.minutes(1))) func `a billion laughs are refused at the first`() {
        var text = "<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">"
        for level in 1..<30 {
            let inner = String(repeating: "&lol\(level - 1);", count: 10)
            text += "<!ENTITY lol\(level) \"\(inner)\">"
        }
        text += "]><testsuite name=\"&lol29;\">&lol29;</testsuite>"
        let clock = ContinuousClock()
        let duration = clock.measure { #expect(WholeReport(text).error?.message.contains("document type") == true) }
        #expect(duration < .seconds(10))
    }

    @Test func `many attributes are refused, early`() {
        func element(_ count: Int) -> String {
            let attributes = (0..<count).map { " a\($0)=\"\"" }.joined()
            return "<testsuite name=\"s\"\(attributes)></testsuite>"
        }
        #expect(WholeReport(element(255)).error == nil)
        #expect(WholeReport(element(256)).error?.message == "an element has more than 256 attributes")
        let clock = ContinuousClock()
        let bytes = Array(element(200_000).utf8)
        let duration = clock.measure { #expect(WholeReport(bytes).error?.message.contains("longer than") == true) }
        #expect(duration < .seconds(10))
    }

    @Test(arguments: [1, 4096, 65_536])
    func `a tag that never ends is refused`(pieces: Int) {
        let tag = "a tag, comment or instruction is longer than 65536 bytes"
        let long = String(repeating: "x", count: 1_000_000)
        #expect(WholeReport(Array("<testsuite name=\"\(long)".utf8), pieces: pieces).error?.message == tag)
        #expect(WholeReport(Array("<testsuite><!-- \(long)".utf8), pieces: pieces).error?.message == tag)
        #expect(WholeReport(Array("<testsuite><?p \(long)".utf8), pieces: pieces).error?.message == tag)
        #expect(WholeReport(Array("<\(long)".utf8), pieces: pieces).error?.message == tag)
    }

    @Test func `a tag may have 64 kB and not more`() {
        func suite(_ count: Int) -> WholeReport {
            WholeReport("<testsuite name=\"\(String(repeating: "x", count: count))\"></testsuite>")
        }
        #expect(suite(65_517).suites.first?.name.utf8.count == 65_517)
        let long = String(repeating: "x", count: 60_000)
        let pair = "<testcase name=\"\(long)\"/><!-- \(long) -->"
        let many = WholeReport("<testsuite>\(String(repeating: pair, count: 20))</testsuite>")
        #expect(many.error == nil)
        #expect(many.totals.tests == 20)
        #expect(suite(65_518).error?.message.contains("longer than 65536") == true)
    }

    @Test func `deep nesting is refused`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "<testsuite>", count: depth) + String(repeating: "</testsuite>", count: depth)
        }
        #expect(WholeReport(nested(128)).suites.count == 128)
        #expect(WholeReport(nested(128)).suites.last?.depth == 127)
        #expect(WholeReport(nested(129)).error?.message == "elements are nested deeper than 128")
        let unknown = "<testsuite>" + String(repeating: "<a>", count: 100_000)
        #expect(WholeReport(unknown).error?.message == "elements are nested deeper than 128")
    }

    @Test func `too many elements are refused`() {
        var limits = ReportLimits.default
        limits.elements = 1000
        let text = "<testsuite>" + String(repeating: "<testcase/>", count: 1000) + "</testsuite>"
        let report = WholeReport(text, limits: limits)
        #expect(report.error?.message == "more than 1000 elements")
    }

    @Test func `too many different names are refused`() {
        let elements = (0..<5000).map { "<e\($0)/>" }.joined()
        let error = WholeReport("<testsuite>\(elements)</testsuite>").error
        #expect(error?.message == "more than 4096 different unknown names")
        let attributes = (0..<5000).map { "<testcase x\($0)=''/>" }.joined()
        #expect(WholeReport("<testsuite>\(attributes)</testsuite>").error?.message.contains("4096") == true)
        let same = String(repeating: "<testcase x='' value_param=''/>", count: 5000)
        #expect(WholeReport("<testsuite>\(same)</testsuite>").totals.tests == 5000)
    }

    @Test func `after an error the reader repeats it, after the end it takes nothing`() throws {
        let broken = JUnitReader()
        let first = #expect(throws: ReportError.self) { try broken.read(Array("<foo/>".utf8)) }
        let second = #expect(throws: ReportError.self) { try broken.feed(Array("<testsuite/>".utf8)) }
        let third = #expect(throws: ReportError.self) { try broken.finish() }
        #expect(first == second)
        #expect(first == third)
        let ended = JUnitReader()
        #expect(try ended.read(Array("<testsuite/>".utf8)).count == 2)
        #expect(try ended.finish().isEmpty)
        #expect(throws: ReportError.self) { try ended.feed(Array("<testsuite/>".utf8)) }
    }

    @Test func `events in front of an error have been handed out`() throws {
        let filler = String(repeating: "<testcase name=\"t\"/>", count: 5000)
        let report = WholeReport("<testsuite>\(filler)</testsuites>")
        #expect(report.error?.message == "not well-formed XML: mismatched tag")
        #expect(report.totals.tests == 5000)
    }

    @Test func `an unknown root with an endless name is shortened`() {
        let name = String(repeating: "x", count: 1000)
        let message = WholeReport("<\(name)/>").error?.message
        #expect(message == "root element <\(String(repeating: "x", count: 40))…> is not JUnit")
    }
}
