import Connectors
import Engine
import Foundation
import Model
import Testing

/// Language model providers as their documents describe them.
enum ModelStandIn {
    static let key = "model-canary-key"

    /// Answers for all protocols at once; `content` is what the model says.
    static func answer(_ request: StandInRequest, content: @Sendable (StandInRequest) -> String) -> StandInAnswer {
        let path = request.segments
        let body = request.json
        if path.last == "completions" {
            let isAzure = path.first == "openai"
            let given = isAzure ? request.header("api-key") : request.header("authorization")
            guard given == (isAzure ? key : "Bearer \(key)") else { return refused }
            if isAzure, request.query["api-version"] == nil || path[2] != "gpt-4o" { return .missing }
            guard isAzure || body["model"]?.string != nil, body["messages"]?.array?.isEmpty == false else {
                return .json(400, ["error": ["message": "bad request"]])
            }
            return .ok([
                "id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-4o-2024-08-06",
                "choices": [
                    [
                        "index": 0, "finish_reason": "stop",
                        "message": ["role": "assistant", "content": .string(content(request))],
                    ]
                ],
                "usage": ["prompt_tokens": 50, "completion_tokens": 75, "total_tokens": 125],
            ])
        }
        if path.last == "messages" {
            guard request.header("x-api-key") == key, request.header("anthropic-version") != nil else { return refused }
            let roles = (body["messages"]?.array ?? []).compactMap { $0["role"]?.string }
            guard body["max_tokens"]?.integer != nil, !roles.contains("system"), !roles.isEmpty else {
                return .json(400, ["type": "error", "error": ["type": "invalid_request_error", "message": "bad"]])
            }
            return .ok([
                "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet",
                "content": [["type": "text", "text": .string(content(request))]], "stop_reason": "end_turn",
                "usage": ["input_tokens": 50, "output_tokens": 75],
            ])
        }
        if path.last?.hasSuffix(":generateContent") == true {
            guard request.header("x-goog-api-key") == key, request.query["key"] == nil else { return refused }
            return .ok([
                "candidates": [
                    [
                        "content": ["role": "model", "parts": [["text": .string(content(request))]]],
                        "finishReason": "STOP",
                    ]
                ],
                "usageMetadata": ["promptTokenCount": 50, "candidatesTokenCount": 75, "totalTokenCount": 125],
                "modelVersion": "gemini-2.0-flash",
            ])
        }
        if path == ["api", "chat"] {
            guard body["stream"]?.bool == false else { return .json(400, ["error": "streams are not spoken here"]) }
            return .ok([
                "model": "llama3.1", "created_at": "2024-01-01T00:00:00Z", "done": true, "done_reason": "stop",
                "message": ["role": "assistant", "content": .string(content(request))], "prompt_eval_count": 50,
                "eval_count": 75,
            ])
        }
        return models(request, path)
    }

    private static var refused: StandInAnswer {
        .json(401, ["error": ["message": "Incorrect API key provided", "type": "invalid_request_error"]])
    }

    private static func models(_ request: StandInRequest, _ path: [String]) -> StandInAnswer {
        if path == ["api", "tags"] {
            return .ok(["models": [["name": "llama3.1:latest", "model": "llama3.1:latest"]]])
        }
        guard path.last == "models" else { return .missing }
        if request.header("x-goog-api-key") == key {
            return .ok([
                "models": [
                    ["name": "models/gemini-2.0-flash", "supportedGenerationMethods": ["generateContent"]],
                    ["name": "models/embedding-001", "supportedGenerationMethods": ["embedContent"]],
                ]
            ])
        }
        let isKnown =
            request.header("authorization") == "Bearer \(key)" || request.header("x-api-key") == key
            || request.header("api-key") == key
        guard isKnown else { return refused }
        return .ok(["object": "list", "data": [["id": "gpt-4o", "object": "model"], ["id": "gpt-4o-mini"]]])
    }
}

struct ModelTests {
    private static let table = ModelTable(Gateway(allowsPrivateTargets: true, sleep: { _ in }))

    private static func account(_ provider: String, _ server: StandIn, key: String? = ModelStandIn.key) -> ModelAccount
    {
        let path = provider == "OLLAMA" || provider == "AZURE_OPENAI" ? "" : "/v1"
        return ModelAccount(
            provider: provider, key: key.map { Secret($0) }, endpoint: server.url + path,
            model: provider == "OLLAMA" ? "llama3.1" : "gpt-4o")
    }

