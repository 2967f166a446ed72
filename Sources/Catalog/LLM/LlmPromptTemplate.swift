import Model

extension Entities {
    /// The wording of the instructions for one feature.
    static let llmPromptTemplate = EntityType(
        "LlmPromptTemplate", key: .uid, ownership: .administrators,
        fields: [
            Field("feature", .text, required: true),
            Field("name", .text, required: true),
            Field("systemPrompt", .text, required: true),
            Field("userPrompt", .text),
            Field("description", .text, help: "A longer text about it."),
            Field("version", .integer, required: true, default: .value(1)),
            Field(
                "isActive", .boolean, required: true, default: .value(false),
                help: "Inactive ones are kept but not used."),
            Field("variables", .json),
            Field("llmIntegrationId", .reference("LlmIntegration"), onDelete: .clear),
        ],
        relations: [
            .toOne("llmIntegration", "LlmIntegration", by: "llmIntegrationId")
        ],
        uniques: [
            EntityType.Unique(["feature", "name", "version"])
        ],
        indexes: [["llmIntegrationId"]],
        help: "The wording of the instructions for one feature.")
}
