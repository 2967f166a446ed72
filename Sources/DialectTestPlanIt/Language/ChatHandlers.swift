import Engine
import HTTPTypes
import Model
import Wire

/// Chatting with the project's language model (TestPlanIt API, LLM Integrations).
enum ChatHandlers {
    /// What puts an instruction in front.
    private static let actions = ["IMPROVE", "SHORTEN", "EXPAND", "FIX_GRAMMAR", "CHANGE_TONE", "SIMPLIFY", "CUSTOM"]
    private static let longest = 200_000

    /// The messages of a body: a list, or one text.
    static func messages(_ input: inout Input) -> [ModelMessage] {
        var result: [ModelMessage] = []
        let before = input.issues.count
        let list = input.each("messages", limit: 100) { inner -> ModelMessage? in
            let role = inner.word("role", ["USER", "ASSISTANT", "SYSTEM"]).value ?? "USER"
            guard let content = inner.required("content", inner.text("content")) else { return nil }
            if content.isEmpty { inner.fail("content", "must not be empty") }
            return ModelMessage(ModelMessage.Role(rawValue: role.lowercased()) ?? .user, content)
        }
        if let found = list.value {
            result = found
        } else if let text = input.text("message", "prompt").value {
            result = [ModelMessage(.user, text)]
            if text.isEmpty { input.fail("message", "must not be empty") }
        }
        if result.isEmpty, input.issues.count == before { input.fail("messages", "is required") }
        if result.reduce(0, { $0 + $1.content.utf8.count }) > longest {
            input.fail("messages", "are longer than \(longest) characters together")
        }
        return result
    }

    static func chat(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let project = input.required("projectId", input.key("projectId"))
        let integration = input.key("llmIntegrationId").value
        let model = input.text("model").value
        let feature = input.text("feature").value
        let action = input.word("action", actions).value
        let messages = messages(&input)
        try input.finish()
        guard let project else { throw .invalid("projectId", "projectId is required") }
        let id = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.named("Project", project, by: "projectId").id
        }
        var question = ModelQuestion(
            feature: feature ?? "chat", project: id, integration: integration, model: model, messages: messages)
        if let action {
            try await engine.requireModel(question, as: call.caller)
            let instruction = try await engine.instruction(action.lowercased())
            question.messages.insert(ModelMessage(.system, instruction), at: 0)
        }
        let whole = question
        return try await answering { () async throws(DomainError) in
            let answer = try await engine.ask(whole, as: call.caller)
            return .json([
                "message": ["role": "assistant", "content": .string(answer.content)], "usage": usage(answer),
                "success": true, "response": response(answer),
            ])
        }
    }

    private static func usage(_ answer: ModelAnswer) -> JSON {
        [
            "promptTokens": .integer(answer.promptTokens), "completionTokens": .integer(answer.completionTokens),
            "totalTokens": .integer(answer.totalTokens),
        ]
    }

    private static func response(_ answer: ModelAnswer) -> JSON {
        [
            "content": .string(answer.content), "model": .string(answer.model),
            "promptTokens": .integer(answer.promptTokens), "completionTokens": .integer(answer.completionTokens),
            "totalTokens": .integer(answer.totalTokens),
        ]
    }

    /// A failed provider is told in both forms that clients read.
    static func answering(_ body: () async throws(DomainError) -> Reply) async throws(DomainError) -> Reply {
        do throws(DomainError) {
            return try await body()
        } catch {
            guard error.code == .upstream else { throw error }
            return .json(
                [
                    "error": [
                        "code": "UPSTREAM_ERROR", "message": .string(error.message), "details": .object(JSONObject()),
                    ], "success": false,
                ], status: .badGateway)
        }
    }

    /// A short question to the project's model or to a certain one.
    static func test(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let project = input.key("projectId").value
        let integration = input.key("integrationId", "llmIntegrationId").value
        let text = input.text("message").value ?? "Answer with the single word OK."
        let model = input.text("model").value
        if project == nil, integration == nil { input.fail("projectId", "is required") }
        try input.finish()
        let id = try await engine.read(as: call.caller) { work throws(DomainError) -> Int64? in
            guard let project else { return nil }
            return try work.named("Project", project, by: "projectId").id
        }
        let question = ModelQuestion(
            feature: "test", project: id, integration: integration, model: model,
            messages: [ModelMessage(.user, String(text.prefix(10_000)))])
        return try await tested(question, call, engine)
    }

    static func tested(_ question: ModelQuestion, _ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let start = engine.world.now()
        do throws(DomainError) {
            let answer = try await engine.ask(question, as: call.caller)
            let shown: JSON = [
                "content": .string(answer.content), "model": .string(answer.model),
                "tokens": [
                    "prompt": .integer(answer.promptTokens), "completion": .integer(answer.completionTokens),
                    "total": .integer(answer.totalTokens),
                ],
            ]
            return .json(["success": true, "response": shown, "latencyMs": .integer(engine.world.now() - start)])
        } catch {
            guard error.code == .upstream else { throw error }
            return .json(["success": false, "error": .string(error.message)])
        }
    }

    /// What connections there are, for everybody who can see one project.
    static func connections(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let query = Query(
                "LlmIntegration", where: .equals("isDeleted", false), order: [.by("name"), .by("id")])
            var shown: [JSON] = []
            for row in try work.find(query) {
                let settings = try work.modelSettings(row.id)
                var models = settings.map { JSON.stored($0["availableModels"]) }?.array ?? []
                if models.isEmpty, let model = settings?["defaultModel"].string { models = [.string(model)] }
                shown.append([
                    "id": .string(row.uid), "numericId": .integer(row.id), "name": .string(row.text("name")),
                    "provider": .string(row.text("provider")), "isConnected": .bool(row.text("status") == "ACTIVE"),
                    "models": .array(models),
                ])
            }
            let usual = try work.defaultModel()
            return .json([
                "success": true, "integrations": .array(shown),
                "defaultIntegrationId": usual.map { .string($0.uid) } ?? .null,
            ])
        }
    }
}
