import DialectTestPlanIt
import Wire

/// Every product's API that the server speaks.
public enum Dialects {
    /// The table of contents; the first one answers for paths that belong to nobody.
    public static var all: [any Dialect] { [TestPlanItDialect()] }
}
