import Model

extension Entities {
    /// Which model one feature uses in a project.
    static let llmFeatureConfig = EntityType(
        "LlmFeatureConfig", key: .uid, ownership: .administrators,
        fields: [
            Field("feature", .text, required: true),
            Field("model", .text),
            Field("prompt", .text),
            Field("enabled", .boolean, required: true, default: .value(true)),
            Field("temperature", .real),
            Field("maxTokens", .integer),
            Field("settings", .json, help: "Options, no secrets."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("llmIntegrationId", .reference("LlmIntegration"), onDelete: .clear),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("llmIntegration", "LlmIntegration", by: "llmIntegrationId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "feature"])
        ],
        indexes: [["llmIntegrationId"]],
        help: "Which model one feature uses in a project.")
}
