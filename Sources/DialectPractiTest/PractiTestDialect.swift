import HTTPTypes
public import Model
public import Wire

/// The API of PractiTest.
public struct PractiTestDialect: Dialect {
    public let name = "practitest"
    public let prefixes: [String] = ["/api/v2"]
    public let acceptsBrowserSession = false

    public init() {}

    public var routes: [Route] { [] }

    public func failure(_ error: DomainError, _ call: Call) -> Reply { Reply(.internalServerError) }
}
