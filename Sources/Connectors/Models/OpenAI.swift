import Engine
import Foundation
import Model

/// OpenAI's Chat Completions.
struct OpenAI: ChatModel {
    static let descriptor = ServiceDescriptor(
        "OPENAI", "OpenAI", authTypes: ["API_KEY"],
        credentials: [.init("apiKey", required: true, "Key of the account.")],
        settings: [.init("baseUrl", "Address of the API; https://api.openai.com/v1 when it is missing.")])

    private let completions: ChatCompletions

    init(_ account: ModelAccount, _ gateway: Gateway) throws(DomainError) {
        try account.neededKey()
        completions = ChatCompletions(
            try account.client(Self.name, gateway, usual: "https://api.openai.com/v1") { key in
                key.map { [("Authorization", "Bearer \($0)")] } ?? []
            }, model: account.model)
    }

    func chat(_ request: ModelRequest) async throws(DomainError) -> ModelAnswer { try await completions.chat(request) }
    func models() async throws(DomainError) -> [String] { try await completions.models() }
}

/// Servers that speak OpenAI's protocol: vLLM, LM Studio, LiteLLM and many others.
struct OpenAICompatible: ChatModel {
    static let descriptor = ServiceDescriptor(
        "CUSTOM_LLM", "The language model", authTypes: ["API_KEY", "NONE"],
        credentials: [.init("apiKey", "Key, where the server wants one.")],
        settings: [.init("baseUrl", required: true, "Address of the API, such as https://models.example.com/v1.")])

    private let completions: ChatCompletions

    init(_ account: ModelAccount, _ gateway: Gateway) throws(DomainError) {
        completions = ChatCompletions(
            try account.client(Self.name, gateway, usual: nil) { key in
                key.map { [("Authorization", "Bearer \($0)")] } ?? []
            }, model: account.model)
    }

    func chat(_ request: ModelRequest) async throws(DomainError) -> ModelAnswer { try await completions.chat(request) }
    func models() async throws(DomainError) -> [String] { try await completions.models() }
}

/// A deployment of one model at Azure OpenAI.
struct AzureOpenAI: ChatModel {
    static let descriptor = ServiceDescriptor(
        "AZURE_OPENAI", "Azure OpenAI", authTypes: ["API_KEY"],
        credentials: [.init("apiKey", required: true, "Key of the resource.")],
        settings: [
            .init("endpoint", required: true, "Such as https://example.openai.azure.com."),
            .init("deploymentName", required: true, "The name under which the model is deployed."),
            .init("apiVersion", "2024-10-21 when it is missing."),
        ])

    private let client: ServiceClient
    private let deployment: String
    private let version: String

    init(_ account: ModelAccount, _ gateway: Gateway) throws(DomainError) {
        try account.neededKey()
        guard let deployment = account.deployment ?? account.model, !deployment.isEmpty else {
            throw .invalid("deploymentName", "deploymentName is required")
        }
        self.deployment = deployment
        version = account.apiVersion ?? "2024-10-21"
        client = try account.client(Self.name, gateway, usual: nil) { key in key.map { [("api-key", $0)] } ?? [] }
    }

    func chat(_ request: ModelRequest) async throws(DomainError) -> ModelAnswer {
        let path = "/openai/deployments/\(Escape.segment(deployment))/chat/completions"
        let body: JSON = [
            "messages": request.messageList, "temperature": .number(request.temperature),
            "max_tokens": .integer(Int64(request.maxTokens)),
        ]
        let json = try await client.json(
            .init("POST", path, query: [("api-version", version)], body: body, isRepeatable: true))
        return try ChatCompletions.answer(json, client.name, deployment)
    }

    func models() async throws(DomainError) -> [String] {
        let json = try await client.json(.init("GET", "/openai/models", query: [("api-version", version)]))
        return (json["data"]?.array ?? []).compactMap { $0["id"]?.word }
    }
}

/// The protocol that OpenAI and its followers share.
struct ChatCompletions: Sendable {
    private let client: ServiceClient
    private let model: String?

    init(_ client: ServiceClient, model: String?) {
        self.client = client
        self.model = model
    }

    func chat(_ request: ModelRequest) async throws(DomainError) -> ModelAnswer {
        guard let model, !model.isEmpty else { throw .invalid("model", "model is required") }
        let body: JSON = [
            "model": .string(model), "messages": request.messageList, "temperature": .number(request.temperature),
            "max_tokens": .integer(Int64(request.maxTokens)),
        ]
        let json = try await client.json(.init("POST", "/chat/completions", body: body, isRepeatable: true))
        return try ChatCompletions.answer(json, client.name, model)
    }

    static func answer(_ json: JSON, _ name: String, _ model: String) throws(DomainError) -> ModelAnswer {
        guard let content = json["choices"]?[0]?["message"]?["content"]?.string else {
            throw DomainError(.upstream, "\(name) answered without a text")
        }
        return ModelAnswer(
            content: content, model: json["model"]?.word ?? model,
            promptTokens: json["usage"]?["prompt_tokens"]?.integer ?? 0,
            completionTokens: json["usage"]?["completion_tokens"]?.integer ?? 0)
    }

    func models() async throws(DomainError) -> [String] {
        let json = try await client.json(.init("GET", "/models"))
        return (json["data"]?.array ?? []).compactMap { $0["id"]?.word }
    }
}
