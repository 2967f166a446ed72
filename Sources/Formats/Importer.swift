/// One row of the list of formats: how to know one, and how to read it.
public struct Importer: Sendable {
    /// How a document shows its format.
    public enum Sign: Sendable, Hashable {
        /// The name of the root element of an XML document.
        case root(String)
        /// The same, when the text occurs in the root's tag.
        case rootWith(String, String)
        /// Members of the top object of a JSON document.
        case members([String])
        /// A JSON list of objects with this member.
        case list(String)
        /// How the name of the file ends, in lower case.
        case suffix(String)
    }

    /// What the row is about.
    public let format: ReportFormat
    /// Any one of them is enough.
    public let signs: [Sign]
    private let make: (@Sendable (ReportLimits) -> any ReportReader)?

    init(_ format: ReportFormat, _ signs: [Sign], _ make: (@Sendable (ReportLimits) -> any ReportReader)? = nil) {
        self.format = format
        self.signs = signs
        self.make = make
    }

    /// The format is known by sight only when this is false.
    public var isSupported: Bool { make != nil }

    /// A reader for one report; throws for a format that is known by sight only.
    public func reader(limits: ReportLimits = .default) throws(ReportError) -> any ReportReader {
        guard let make else { throw ReportError("unsupported format: \(format.title)") }
        return make(limits)
    }

    /// Every format, in the order in which a document is asked for their signs.
    public static let all: [Importer] = [
        Importer(.mstest, [.suffix(".trx"), .rootWith("TestRun", "VisualStudio")]),
        Importer(.testng, [.root("testng-results")]),
        Importer(.nunit, [.root("test-results"), .root("test-run")]),
        Importer(.xunit, [.root("assemblies"), .root("assembly")]),
        Importer(.junit, [.root("testsuites"), .root("testsuite")]) { JUnitReader(limits: $0) },
        Importer(.cucumber, [.list("elements")]),
        Importer(.mocha, [.members(["stats", "tests"]), .members(["stats", "results"])]),
    ]

    /// The row of a format.
    public static func of(_ format: ReportFormat) -> Importer {
        guard let row = all.first(where: { $0.format == format }) else {
            preconditionFailure("no importer row for \(format)")
        }
        return row
    }
}
