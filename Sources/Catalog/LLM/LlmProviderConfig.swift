import Model

extension Entities {
    /// Model, limits and prices of a language model connection.
    static let llmProviderConfig = EntityType(
        "LlmProviderConfig", ownership: .shared,
        fields: [
            Field("defaultModel", .text, required: true),
            Field("maxTokensPerRequest", .integer, required: true, default: .value(4096)),
            Field("maxRequestsPerMinute", .integer, required: true, default: .value(60)),
            Field("defaultMaxTokens", .integer, required: true, default: .value(2048)),
            Field("timeout", .integer, required: true, default: .value(30000), help: "Milliseconds."),
            Field("retryAttempts", .integer, required: true, default: .value(3)),
            Field("maxRequestsPerDay", .integer, help: "Null for no limit."),
            Field("defaultTemperature", .real, required: true, default: .value(.double(0.7))),
            Field("costPerInputToken", .decimal, required: true, default: .value("0"), help: "Price of one token."),
            Field("costPerOutputToken", .decimal, required: true, default: .value("0")),
            Field("monthlyBudget", .decimal, help: "Requests are refused when it is spent; null for no limit."),
            Field("streamingEnabled", .boolean, required: true, default: .value(false)),
            Field(
                "isDefault", .boolean, required: true, default: .value(false),
                help: "Used by projects without a connection of their own."),
            Field("availableModels", .json, required: true, default: .value("[]")),
            Field("settings", .json, visibility: .administrators, help: "Options, no secrets."),
            Field("llmIntegrationId", .reference("LlmIntegration"), onDelete: .cascade),
        ],
        relations: [
            .toOne("llmIntegration", "LlmIntegration", by: "llmIntegrationId")
        ],
        uniques: [
            EntityType.Unique(["llmIntegrationId"], unless: [EntityType.Exemption("llmIntegrationId", .null)])
        ],
        help: "Model, limits and prices of a language model connection.")
}
