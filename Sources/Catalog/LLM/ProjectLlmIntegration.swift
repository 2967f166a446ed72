import Model

extension Entities {
    /// The language model connection that a project uses.
    static let projectLlmIntegration = EntityType(
        "ProjectLlmIntegration", key: .uid, ownership: .projectField("projectId"), area: "Settings",
        fields: [
            Field(
                "isActive", .boolean, required: true, default: .value(true),
                help: "Inactive ones are kept but not used."),
            Field("config", .json, help: "Options in a shape of its own."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("llmIntegrationId", .reference("LlmIntegration"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("llmIntegration", "LlmIntegration", by: "llmIntegrationId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "llmIntegrationId"])
        ],
        indexes: [["llmIntegrationId"]],
        help: "The language model connection that a project uses.")
}
