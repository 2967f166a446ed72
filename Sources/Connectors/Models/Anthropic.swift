import Engine
import Foundation
import Model

/// Anthropic's Messages.
struct Anthropic: ChatModel {
    static let descriptor = ServiceDescriptor(
        "ANTHROPIC", "Anthropic", authTypes: ["API_KEY"],
        credentials: [.init("apiKey", required: true, "Key of the workspace.")],
        settings: [.init("baseUrl", "Address of the API; https://api.anthropic.com/v1 when it is missing.")])

    private let client: ServiceClient
    private let account: ModelAccount

    init(_ account: ModelAccount, _ gateway: Gateway) throws(DomainError) {
        try account.neededKey()
        self.account = account
        client = try account.client(Self.name, gateway, usual: "https://api.anthropic.com/v1") { key in
            (key.map { [("x-api-key", $0)] } ?? []) + [("anthropic-version", account.apiVersion ?? "2023-06-01")]
        }
    }

    func chat(_ request: ModelRequest) async throws(DomainError) -> ModelAnswer {
        let model = try account.neededModel()
        var body = JSONObject()
        body["model"] = .string(model)
        body["max_tokens"] = .integer(Int64(request.maxTokens))
        // The scale ends at 1 here.
        body["temperature"] = .number(min(request.temperature, 1))
        if let text = request.instructions { body["system"] = .string(text) }
        body["messages"] = ModelRequest(request.conversation, temperature: 0, maxTokens: 0).messageList
        let json = try await client.json(.init("POST", "/messages", body: .object(body), isRepeatable: true))
        let texts = (json["content"]?.array ?? []).filter { $0["type"]?.string == "text" }.compactMap {
            $0["text"]?.string
        }
        guard !texts.isEmpty else { throw Self.nothing() }
        return ModelAnswer(
            content: texts.joined(), model: json["model"]?.word ?? model,
            promptTokens: json["usage"]?["input_tokens"]?.integer ?? 0,
            completionTokens: json["usage"]?["output_tokens"]?.integer ?? 0)
    }

    func models() async throws(DomainError) -> [String] {
        let json = try await client.json(.init("GET", "/models", query: [("limit", "1000")]))
        return (json["data"]?.array ?? []).compactMap { $0["id"]?.word }
    }
}
