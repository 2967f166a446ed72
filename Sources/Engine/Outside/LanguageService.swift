public import Model
import Statements

/// A language model ready to be asked in a project's name.
struct ModelChoice: Sendable {
    let integration: Int64
    let provider: String
    let account: ModelAccount
    let temperature: Double
    let maxTokens: Int
    let inputPrice: Double
    let outputPrice: Double
}

/// What somebody wants of a language model.
public struct ModelQuestion: Sendable {
    /// What it is for, such as `chat`: its own settings, usage and limits go by this word.
    public var feature: String
    public var project: Int64?
    /// A certain connection; `nil` for the project's.
    public var integration: RowKey?
    public var model: String?
    public var messages: [ModelMessage]

    public init(
        feature: String, project: Int64?, integration: RowKey? = nil, model: String? = nil, messages: [ModelMessage]
    ) {
        self.feature = feature
        self.project = project
        self.integration = integration
        self.model = model
        self.messages = messages
    }
}

extension Engine {
    /// Asks the project's language model and books what it used.
    ///
    /// Throws `.invalid` when no model is configured, `.rateLimited` when its budget is spent, `.upstream` when it fails.
    public func ask(_ question: ModelQuestion, as caller: Caller) async throws(DomainError) -> ModelAnswer {
        let choice = try await read(as: caller) { work throws(DomainError) in
            let choice = try work.modelChoice(question)
            try work.requireBudget(of: choice.integration)
            return choice
        }
        let request = ModelRequest(
            question.messages, temperature: choice.temperature, maxTokens: choice.maxTokens)
        let start = world.now()
        do throws(DomainError) {
            let answer = try await outside.models.chat(choice.account, request)
            try await book(question, choice, caller, answer: answer, error: nil, start: start)
            return answer
        } catch {
            try await book(question, choice, caller, answer: nil, error: error.message, start: start)
            throw error
        }
    }

    /// Throws what `ask` would throw before it asks anybody.
    public func requireModel(_ question: ModelQuestion, as caller: Caller) async throws(DomainError) {
        try await read(as: caller) { work throws(DomainError) in
            try work.requireBudget(of: try work.modelChoice(question).integration)
        }
    }

    private func book(
        _ question: ModelQuestion, _ choice: ModelChoice, _ caller: Caller, answer: ModelAnswer?, error: String?,
        start: Int64
    ) async throws(DomainError) {
        let input = Double(answer?.promptTokens ?? 0) * choice.inputPrice
        let output = Double(answer?.completionTokens ?? 0) * choice.outputPrice
        try await write(as: .system) { work throws(DomainError) in
            let values: [String: Value] = [
                "feature": .text(question.feature), "model": .text(answer?.model ?? choice.account.model ?? ""),
                "error": .text(error), "promptTokens": .int(answer?.promptTokens ?? 0),
                "completionTokens": .int(answer?.completionTokens ?? 0), "totalTokens": .int(answer?.totalTokens ?? 0),
                "latency": .int(work.time - start), "inputCost": .text(Engine.price(input)),
                "outputCost": .text(Engine.price(output)), "totalCost": .text(Engine.price(input + output)),
                "success": .bool(error == nil), "userId": .int(caller.userId), "projectId": .int(question.project),
                "llmIntegrationId": .int(choice.integration),
            ]
            try work.store(work.schema["LlmUsage"], [Draft(values)])
        }
    }

    /// Ten-billionths of a unit, without an exponent.
    private static func price(_ amount: Double) -> String {
        let units = Int64(min(max(amount, 0), 100_000_000) * 10_000_000_000)
        let rest = String(units % 10_000_000_000)
        let digits = String(repeating: "0", count: 10 - rest.count) + rest
        return "\(units / 10_000_000_000).\(digits)"
    }

