/// What a report may cost; beyond the first group it is refused, beyond the second it is cut.
public struct ReportLimits: Sendable, Hashable {
    /// Attributes of one element.
    public var attributes = 256
    /// Elements inside one another.
    public var depth = 128
    /// Bytes of one tag with its attributes, of one comment or of one instruction.
    public var tagBytes = 65_536
    /// Elements of the document.
    public var elements = 5_000_000
    /// Different names of elements and attributes that the format does not know.
    public var unknownNames = 4096

    /// Bytes of one text; the rest is replaced by `… (cut)`.
    public var textBytes = 1_048_576
    /// Bytes kept of one test, or of all open suites.
    public var keptBytes = 8_388_608
    /// Problems, reruns or properties kept of one test or suite, each.
    public var items = 1000

    /// What the server uses.
    public static let `default` = ReportLimits()

    /// The default limits, to be changed.
    public init() {}
}
