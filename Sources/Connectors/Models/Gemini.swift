import Engine
import Foundation
import Model

/// Google's Gemini API.
struct Gemini: ChatModel {
    static let descriptor = ServiceDescriptor(
        "GEMINI", "Gemini", authTypes: ["API_KEY"],
        credentials: [.init("apiKey", required: true, "Key of the project.")],
        settings: [
            .init(
                "baseUrl", "Address of the API; https://generativelanguage.googleapis.com/v1beta when it is missing.")
        ])

    private let client: ServiceClient
    private let account: ModelAccount

    init(_ account: ModelAccount, _ gateway: Gateway) throws(DomainError) {
        try account.neededKey()
        self.account = account
        // The key travels in a header: addresses end up in logs.
        client = try account.client(
            Self.name, gateway, usual: "https://generativelanguage.googleapis.com/v1beta"
        ) { key in key.map { [("x-goog-api-key", $0)] } ?? [] }
    }

    private static func name(_ model: String) -> String {
        model.hasPrefix("models/") ? String(model.dropFirst(7)) : model
    }

    func chat(_ request: ModelRequest) async throws(DomainError) -> ModelAnswer {
        let model = Gemini.name(try account.neededModel())
        var body = JSONObject()
        if let text = request.instructions { body["systemInstruction"] = ["parts": [["text": .string(text)]]] }
        body["contents"] = .array(
            request.conversation.map { message in
                [
                    "role": message.role == .assistant ? "model" : "user",
                    "parts": [["text": .string(message.content)]],
                ]
            })
        body["generationConfig"] = [
            "temperature": .number(request.temperature), "maxOutputTokens": .integer(Int64(request.maxTokens)),
        ]
        let path = "/models/\(Escape.segment(model)):generateContent"
        let json = try await client.json(.init("POST", path, body: .object(body), isRepeatable: true))
        let parts = json["candidates"]?[0]?["content"]?["parts"]?.array ?? []
        let texts = parts.filter { $0["thought"]?.bool != true }.compactMap { $0["text"]?.string }
        guard !texts.isEmpty else { throw Self.nothing() }
        let usage = json["usageMetadata"]
        return ModelAnswer(
            content: texts.joined(), model: json["modelVersion"]?.word ?? model,
            promptTokens: usage?["promptTokenCount"]?.integer ?? 0,
            completionTokens: usage?["candidatesTokenCount"]?.integer ?? 0)
    }

    func models() async throws(DomainError) -> [String] {
        let json = try await client.json(.init("GET", "/models", query: [("pageSize", "1000")]))
        return (json["models"]?.array ?? []).compactMap { model in
            let methods = model["supportedGenerationMethods"]?.array?.compactMap(\.string)
            guard methods?.contains("generateContent") != false else { return nil }
            return model["name"]?.word.map { Gemini.name($0) }
        }
    }
}
