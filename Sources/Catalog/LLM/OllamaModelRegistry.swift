import Model

extension Entities {
    /// A model that a local provider has loaded.
    static let ollamaModelRegistry = EntityType(
        "OllamaModelRegistry", key: .uid, ownership: .administrators,
        fields: [
            Field("modelName", .text, required: true),
            Field("modelTag", .text, required: true, default: .value("latest")),
            Field("digest", .text),
            Field("size", .bigInteger),
            Field("isAvailable", .boolean, required: true, default: .value(true)),
            Field("lastSeenAt", .timestamp),
            Field("details", .json),
            Field("llmIntegrationId", .reference("LlmIntegration"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("llmIntegration", "LlmIntegration", by: "llmIntegrationId")
        ],
        uniques: [
            EntityType.Unique(["llmIntegrationId", "modelName", "modelTag"])
        ],
        help: "A model that a local provider has loaded.")
}
