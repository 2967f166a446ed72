public import Model
public import Wire

/// The API of TestQuality.
public struct TestQualityDialect: Dialect {
    public let name = "testquality"
    public var prefixes: [String] { Routes.prefixes }

    public init() {}

    public var routes: [Route] { Routes.all }

    public func failure(_ error: DomainError, _ call: Call) -> Reply {
        OAuthHandlers.form(error) ?? Refusal.reply(error, call)
    }
}
