public import Model
public import Wire

/// TestPlanIt's API: the REST surface of its published reference, the model RPC and the routes that its clients call.
public struct TestPlanItDialect: Dialect {
    public let name = "testplanit"
    public let prefixes = ["/api"]
    public let acceptsBrowserSession = true

    public init() {}

    public var routes: [Route] { Routes.all }

    public func failure(_ error: DomainError, _ call: Call) -> Reply { Refusal.reply(error, call) }
}
