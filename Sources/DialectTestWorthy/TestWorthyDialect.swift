import HTTPTypes
public import Model
public import Wire

/// The API of TestWorthy.
public struct TestWorthyDialect: Dialect {
    public let name = "testworthy"
    public let prefixes: [String] = ["/v1", "/api/tests"]
    public let acceptsBrowserSession = false

    public init() {}

    public var routes: [Route] { [] }

    public func failure(_ error: DomainError, _ call: Call) -> Reply { Reply(.internalServerError) }
}
