import Model

extension Entities {
    /// An answer that is given again for the same question.
    static let llmResponseCache = EntityType(
        "LlmResponseCache", key: .uid, ownership: .administrators,
        fields: [
            Field("feature", .text, required: true),
            Field("model", .text, required: true),
            Field("promptHash", .text, required: true),
            Field("contextHash", .text, required: true),
            Field("response", .json, required: true),
            Field("hits", .integer, required: true, default: .value(0)),
            Field("expiresAt", .timestamp, help: "Not valid after this time."),
            Field("projectId", .reference("Project"), onDelete: .cascade),
            Field("llmIntegrationId", .reference("LlmIntegration"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("llmIntegration", "LlmIntegration", by: "llmIntegrationId"),
        ],
        uniques: [
            EntityType.Unique(["feature", "model", "promptHash", "contextHash"])
        ],
        indexes: [["expiresAt"], ["projectId"], ["llmIntegrationId"]],
        help: "An answer that is given again for the same question.")
}
