import Formats
import Testing

/// How a test's elements and words become its outcome, and how scalars are read.
@Suite struct OutcomeTests {
    private func test(_ attributes: String, _ inner: String = "") throws -> ReportTest {
        let report = WholeReport("<testsuite><testcase \(attributes)>\(inner)</testcase></testsuite>")
        #expect(report.error == nil)
        return try #require(report.tests.first)
    }

    @Test(
        "the elements decide, an error before a failure before a skip",
        arguments: [
            ("", .passed), ("<failure/>", .failed), ("<error/>", .errored), ("<skipped/>", .skipped),
            ("<failure/><error/>", .errored), ("<error/><failure/>", .errored), ("<failure/><skipped/>", .failed),
            ("<skipped/><failure/>", .failed), ("<disabled/>", .skipped), ("<ignored/>", .skipped),
            ("<flakyFailure/>", .passed), ("<flakyError/>", .passed), ("<rerunFailure/>", .failed),
            ("<rerunError/>", .errored), ("<rerunError/><failure/>", .failed), ("<flakyFailure/><skipped/>", .skipped),
            ("<warning/>", .passed), ("<properties/>", .passed), ("<nested><failure/></nested>", .passed),
        ] as [(String, ReportOutcome)])
    func elements(inner: String, outcome: ReportOutcome) throws {
        #expect(try test("name='a'", inner).outcome == outcome)
    }

    @Test(
        "a status word speaks when no element does",
        arguments: [
            ("status='notrun'", .skipped), ("status='run' result='suppressed'", .skipped),
            ("status='Disabled'", .skipped),
            ("status='run' result='skipped'", .skipped), ("status='skipped'", .skipped), ("status='run'", .passed),
            ("status='passed'", .passed), ("status='failed'", .failed), ("status='error'", .errored),
            ("result='completed'", .passed), ("status=''", .passed), ("status='whatever'", .passed),
        ] as [(String, ReportOutcome)])
    func words(attributes: String, outcome: ReportOutcome) throws {
        #expect(try test("name='a' \(attributes)").outcome == outcome)
    }

    @Test func `a test passed after flaky attempts is flaky, others are not`() throws {
        #expect(try test("name='a'", "<flakyFailure/>").isFlaky)
        #expect(try !test("name='a'", "<flakyFailure/><failure/>").isFlaky)
        #expect(try !test("name='a'", "<rerunFailure/><failure/>").isFlaky)
        #expect(try !test("name='a'").isFlaky)
    }