    /// The instruction for a feature: a person's own wording when there is an active one, else the file's.
    public func instruction(_ name: String) async throws(DomainError) -> String {
        let own = try await read(as: .system) { work throws(DomainError) in
            try work.first(
                Query(
                    "LlmPromptTemplate", where: .equals("feature", .text(name)) && .equals("isActive", true),
                    fields: ["id", "systemPrompt"], order: [.by("version", .descending)]))?.text("systemPrompt")
        }
        if let own, !own.isEmpty { return own }
        guard let text = outside.models.prompt(name) else { throw .fault("there is no prompt \(name)") }
        return text
    }

    /// The account of a stored connection, for tests by administrators.
    public func modelAccount(_ key: RowKey, model: String?, as caller: Caller) async throws(DomainError) -> ModelAccount
    {
        try await read(as: caller) { work throws(DomainError) in
            let row = try work.row("LlmIntegration", key)
            return try work.modelAccount(row, try work.modelSettings(row.id), model: model)
        }
    }
}

extension Reading {
    /// The connection that a question goes to.
    func modelChoice(_ question: ModelQuestion) throws(DomainError) -> ModelChoice {
        let feature = try featureSettings(question)
        let row = try modelRow(question, feature)
        let settings = try modelSettings(row.id)
        let wanted = question.model ?? feature?["model"].string
        let account = try modelAccount(row, settings, model: wanted)
        let tokens = feature?["maxTokens"].integer ?? settings?["defaultMaxTokens"].integer ?? 2048
        let limit = settings?["maxTokensPerRequest"].integer ?? 4096
        return ModelChoice(
            integration: row.id, provider: row.text("provider"), account: account,
            temperature: feature?["temperature"].number ?? settings?["defaultTemperature"].number ?? 0.7,
            maxTokens: Int(max(1, min(tokens, limit, 1_000_000))),
            inputPrice: settings?["costPerInputToken"].string.flatMap { Double($0) } ?? 0,
            outputPrice: settings?["costPerOutputToken"].string.flatMap { Double($0) } ?? 0)
    }

    private func featureSettings(_ question: ModelQuestion) throws(DomainError) -> Row? {
        guard let project = question.project else { return nil }
        // Readers of the project are bound by its settings, which only administrators see.
        let found = try rows(
            """
            SELECT model, enabled, temperature, max_tokens, llm_integration_id FROM llm_feature_config
            WHERE project_id = \(Value.int(project)) AND feature = \(Value.text(question.feature))
            """
        ).first
        guard let found else { return nil }
        guard found[1].boolean != false else {
            throw .invalid("feature", "\(question.feature) is switched off in this project")
        }
        let layout = RowLayout(["model", "enabled", "temperature", "maxTokens", "llmIntegrationId"])
        return Row(layout: layout, values: found)
    }

    private func modelRow(_ question: ModelQuestion, _ feature: Row?) throws(DomainError) -> Row {
        if let key = question.integration {
            guard let row = try find("LlmIntegration", [key]).first else {
                throw .invalid("llmIntegrationId", "llmIntegrationId names no LLM integration")
            }
            guard try mayUse(row, project: question.project) else {
                throw .invalid("llmIntegrationId", "llmIntegrationId names no LLM integration of the project")
            }
            return row
        }
        if let id = feature?["llmIntegrationId"].integer, let row = try find("LlmIntegration", [.id(id)]).first {
            return row
        }
        if let project = question.project, let row = try projectModel(project) { return row }
        if let row = try defaultModel() { return row }
        throw .invalid("projectId", "no LLM integration is configured for this project")
    }

    private func mayUse(_ row: Row, project: Int64?) throws(DomainError) -> Bool {
        if caller.isAdministrator { return true }
        if try defaultModel()?.id == row.id { return true }
        guard let project else { return false }
        let filter = Filter.equals("llmIntegrationId", .int(row.id)) && .equals("projectId", .int(project))
        return try count("ProjectLlmIntegration", where: filter && .equals("isActive", true)) > 0
    }

