import HTTPTypes
public import Model
public import Wire

/// The API of PractiTest.
public struct PractiTestDialect: Dialect {
    public let name = "practitest"
    public let prefixes: [String] = ["/api/v2", "/api/automated_tests", "/api/v1/automated_tests"]
    public let acceptsBrowserSession = false

    public init() {}

    public var routes: [Route] { Routes.all }

    public func failure(_ error: DomainError, _ call: Call) -> Reply { Refusal.reply(error, call) }

    public func token(_ call: Call) -> String? { TokenForms.token(call) }

    /// The suffix `.json` may stand or be left out.
    public func routed(_ path: String) -> String { path.hasSuffix(".json") ? String(path.dropLast(5)) : path }
}