    @Test func `several problems are kept in their order`() throws {
        let inner = """
            <failure message="one" type="A">text one</failure><error message="two"/><failure>three</failure>
            """
        let problems = try test("name='a'", inner).problems
        #expect(
            problems == [
                ReportProblem(kind: .failure, message: "one", type: "A", text: "text one"),
                ReportProblem(kind: .error, message: "two"), ReportProblem(kind: .failure, text: "three"),
            ])
        #expect(problems.map(\.headline) == ["one", "two", "three"])
        #expect(ReportProblem(kind: .error, text: " \n \n  at last\nmore").headline == "at last")
        #expect(ReportProblem(kind: .error).headline == nil)
    }

    @Test func `a test without a name is called by its class or unnamed`() throws {
        #expect(try test("").name == "(unnamed)")
        #expect(try test("name=''").name == "(unnamed)")
        #expect(try test("classname='a.B'").name == "a.B")
        #expect(try test("class='a\\B' name='x'").className == "a\\B")
        #expect(try test("class='a\\B' classname='a.B' name='x'").className == "a.B")
        #expect(try test("classname='a.B' class='a\\B' name='x'").className == "a.B")
    }

    @Test(
        "durations are read as tools write them",
        arguments: [
            ("0", 0), ("1.5", 1.5), ("0.001", 0.001), (" 2 ", 2), ("1,234.56", 1234.56), ("1.234,56", 1234.56),
            ("1,234,567.8", 1_234_567.8), ("1,234,567", 1_234_567), ("0,012", 0.012), ("1,234", 1.234),
            ("1.2E-4", 0.00012), ("1.0e+2", 100), ("3e2", 300), ("0.001s", 0.001), ("12ms", 0.012), ("5 s", 5),
            ("1m2.5s", 62.5), ("2h", 7200), ("7 min", 420), ("150us", 0.00015), ("150µs", 0.00015), ("9ns", 9e-9),
            ("-0.5", 0), ("+3", 3), (".5", 0.5), ("5.", 5), ("1'234.5", 1234.5),
            ("0.1234567890123456789", 0.12345678901234568),
            ("12 s 500 ms", 12.5),
        ] as [(String, Double)])
    func duration(text: String, seconds: Double) throws {
        let time = try #require(try test("time=\"\(text)\"").time)
        #expect(abs(time - seconds) <= seconds * 1e-12)
    }

    @Test(arguments: ["", " ", "NaN", "Infinity", "-", "n/a", ",", ".", "1e999", "99999999999999999999999"])
    func `a duration that is no number is none`(text: String) throws {
        #expect(try test("time=\"\(text)\"").time == nil)
    }

    @Test(
        "times are read with and without a zone",
        arguments: [
            ("2024-05-01T10:00:00", 1_714_557_600_000), ("2024-05-01T10:00:00Z", 1_714_557_600_000),
            ("2024-05-01T12:00:00+02:00", 1_714_557_600_000), ("2024-05-01T12:00:00+0200", 1_714_557_600_000),
            ("2024-05-01 10:00:00", 1_714_557_600_000), ("2024-05-01T10:00:00.123456789", 1_714_557_600_123),
            ("2024-05-01T10:00:00,5Z", 1_714_557_600_500),
            ("2024-05-01T12:00:00+02:00[Europe/Paris]", 1_714_557_600_000),
            ("1714557600", 1_714_557_600_000), ("1714557600123", 1_714_557_600_123), ("2024-05-01", 1_714_521_600_000),
        ] as [(String, Int64)])
    func time(text: String, milliseconds: Int64) throws {
        #expect(try test("timestamp=\"\(text)\"").timestamp == milliseconds)
    }

    @Test(arguments: ["", "yesterday", "2024-13-01T10:00:00", "1970-01-01T00:00:00.000", "Wed May 01 2024", "12"])
    func `a time that is none is none`(text: String) throws {
        #expect(try test("timestamp=\"\(text)\"").timestamp == nil)
    }

    @Test func `counts are read leniently`() throws {
        let report = WholeReport(
            "<testsuite tests='1,234' failures='7.0' errors='' skipped='x' assertions=' 12 ' disabled='3'/>")
        let suite = try #require(report.suites.first)
        #expect(suite.tests == 1234)
        #expect(suite.failures == 7)
        #expect(suite.errors == nil)
        #expect(suite.skipped == 3)
        #expect(suite.assertions == 12)
        #expect(WholeReport("<testsuite skips='4' tests='99999999999999999999'/>").suites.first?.skipped == 4)
        #expect(WholeReport("<testsuite skips='4' tests='99999999999999999999'/>").suites.first?.tests == nil)
    }

    @Test func `failures of a suite itself are not lost`() {
        let report = WholeReport(
            "<testsuite name='s'><error message='no database'>trace</error><testcase name='a'/></testsuite>")
        #expect(report.counts == [2, 1, 0, 1, 0])
        #expect(report.test("s")?.problems == [ReportProblem(kind: .error, message: "no database", text: "trace")])
    }

    @Test func `properties in front of the first test belong to the begin of a suite, others to its end`() {
        let report = WholeReport(
            """
            <testsuites><testsuite name="s"><properties><property name="a" value="1"/><property name="b">text
            </property></properties><testcase name="t"/><properties><property name="c" value=""/></properties>
            <system-out>one</system-out><system-out>two</system-out><system-err> </system-err></testsuite></testsuites>
            """)
        #expect(
            report.suites.first?.properties == [
                ReportProperty(name: "a", value: "1"), ReportProperty(name: "b", value: "text\n"),
            ])
        #expect(
            report.events.last
                == .suiteEnded(
                    systemOut: "one\ntwo", systemErr: nil, properties: [ReportProperty(name: "c", value: "")]))
    }

    @Test func `unknown elements are passed over, inside a text they belong to it`() throws {
        let report = WholeReport(
            """
            <testsuites><x><testsuite name="hidden"><testcase name="hidden"/></testsuite></x><testsuite name="s">
            <testcase name="a"><failure>one <b>two <i>three</i></b> four</failure><y><z>no</z></y></testcase>
            </testsuite></testsuites>
            """)
        #expect(report.tests.count == 1)
        #expect(report.tests.first?.problems.first?.text == "one two three four")
        #expect(report.suites.map(\.name) == ["s"])
    }
}
