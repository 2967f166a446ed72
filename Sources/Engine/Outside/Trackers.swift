public import Model

/// Issue trackers: one descriptor for each kind, and a connection for each account.
public protocol Trackers: Sendable {
    var descriptors: [ServiceDescriptor] { get }
    /// Throws `.invalid` when credentials or settings lack something.
    func tracker(_ account: TrackerAccount) throws(DomainError) -> any Tracker
    /// How a person lets the server act for them; `nil` where the tracker knows no such way.
    func authorization(_ account: TrackerAccount) throws(DomainError) -> (any TrackerAuthorization)?
}

/// Everything that is needed to speak to a tracker in somebody's name.
public struct TrackerAccount: Sendable, CustomStringConvertible {
    public var provider: String
    public var authType: String
    public var credentials: JSONObject
    public var settings: JSONObject
    /// What the caller granted, for OAuth.
    public var grant: TrackerGrant?

    public init(
        provider: String, authType: String, credentials: JSONObject, settings: JSONObject, grant: TrackerGrant? = nil
    ) {
        self.provider = provider
        self.authType = authType
        self.credentials = credentials
        self.settings = settings
        self.grant = grant
    }

    public var description: String { "\(provider) account" }
}

/// What a person granted at a tracker.
public struct TrackerGrant: Sendable {
    public var accessToken: Secret
    public var refreshToken: Secret?
    /// Milliseconds UTC; `nil` when it does not end.
    public var expiresAt: Int64?
    public var scopes: String?
    /// Which site of the tracker the grant is for.
    public var cloudId: String?
    /// Where people look at that site.
    public var site: String?
    public var user: TrackerUser?

    public init(
        accessToken: Secret, refreshToken: Secret? = nil, expiresAt: Int64? = nil, scopes: String? = nil,
        cloudId: String? = nil, site: String? = nil, user: TrackerUser? = nil
    ) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.expiresAt = expiresAt
        self.scopes = scopes
        self.cloudId = cloudId
        self.site = site
        self.user = user
    }
}

/// One account at a tracker. Everything throws `.upstream` with the tracker's name when it fails, `.notFound` for what
/// the tracker does not know, `.unauthenticated` when a grant has to be given again.
public protocol Tracker: Sendable {
    /// Whoever the credentials belong to; the test of a connection.
    func user() async throws(DomainError) -> TrackerUser
    func projects() async throws(DomainError) -> [TrackerProject]
    func issueTypes(project: String?) async throws(DomainError) -> [TrackerIssueType]
    func fields(project: String?, issueType: String) async throws(DomainError) -> [TrackerField]
    func create(_ issue: NewTrackerIssue) async throws(DomainError) -> TrackerIssue
    func issue(_ key: String) async throws(DomainError) -> TrackerIssue
    func search(_ text: String, project: String?, limit: Int) async throws(DomainError) -> TrackerPage<TrackerIssue>
    func users(_ text: String, project: String?, limit: Int) async throws(DomainError) -> [TrackerUser]
    /// Shows at the tracker that one of our things is connected with its issue; does nothing where it cannot.
    func link(_ key: String, to url: String, title: String) async throws(DomainError)
}

/// The three steps of OAuth 2.0 with an authorization code.
public protocol TrackerAuthorization: Sendable {
    /// Where the browser is sent. `challenge` is the S256 challenge of RFC 7636.
    func address(state: String, redirect: String, challenge: String) throws(DomainError) -> String
    /// Times of the answer count from `now` (milliseconds, UTC).
    func exchange(code: String, verifier: String, redirect: String, now: Int64) async throws(DomainError)
        -> TrackerGrant
    func refresh(_ token: Secret, now: Int64) async throws(DomainError) -> TrackerGrant
}

public struct TrackerUser: Sendable, Hashable {
    public var id: String
    public var name: String
    public var email: String?
    public var avatar: String?

    public init(id: String, name: String, email: String? = nil, avatar: String? = nil) {
        self.id = id
        self.name = name
        self.email = email
        self.avatar = avatar
    }
}

public struct TrackerProject: Sendable, Hashable {
    public var id: String
    public var key: String
    public var name: String

    public init(id: String, key: String, name: String) {
        self.id = id
        self.key = key
        self.name = name
    }
}

public struct TrackerIssueType: Sendable, Hashable {
    public var id: String
    public var name: String
    public var isSubtask: Bool

    public init(id: String, name: String, isSubtask: Bool = false) {
        self.id = id
        self.name = name
        self.isSubtask = isSubtask
    }
}

public struct TrackerField: Sendable, Hashable {
    public var key: String
    public var name: String
    public var isRequired: Bool
    /// The tracker's word, such as `string`, `priority`, `user`, `array`.
    public var type: String
    /// The names that may be chosen; `nil` for free values.
    public var allowed: [Choice]?

    public struct Choice: Sendable, Hashable {
        public var id: String
        public var name: String

        public init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }

    public init(key: String, name: String, isRequired: Bool, type: String, allowed: [Choice]? = nil) {
        self.key = key
        self.name = name
        self.isRequired = isRequired
        self.type = type
        self.allowed = allowed
    }
}

/// An issue to be made.
public struct NewTrackerIssue: Sendable {
    public var project: String?
    /// Name or id; `nil` for the tracker's usual one.
    public var type: String?
    public var title: String
    public var description: String?
    /// By name.
    public var priority: String?
    /// Further fields in the tracker's own form.
    public var fields: JSONObject

    public init(
        project: String?, type: String?, title: String, description: String? = nil, priority: String? = nil,
        fields: JSONObject = JSONObject()
    ) {
        self.project = project
        self.type = type
        self.title = title
        self.description = description
        self.priority = priority
        self.fields = fields
    }
}

/// An issue as the tracker shows it.
public struct TrackerIssue: Sendable, Hashable {
    public var id: String
    public var key: String
    public var title: String
    public var description: String?
    public var status: String?
    public var priority: String?
    public var type: TrackerIssueType?
    public var assignee: TrackerUser?
    /// Where people look at it.
    public var url: String
    /// Where programs read it.
    public var address: String

    public init(id: String, key: String, title: String, url: String, address: String) {
        self.id = id
        self.key = key
        self.title = title
        self.url = url
        self.address = address
    }
}

/// A part of a longer list.
public struct TrackerPage<Element: Sendable>: Sendable {
    public var elements: [Element]
    /// As the tracker says; at least what is shown.
    public var total: Int

    public init(_ elements: [Element], total: Int? = nil) {
        self.elements = elements
        self.total = max(total ?? 0, elements.count)
    }
}
