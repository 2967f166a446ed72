import Model

extension Entities {
    /// One call of a language model and what it cost.
    static let llmUsage = EntityType(
        "LlmUsage", key: .uid, ownership: .user("userId"),
        fields: [
            Field("feature", .text, required: true),
            Field("model", .text, required: true),
            Field("error", .text),
            Field("promptTokens", .integer, required: true, default: .value(0)),
            Field("completionTokens", .integer, required: true, default: .value(0)),
            Field("totalTokens", .integer, required: true, default: .value(0)),
            Field("latency", .integer, help: "Milliseconds."),
            Field("inputCost", .decimal, required: true, default: .value("0")),
            Field("outputCost", .decimal, required: true, default: .value("0")),
            Field("totalCost", .decimal, required: true, default: .value("0")),
            Field("success", .boolean, required: true, default: .value(true)),
            Field("userId", .reference("User"), onDelete: .clear),
            Field("projectId", .reference("Project"), onDelete: .clear),
            Field("llmIntegrationId", .reference("LlmIntegration"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId"),
            .toOne("project", "Project", by: "projectId"),
            .toOne("llmIntegration", "LlmIntegration", by: "llmIntegrationId"),
        ],
        indexes: [["llmIntegrationId", "createdAt"], ["projectId", "createdAt"], ["userId", "createdAt"]],
        help: "One call of a language model and what it cost.")
}
