import Model

extension Entities {
    /// A connection to a language model provider.
    static let llmIntegration = EntityType(
        "LlmIntegration", ownership: .shared, softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field(
                "credentials", .json, required: true, default: .value("{}"), visibility: .nobody,
                help: "Encrypted; never answered."),
            Field("settings", .json, visibility: .administrators, help: "Options, no secrets."),
            Field("provider", .choice(Choices.llmProvider), required: true),
            Field("status", .choice(Choices.integrationStatus), required: true, default: .value("INACTIVE")),
        ],
        relations: [
            .toMany("llmProviderConfig", "LlmProviderConfig", by: "llmIntegrationId"),
            .toMany("ollamaModelRegistry", "OllamaModelRegistry", by: "llmIntegrationId"),
            .toMany("llmUsages", "LlmUsage", by: "llmIntegrationId"),
            .toMany("llmFeatureConfigs", "LlmFeatureConfig", by: "llmIntegrationId"),
            .toMany("llmResponseCaches", "LlmResponseCache", by: "llmIntegrationId"),
            .toMany("projectLlmIntegrations", "ProjectLlmIntegration", by: "llmIntegrationId"),
            .toMany("llmPromptTemplates", "LlmPromptTemplate", by: "llmIntegrationId"),
            .toMany("llmRateLimits", "LlmRateLimit", by: "llmIntegrationId"),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "A connection to a language model provider.")
}
