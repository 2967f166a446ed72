public import HTTPTypes
public import Model
public import Wire

/// The API of Test Management by Testsigma.
public struct TestsigmaDialect: Dialect {
    public let name = "testsigma"
    public let prefixes: [String] = ["/api/v1"]
    public let acceptsBrowserSession = false

    public init() {}

    public var routes: [Route] { Routes.all }

    public func failure(_ error: DomainError, _ call: Call) -> Reply { Refusal.reply(error, call) }

    /// The names of the vendor beside the usual ones.
    public func complete(_ headers: inout HTTPFields) {
        let names = [
            ("X-RateLimit-Limit", "x-tms-api-limit"), ("X-RateLimit-Remaining", "x-tms-api-remaining"),
            ("X-RateLimit-Reset", "x-tms-api-reset"), ("X-Request-Id", "x-tms-api-request-id"),
        ]
        for (source, target) in names {
            guard let source = HTTPField.Name(source), let target = HTTPField.Name(target) else { continue }
            if let value = headers[source] { headers[target] = value }
        }
    }
}