    private func projectModel(_ project: Int64) throws(DomainError) -> Row? {
        let found = try value(
            """
            SELECT i.id FROM project_llm_integration AS p JOIN llm_integration AS i ON i.id = p.llm_integration_id
            WHERE p.project_id = \(Value.int(project)) AND p.is_active AND NOT i.is_deleted
            ORDER BY p.updated_at DESC, p.id DESC LIMIT 1
            """)
        guard let id = found?.integer else { return nil }
        return try find("LlmIntegration", [.id(id)]).first
    }

    /// The connection of projects that have none of their own.
    public func defaultModel() throws(DomainError) -> Row? {
        let found = try value(
            """
            SELECT i.id FROM llm_provider_config AS c JOIN llm_integration AS i ON i.id = c.llm_integration_id
            WHERE c.is_default AND NOT i.is_deleted ORDER BY c.updated_at DESC, c.id DESC LIMIT 1
            """)
        guard let id = found?.integer else { return nil }
        return try find("LlmIntegration", [.id(id)]).first
    }

    /// Model, limits and prices of a connection.
    public func modelSettings(_ integration: Int64) throws(DomainError) -> Row? {
        try first(Query("LlmProviderConfig", where: .equals("llmIntegrationId", .int(integration))))
    }

    func modelAccount(_ row: Row, _ settings: Row?, model: String?) throws(DomainError) -> ModelAccount {
        var credentials = JSONObject()
        if SecretKeeping.model.has(row) {
            guard let secret = SecretKeeping.model.secret(row, self), let stored = KeptJSON.parsed(secret.text)?.object
            else {
                throw DomainError(
                    .unavailable, "the credentials of the LLM integration cannot be opened with this server's key")
            }
            credentials = stored
        }
        let options = KeptJSON.object(row["settings"])
        func word(_ names: String...) -> String? {
            for object in [credentials, options] {
                for name in names { if let text = object[name]?.string, !text.isEmpty { return text } }
            }
            return nil
        }
        return ModelAccount(
            provider: row.text("provider"), key: credentials["apiKey"]?.string.map { Secret($0) },
            endpoint: word("endpoint", "baseUrl"), model: model ?? settings?["defaultModel"].string,
            deployment: word("deploymentName"), apiVersion: word("apiVersion"),
            timeout: settings?["timeout"].integer ?? 30_000,
            retries: Int(min(settings?["retryAttempts"].integer ?? 3, 10)))
    }

    /// Throws `.rateLimited` when the month's money, the minute's or the day's calls are spent.
    func requireBudget(of integration: Int64) throws(DomainError) {
        guard let settings = try modelSettings(integration) else { return }
        let own: SQLText = "llm_integration_id = \(Value.int(integration))"
        let minute = try value(
            "SELECT COUNT(*) FROM llm_usage WHERE \(own) AND created_at > \(Value.int(now - 60_000))")
        if let limit = settings["maxRequestsPerMinute"].integer, (minute?.integer ?? 0) >= limit {
            throw DomainError(.rateLimited(retryAfter: 60), "the language model's calls for this minute are spent")
        }
        if let limit = settings["maxRequestsPerDay"].integer {
            let day = try value(
                """
                SELECT COUNT(*) FROM llm_usage WHERE \(own)
                AND created_at > \(Value.int(now - Timestamp.millisecondsPerDay))
                """)
            if (day?.integer ?? 0) >= limit {
                throw DomainError(.rateLimited(retryAfter: 3600), "the language model's calls for this day are spent")
            }
        }
        guard let budget = settings["monthlyBudget"].string.flatMap({ Double($0) }) else { return }
        let month = Timestamp.parse(String(Timestamp.text(now).prefix(7)) + "-01") ?? now
        let spent = try value(
            """
            SELECT SUM(CAST(total_cost AS DOUBLE PRECISION)) FROM llm_usage WHERE \(own)
            AND created_at >= \(Value.int(month))
            """)
        if (spent?.number ?? 0) >= budget {
            throw DomainError(.rateLimited(retryAfter: 86_400), "the language model's budget for this month is spent")
        }
    }
}
