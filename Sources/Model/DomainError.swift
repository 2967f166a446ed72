/// One problem of an input: the field and the rule it breaks.
public struct Issue: Sendable, Hashable {
    /// The path of the field as the caller spelled it, such as `steps[2].action`.
    public var field: String
    public var message: String

    public init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}

/// Why a request was refused; dialects spell it, nobody above the engine invents one.
public struct DomainError: Error, Sendable, Hashable {
    /// What kind of refusal it is; each dialect maps it to one status code.
    public enum Code: Sendable, Hashable {
        /// No credentials or bad ones.
        case unauthenticated(AuthenticationFailure)
        /// The caller may see the thing but not do this.
        case forbidden
        /// Unknown, deleted or invisible to the caller.
        case notFound
        /// The input breaks a rule; see `issues`.
        case invalid
        /// The request cannot be read: syntax, multipart framing.
        case malformed
        /// The state of the thing forbids it.
        case conflict
        /// A unique key is taken; `fields` names it.
        case duplicate
        /// A reference in the input points nowhere; `fields` names it.
        case missingReference
        /// `If-Match` names another version.
        case stale
        case tooLarge
        /// Seconds until the next try may pass.
        case rateLimited(retryAfter: Int)
        case methodNotAllowed([String])
        case unsupportedMediaType
        /// An outside service failed.
        case upstream
        /// The server cannot serve now: overload, shutdown, failed disk.
        case unavailable
        /// A fault of ours; the cause is in the log only.
        case fault
    }

    public var code: Code
    public var message: String
    public var issues: [Issue]
    /// The entity concerned, such as `TestRun`.
    public var entity: String?
    /// The fields of a duplicate or missing reference.
    public var fields: [String]

    public init(
        _ code: Code, _ message: String, issues: [Issue] = [], entity: String? = nil, fields: [String] = []
    ) {
        self.code = code
        self.message = message
        self.issues = issues
        self.entity = entity
        self.fields = fields
    }

    public static func invalid(_ field: String, _ message: String) -> DomainError {
        DomainError(.invalid, message, issues: [Issue(field: field, message: message)])
    }

    /// All problems of an input at once; `issues` must not be empty.
    public static func invalid(_ issues: [Issue]) -> DomainError {
        DomainError(.invalid, issues.first?.message ?? "invalid input", issues: issues)
    }

    public static func notFound(_ entity: String) -> DomainError {
        DomainError(.notFound, "\(entity) not found", entity: entity)
    }

    public static func forbidden(_ message: String = "not allowed") -> DomainError { DomainError(.forbidden, message) }
    public static func conflict(_ message: String) -> DomainError { DomainError(.conflict, message) }
    public static func malformed(_ message: String) -> DomainError { DomainError(.malformed, message) }
    public static func fault(_ message: String) -> DomainError { DomainError(.fault, message) }
}

/// Why credentials were refused (TestPlanIt API, Authentication).
public enum AuthenticationFailure: String, Sendable, Hashable {
    case noToken = "NO_TOKEN"
    case invalidFormat = "INVALID_FORMAT"
    case invalidToken = "INVALID_TOKEN"
    case inactiveToken = "INACTIVE_TOKEN"
    case expiredToken = "EXPIRED_TOKEN"
    case inactiveUser = "INACTIVE_USER"
    case apiAccessDisabled = "API_ACCESS_DISABLED"
}
