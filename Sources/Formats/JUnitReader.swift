/// Reads JUnit reports as they are in the wild: pytest, Surefire, Gradle, node, Swift, gotestsum, PHPUnit, Playwright,
/// Cypress and whatever else writes `<testsuites>`, `<testsuite>` and `<testcase>`.
///
/// Not `Sendable`: one reader reads one report, from one task.
public final class JUnitReader: ReportReader {
    private let visitor: JUnitVisitor
    private let stream: XMLStream

    /// A reader for one report.
    public init(limits: ReportLimits = .default) {
        visitor = JUnitVisitor(limits: limits)
        stream = XMLStream(visitor, expecting: "JUnit", limits: limits)
    }

    /// Reads on; events of the call that throws are lost.
    public func feed(_ bytes: UnsafeRawBufferPointer) throws(ReportError) -> [ReportEvent] {
        try stream.feed(bytes)
        return visitor.takeEvents()
    }

    /// Reads the rest; throws when the document is incomplete.
    public func finish() throws(ReportError) -> [ReportEvent] {
        try stream.finish()
        return visitor.takeEvents()
    }

    /// What the tests read so far add up to.
    public var totals: ReportTotals { visitor.totals }

    /// What the root element says about the whole, when it is `<testsuites>`: its name, its time, its counts.
    ///
    /// A tool may count errors there that no test carries, such as gotestsum for a package that does not compile.
    public var declared: ReportSuite? { visitor.declared }
}
