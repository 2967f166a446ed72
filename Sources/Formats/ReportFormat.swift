/// A format of test reports (TestPlanIt API, Automation import).
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
    case junit
    case testng
    case xunit
    case nunit
    case mstest
    case mocha
    case cucumber

    /// As people write it.
    public var title: String {
        switch self {
        case .junit: "JUnit"
        case .testng: "TestNG"
        case .xunit: "xUnit"
        case .nunit: "NUnit"
        case .mstest: "MSTest"
        case .mocha: "Mocha"
        case .cucumber: "Cucumber"
        }
    }
}
