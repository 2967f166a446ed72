import Model

/// The services outside of the server that the engine may ask, given to it when everything is put together.
///
/// Nothing of it may be called inside a transaction: a call reads what it needs, asks, and then writes what came of it.
public struct Outside: Sendable {
    public var trackers: any Trackers
    public var models: any LanguageModels
    public var post: any WebhookPost

    public init(trackers: any Trackers, models: any LanguageModels, post: any WebhookPost) {
        self.trackers = trackers
        self.models = models
        self.post = post
    }

    /// A server without a way out: the command line, and tests that must not reach anybody.
    public static let none = Outside(trackers: Nobody(), models: Nobody(), post: Nobody())

    private struct Nobody: Trackers, LanguageModels, WebhookPost {
        var descriptors: [ServiceDescriptor] { [] }
        var providers: [ServiceDescriptor] { [] }

        func tracker(_ account: TrackerAccount) throws(DomainError) -> any Tracker { throw Nobody.refusal }
        func authorization(_ account: TrackerAccount) throws(DomainError) -> (any TrackerAuthorization)? { nil }

        func chat(_ account: ModelAccount, _ request: ModelRequest) async throws(DomainError) -> ModelAnswer {
            throw Nobody.refusal
        }
        func models(_ account: ModelAccount) async throws(DomainError) -> [String] { throw Nobody.refusal }
        func check(_ account: ModelAccount) async throws(DomainError) { throw Nobody.refusal }
        func prompt(_ name: String) -> String? { nil }

        func send(_ letter: WebhookLetter) async -> WebhookReceipt {
            WebhookReceipt(status: nil, error: Nobody.refusal.message)
        }
        func isAllowed(_ url: String) -> Bool { Validation.isURL(url) && !url.lowercased().hasPrefix("mailto:") }

        private static let refusal = DomainError(.unavailable, "this server has no way to outside services")
    }
}

/// What a service is called, how it is signed in to, and what has to be filled in.
public struct ServiceDescriptor: Sendable, Hashable {
    /// The word of the catalogue, such as `JIRA`.
    public var provider: String
    /// The name that people read, in messages too.
    public var name: String
    /// The ways to sign in, in the catalogue's words, the usual one first.
    public var authTypes: [String]
    /// What must not be shown again.
    public var credentials: [Entry]
    /// Addresses and options.
    public var settings: [Entry]

    /// One thing to fill in.
    public struct Entry: Sendable, Hashable {
        public var name: String
        public var isRequired: Bool
        public var help: String

        public init(_ name: String, required: Bool = false, _ help: String) {
            self.name = name
            isRequired = required
            self.help = help
        }
    }

    public init(
        _ provider: String, _ name: String, authTypes: [String], credentials: [Entry] = [], settings: [Entry] = []
    ) {
        self.provider = provider
        self.name = name
        self.authTypes = authTypes
        self.credentials = credentials
        self.settings = settings
    }
}

/// A text that is never written into a log or an answer by accident.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    public let text: String

    public init(_ text: String) { self.text = text }

    public var description: String { "•••" }
    public var debugDescription: String { "•••" }
}
