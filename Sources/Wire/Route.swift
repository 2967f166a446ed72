public import Engine
public import HTTPTypes
public import Model

/// One row of a dialect's table: verb, path, stable name, who may call it, and what it does.
public struct Route: Sendable {
    public typealias Handler = @Sendable (Call, Engine) async throws(DomainError) -> Reply

    /// Who may call; the engine still judges every row.
    public enum Access: Sendable, Hashable {
        /// Anybody, signed in or not.
        case anyone
        /// Every user with valid credentials.
        case signedIn
        /// System administrators.
        case administrators
    }

    /// Which budget a call is taken from (SAFETY 2.3-9).
    public enum Cost: String, Sendable, Hashable {
        case api, signIn, importing, exporting
        /// Waits for a language model, which may take long.
        case asking
        /// Not counted: health, static files.
        case free
    }

    public let verb: HTTPRequest.Method
    /// `/api/test-runs/{runId}`; a last segment `{name*}` takes the rest of the path.
    public let path: String
    /// Stable and unique in the dialect: metrics, logs and the OpenAPI operation id use it.
    public let name: String
    public let access: Access
    public let cost: Cost
    public let handler: Handler

    public init(
        _ verb: HTTPRequest.Method, _ path: String, _ name: String, access: Access = .signedIn, cost: Cost = .api,
        _ handler: @escaping Handler
    ) {
        self.verb = verb
        self.path = path
        self.name = name
        self.access = access
        self.cost = cost
        self.handler = handler
    }
}

/// One product's API: its routes and how it spells refusals.
public protocol Dialect: Sendable {
    /// Lower case, as on the command line: `testplanit`.
    var name: String { get }
    /// Paths below these belong to the dialect even when no route matches.
    var prefixes: [String] { get }
    var routes: [Route] { get }
    /// The refusal in the dialect's own form.
    func failure(_ error: DomainError, _ call: Call) -> Reply
    /// Where the call carries its token; `nil` for the bearer header alone.
    func token(_ call: Call) -> String?
    /// True when a browser session cookie counts as credentials here.
    var acceptsBrowserSession: Bool { get }
    /// Adds the product's own names of what the headers of every answer say.
    func complete(_ headers: inout HTTPFields)
    /// The path under which the routes know what a client asks for, such as one without `.json`.
    func routed(_ path: String) -> String
}

extension Dialect {
    public func token(_ call: Call) -> String? { Credentials.bearer(call) }
    public var acceptsBrowserSession: Bool { false }
    public func complete(_ headers: inout HTTPFields) {}
    public func routed(_ path: String) -> String { path }
}

/// Finding tokens in requests.
public enum Credentials {
    /// The token of `Authorization: Bearer …`; an empty text when the header is of another form.
    public static func bearer(_ call: Call) -> String? {
        guard let header = call.headers[.authorization] else { return nil }
        guard header.count > 7, header.prefix(7).lowercased() == "bearer " else { return "" }
        return header.dropFirst(7).trimmed
    }
}
