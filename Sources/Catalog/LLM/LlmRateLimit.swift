import Model

extension Entities {
    /// How much of a limit is used in the current window.
    static let llmRateLimit = EntityType(
        "LlmRateLimit", key: .uid, ownership: .administrators,
        fields: [
            Field("scope", .text, required: true),
            Field("scopeId", .text),
            Field("feature", .text),
            Field("requests", .integer, required: true, default: .value(0)),
            Field("tokens", .integer, required: true, default: .value(0)),
            Field("windowSeconds", .integer, required: true, default: .value(60)),
            Field("maxRequests", .integer),
            Field("maxTokens", .integer),
            Field("windowStart", .timestamp, required: true, default: .now),
            Field("llmIntegrationId", .reference("LlmIntegration"), onDelete: .cascade),
        ],
        relations: [
            .toOne("llmIntegration", "LlmIntegration", by: "llmIntegrationId")
        ],
        uniques: [
            EntityType.Unique(["scope", "scopeId", "feature"])
        ],
        indexes: [["llmIntegrationId"]],
        help: "How much of a limit is used in the current window.")
}
