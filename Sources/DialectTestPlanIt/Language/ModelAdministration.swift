import Catalog
import Engine
import HTTPTypes
import Model
import Wire

/// Trying out language models, for administrators.
enum ModelAdministration {
    private static func account(_ input: inout Input) -> ModelAccount {
        let provider = input.required("provider", input.word("provider", Choices.llmProvider))
        let key = input.text("apiKey").value
        return ModelAccount(
            provider: provider ?? "", key: key.flatMap { $0.isEmpty ? nil : Secret($0) },
            endpoint: input.text("endpoint", "baseUrl").value, model: input.text("model").value,
            deployment: input.text("deploymentName").value, apiVersion: input.text("apiVersion").value, retries: 0)
    }

    static func testCredentials(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let account = account(&input)
        try input.finish()
        return try await told { () async throws(DomainError) in
            try await engine.outside.models.check(account)
            return ["success": true, "message": "The credentials work."]
        }
    }

    /// Failures of the provider, and credentials that lack something, are answers here.
    private static func told(
        with extra: JSONObject = JSONObject(), _ body: () async throws(DomainError) -> JSON
    ) async throws(DomainError) -> Reply {
        do throws(DomainError) {
            return .json(try await body())
        } catch {
            switch error.code {
            case .upstream, .invalid, .unavailable, .notFound:
                var object = JSONObject()
                object["success"] = false
                for member in extra.members { object[member.name] = member.value }
                object["error"] = .string(error.message)
                return .json(.object(object))
            default: throw error
            }
        }
    }

    static func models(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var object = JSONObject()
        for name in ["provider", "apiKey", "endpoint", "model", "deploymentName", "apiVersion"] {
            if let text = call.query[name], !text.isEmpty { object[name] = .string(text) }
        }
        return try await models(object, engine)
    }

    static func modelsByBody(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await models(try await call.object(), engine)
    }

    private static func models(_ object: JSONObject, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(object)
        let account = account(&input)
        try input.finish()
        return try await told(with: JSONObject([.init(name: "models", value: [])])) { () async throws(DomainError) in
            let names = try await engine.outside.models.models(account)
            return ["success": true, "models": .array(names.map { .string($0) })]
        }
    }

    static func clearCache(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let count = try await engine.write(as: call.caller) { work throws(DomainError) in
            let rows = try work.find(Query("LlmResponseCache", fields: ["id"]))
            try work.delete("LlmResponseCache", ids: rows.map(\.id))
            return rows.count
        }
        return .json(["success": true, "cleared": .integer(Int64(count))])
    }

    static func testStored(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "LlmIntegration")
        let account = try await engine.modelAccount(key, model: nil, as: call.caller)
        let reply = try await told { () async throws(DomainError) in
            try await engine.outside.models.check(account)
            return ["success": true, "message": "The credentials work."]
        }
        return reply
    }

    static func chat(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "LlmIntegration")
        var input = Input(try await call.object())
        let messages = ChatHandlers.messages(&input)
        let model = input.text("model").value
        try input.finish()
        _ = try await engine.modelAccount(key, model: nil, as: call.caller)
        let question = ModelQuestion(feature: "chat", project: nil, integration: key, model: model, messages: messages)
        return try await ChatHandlers.tested(question, call, engine)
    }
}
