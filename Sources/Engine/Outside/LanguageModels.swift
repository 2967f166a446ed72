public import Model

/// Language model providers.
public protocol LanguageModels: Sendable {
    var providers: [ServiceDescriptor] { get }
    /// One answer. Throws `.upstream` with the provider's name when there is none.
    func chat(_ account: ModelAccount, _ request: ModelRequest) async throws(DomainError) -> ModelAnswer
    /// The names of the models that the account may use.
    func models(_ account: ModelAccount) async throws(DomainError) -> [String]
    /// Throws `.upstream` unless the credentials work.
    func check(_ account: ModelAccount) async throws(DomainError)
    /// The text of an instruction file; `nil` for an unknown name.
    func prompt(_ name: String) -> String?
}

/// Everything that is needed to speak to a provider.
public struct ModelAccount: Sendable {
    public var provider: String
    public var key: Secret?
    /// The base address; `nil` for the provider's own.
    public var endpoint: String?
    public var model: String?
    /// Azure OpenAI: the name under which the model is deployed.
    public var deployment: String?
    public var apiVersion: String?
    /// Milliseconds.
    public var timeout: Int64
    /// Further tries after 429 and 5xx.
    public var retries: Int

    public init(
        provider: String, key: Secret?, endpoint: String?, model: String?, deployment: String? = nil,
        apiVersion: String? = nil, timeout: Int64 = 30_000, retries: Int = 3
    ) {
        self.provider = provider
        self.key = key
        self.endpoint = endpoint
        self.model = model
        self.deployment = deployment
        self.apiVersion = apiVersion
        self.timeout = timeout
        self.retries = retries
    }
}

public struct ModelMessage: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable { case system, user, assistant }

    public var role: Role
    public var content: String

    public init(_ role: Role, _ content: String) {
        self.role = role
        self.content = content
    }
}

public struct ModelRequest: Sendable {
    public var messages: [ModelMessage]
    public var temperature: Double
    public var maxTokens: Int

    public init(_ messages: [ModelMessage], temperature: Double, maxTokens: Int) {
        self.messages = messages
        self.temperature = temperature
        self.maxTokens = maxTokens
    }
}

public struct ModelAnswer: Sendable, Hashable {
    public var content: String
    /// The model that answered, as the provider says.
    public var model: String
    public var promptTokens: Int64
    public var completionTokens: Int64

    public var totalTokens: Int64 { promptTokens + completionTokens }

    public init(content: String, model: String, promptTokens: Int64, completionTokens: Int64) {
        self.content = content
        self.model = model
        // Counts of a stranger: large ones must not overflow a sum.
        self.promptTokens = min(max(promptTokens, 0), 1 << 40)
        self.completionTokens = min(max(completionTokens, 0), 1 << 40)
    }
}
