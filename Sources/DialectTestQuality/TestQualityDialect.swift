import HTTPTypes
public import Model
public import Wire

/// The API of TestQuality.
public struct TestQualityDialect: Dialect {
    public let name = "testquality"
    public let prefixes: [String] = []
    public let acceptsBrowserSession = false

    public init() {}

    public var routes: [Route] { [] }

    public func failure(_ error: DomainError, _ call: Call) -> Reply { Reply(.internalServerError) }
}
