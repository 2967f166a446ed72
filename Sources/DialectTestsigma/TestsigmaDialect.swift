import HTTPTypes
public import Model
public import Wire

/// The API of Testsigma.
public struct TestsigmaDialect: Dialect {
    public let name = "testsigma"
    public let prefixes: [String] = ["/api/v1"]
    public let acceptsBrowserSession = false

    public init() {}

    public var routes: [Route] { [] }

    public func failure(_ error: DomainError, _ call: Call) -> Reply { Reply(.internalServerError) }
}
