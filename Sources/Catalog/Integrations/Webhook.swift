import Model

extension Entities {
    /// An address that is told about events.
    static let webhook = EntityType(
        "Webhook", key: .uid, ownership: .projectField("projectId"), area: "Settings", softDeleted: true,
        fields: [
            Field("name", .text),
            Field("secret", .text, visibility: .nobody, help: "Encrypted key of the signature."),
            Field("lastError", .text, help: "What went wrong last; null when it works."),
            Field("url", .text, required: true, rules: [.length(1...2000), .url]),
            Field(
                "events", .textList, required: true, default: .value("[]"),
                help: "Names of the events; a star means all."),
            Field(
                "isActive", .boolean, required: true, default: .value(true),
                help: "Inactive ones are kept but not used."),
            Field(
                "failureCount", .integer, required: true, default: .value(0),
                help: "Failed deliveries since the last success."),
            Field("disabledAt", .timestamp),
            Field("lastDeliveredAt", .timestamp),
            Field(
                "projectId", .reference("Project"), onDelete: .cascade,
                help: "The only project whose events count; null for all."),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("deliveries", "WebhookDelivery", by: "webhookId"),
        ],
        indexes: [["projectId"]],
        help: "An address that is told about events.")
}
