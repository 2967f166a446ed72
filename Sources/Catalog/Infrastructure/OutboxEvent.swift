import Model

extension Entities {
    /// An event written with the change that raised it, waiting to be told.
    static let outboxEvent = EntityType(
        "OutboxEvent", ownership: .engine,
        fields: [
            Field("event", .text, required: true),
            Field("entityType", .text),
            Field("entityUid", .text),
            Field("attempts", .integer, required: true, default: .value(0)),
            Field("entityId", .integer),
            Field("payload", .json, required: true),
            Field("processedAt", .timestamp, help: "When its deliveries were made; null before."),
            Field("error", .text),
            Field("projectId", .reference("Project"), onDelete: .cascade),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId")
        ],
        indexes: [["processedAt", "id"], ["projectId"]],
        help: "An event written with the change that raised it, waiting to be told.")
}
