/// Who asks the engine for something; only the engine's accounts service makes one for a user.
public struct Caller: Sendable, Hashable {
    /// The system level of a user (TestPlanIt's `access`).
    public enum Level: Int, Sendable, Hashable, Comparable {
        case none, user, projectAdministrator, administrator

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        /// The word in the database: NONE, USER, PROJECTADMIN, ADMIN.
        public init(word: String) {
            switch word {
            case "ADMIN": self = .administrator
            case "PROJECTADMIN": self = .projectAdministrator
            case "USER": self = .user
            default: self = .none
            }
        }

        public var word: String {
            switch self {
            case .none: "NONE"
            case .user: "USER"
            case .projectAdministrator: "PROJECTADMIN"
            case .administrator: "ADMIN"
            }
        }
    }

    /// The row id of the user; `nil` for anonymous and for the server itself.
    public let userId: Int64?
    public let uid: String
    public let name: String
    public let email: String
    public let level: Level
    public let roleId: Int64?
    /// The API token that authenticated the call.
    public let tokenId: Int64?
    /// What the token is limited to; empty means everything the user may do.
    public let scopes: [String]
    /// The client's address, for the audit log.
    public var address: String?
    /// The server itself: start-up, jobs, command line. Passes every check.
    public let isSystem: Bool

    init(
        userId: Int64?, uid: String, name: String, email: String, level: Level, roleId: Int64?, tokenId: Int64? = nil,
        scopes: [String] = [], address: String? = nil, isSystem: Bool = false
    ) {
        self.userId = userId
        self.uid = uid
        self.name = name
        self.email = email
        self.level = level
        self.roleId = roleId
        self.tokenId = tokenId
        self.scopes = scopes
        self.address = address
        self.isSystem = isSystem
    }

    public static let anonymous = Caller(userId: nil, uid: "", name: "", email: "", level: .none, roleId: nil)
    public static let system = Caller(
        userId: nil, uid: "", name: "Assay", email: "", level: .administrator, roleId: nil, isSystem: true)

    public var isAnonymous: Bool { userId == nil && !isSystem }
    public var isAdministrator: Bool { level == .administrator }
    /// A token with the scope `read` alone changes nothing.
    public var isReadOnly: Bool { scopes == ["read"] }
}

/// The browser session behind a call.
public struct BrowserSessionIdentity: Sendable, Hashable {
    public let id: Int64
    /// Milliseconds, UTC.
    public let expiresAt: Int64

    public init(id: Int64, expiresAt: Int64) {
        self.id = id
        self.expiresAt = expiresAt
    }
}