    private static let request = ModelRequest(
        [
            ModelMessage(.system, "Be short."), ModelMessage(.user, "Hello"), ModelMessage(.assistant, "Hi"),
            ModelMessage(.user, "Well?"),
        ],
        temperature: 0.7, maxTokens: 100)

    @Test(arguments: ["OPENAI", "ANTHROPIC", "AZURE_OPENAI", "GEMINI", "OLLAMA", "CUSTOM_LLM"])
    func `a provider chats, lists its models and checks credentials`(_ provider: String) async throws {
        try await StandIn.with({ ModelStandIn.answer($0) { _ in "Improved text here..." } }) { server in
            let account = ModelTests.account(provider, server)
            let answer = try await ModelTests.table.chat(account, ModelTests.request)
            #expect(answer.content == "Improved text here...")
            #expect(answer.promptTokens == 50)
            #expect(answer.completionTokens == 75)
            #expect(!(try await ModelTests.table.models(account)).isEmpty)
            try await ModelTests.table.check(account)
            let sent = server.requests.first?.json
            // The instruction reaches each provider in its own place.
            #expect(sent?.text.contains("Be short.") == true)
            #expect(
                server.requests.allSatisfy {
                    !$0.path.contains(ModelStandIn.key) && !$0.query.values.contains(ModelStandIn.key)
                })
            guard provider != "OLLAMA" else { return }
            let wrong = ModelTests.account(provider, server, key: "wrong")
            await #expect(throws: DomainError.self) { try await ModelTests.table.chat(wrong, ModelTests.request) }
            await #expect(throws: DomainError.self) { try await ModelTests.table.check(wrong) }
        }
    }

    @Test func `a key is needed where the provider has one, an address where it has none`() async throws {
        for provider in ["OPENAI", "ANTHROPIC", "AZURE_OPENAI", "GEMINI"] {
            let account = ModelAccount(provider: provider, key: nil, endpoint: "https://example.com", model: "m")
            await #expect(throws: DomainError.invalid("apiKey", "apiKey is required"), "\(provider)") {
                try await ModelTests.table.models(account)
            }
        }
        let custom = ModelAccount(provider: "CUSTOM_LLM", key: nil, endpoint: nil, model: "m")
        await #expect(throws: DomainError.invalid("endpoint", "endpoint is required")) {
            try await ModelTests.table.models(custom)
        }
        let unknown = ModelAccount(provider: "NOBODY", key: nil, endpoint: nil, model: nil)
        await #expect(throws: DomainError.self) { try await ModelTests.table.models(unknown) }
    }

    @Test func `429 is tried again as often as the settings say`() async throws {
        try await StandIn.with({ _ in .json(429, ["error": ["message": "slow down"]]) }) { server in
            var account = ModelTests.account("OPENAI", server)
            account.retries = 2
            let limited = account
            await #expect(throws: DomainError(.upstream, "OpenAI answered with status 429: slow down")) {
                try await ModelTests.table.chat(limited, ModelTests.request)
            }
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: ["{}", "[]", "{\"choices\":[]}", "{\"choices\":[{\"message\":{\"content\":null}}]}", "<html>"])
    func `an answer without a text is an error`(_ body: String) async throws {
        try await StandIn.with({ _ in .bytes(200, Array(body.utf8)) }) { server in
            for provider in ["OPENAI", "ANTHROPIC", "GEMINI", "OLLAMA"] {
                let account = ModelTests.account(provider, server)
                await #expect(throws: DomainError.self, "\(provider)") {
                    try await ModelTests.table.chat(account, ModelTests.request)
                }
            }
        }
    }

    @Test func `every prompt is a file`() {
        let names = [
            "improve", "shorten", "expand", "fix_grammar", "change_tone", "simplify", "custom", "generate_test_cases",
            "magic_select_cases",
        ]
        for name in names { #expect(ModelTests.table.prompt(name)?.isEmpty == false, "\(name)") }
        for name in ["", "nothing", "../Package", "improve.md"] { #expect(ModelTests.table.prompt(name) == nil) }
    }
}
