public import Model
public import Wire

/// The API of TestWorthy: the documented one below `/v1` and the calls of its integrations below `/api/tests`.
public struct TestWorthyDialect: Dialect {
    public let name = "testworthy"
    public let prefixes: [String] = ["/v1", "/api/tests"]
    public let acceptsBrowserSession = false

    public init() {}

    public var routes: [Route] { Routes.all }

    public func failure(_ error: DomainError, _ call: Call) -> Reply { Refusal.reply(error, call) }

    public func token(_ call: Call) -> String? {
        call.path.hasPrefix("/api/tests") ? Verb.token(call) : Credentials.bearer(call)
    }
}
