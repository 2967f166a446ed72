/// What a reader found, in the order of the document.
public enum ReportEvent: Sendable, Hashable {
    case suiteBegan(ReportSuite)
    /// Belongs to the innermost open suite; a report may hold tests outside of every suite.
    case test(ReportTest)
    /// Ends the innermost open suite; `properties` are those written behind its first test or inner suite.
    case suiteEnded(systemOut: String?, systemErr: String?, properties: [ReportProperty])
}
