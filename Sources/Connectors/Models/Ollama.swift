import Engine
import Foundation
import Model

/// Models on an own machine.
struct Ollama: ChatModel {
    static let descriptor = ServiceDescriptor(
        "OLLAMA", "Ollama", authTypes: ["NONE", "API_KEY"],
        credentials: [.init("apiKey", "Where a proxy in front wants one.")],
        settings: [.init("baseUrl", "Address of Ollama; http://localhost:11434 when it is missing.")])

    private let client: ServiceClient
    private let account: ModelAccount

    init(_ account: ModelAccount, _ gateway: Gateway) throws(DomainError) {
        self.account = account
        client = try account.client(Self.name, gateway, usual: "http://localhost:11434") { key in
            key.map { [("Authorization", "Bearer \($0)")] } ?? []
        }
    }

    func chat(_ request: ModelRequest) async throws(DomainError) -> ModelAnswer {
        let model = try account.neededModel()
        let options: JSON = [
            "temperature": .number(request.temperature), "num_predict": .integer(Int64(request.maxTokens)),
        ]
        let body: JSON = [
            "model": .string(model), "messages": request.messageList, "stream": false, "options": options,
        ]
        let json = try await client.json(.init("POST", "/api/chat", body: body, isRepeatable: true))
        guard let content = json["message"]?["content"]?.string else { throw Self.nothing() }
        return ModelAnswer(
            content: content, model: json["model"]?.word ?? model,
            promptTokens: json["prompt_eval_count"]?.integer ?? 0, completionTokens: json["eval_count"]?.integer ?? 0)
    }

    func models() async throws(DomainError) -> [String] {
        let json = try await client.json(.init("GET", "/api/tags"))
        return (json["models"]?.array ?? []).compactMap { $0["name"]?.word }
    }
}
