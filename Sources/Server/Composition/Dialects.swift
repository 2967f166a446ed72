import DialectPractiTest
import DialectTestPlanIt
import DialectTestQuality
import DialectTestWorthy
import DialectTestsigma
import WebApp
public import Wire

/// Everything that the server speaks: the products' APIs and the web application.
public enum Dialects {
    /// The table of contents; the first one answers for paths that belong to nobody.
    public static let all: [any Dialect] = [
        TestPlanItDialect(), TestWorthyDialect(), TestQualityDialect(), TestsigmaDialect(), PractiTestDialect(),
        WebDialect(),
    ]

    /// One dialect, or all of them. Throws a `StartError` that lists the names.
    public static func named(_ name: String?) throws -> [any Dialect] {
        guard let name else { return all }
        let found = all.filter { $0.name == name }
        guard found.isEmpty else { return found }
        throw StartError("there is no dialect \(name); there are: \(all.map(\.name).joined(separator: ", "))")
    }
}
