import Model

extension Entities {
    /// One event on its way to one address.
    static let webhookDelivery = EntityType(
        "WebhookDelivery", key: .uid, ownership: .parent(["webhook"]), area: "Settings",
        fields: [
            Field("event", .text, required: true),
            Field("error", .text),
            Field("payload", .json, required: true, help: "The data of the event, the same at every attempt."),
            Field("attempts", .integer, required: true, default: .value(0)),
            Field("responseStatus", .integer),
            Field("nextAttemptAt", .timestamp),
            Field("deliveredAt", .timestamp),
            Field("status", .choice(Choices.deliveryStatus), required: true, default: .value("PENDING")),
            Field("webhookId", .reference("Webhook"), required: true, onDelete: .cascade),
            Field("outboxEventId", .reference("OutboxEvent"), onDelete: .clear),
        ],
        relations: [
            .toOne("webhook", "Webhook", by: "webhookId"),
            .toOne("outboxEvent", "OutboxEvent", by: "outboxEventId"),
        ],
        indexes: [["webhookId", "createdAt"], ["status", "nextAttemptAt"], ["outboxEventId"]],
        help: "One event on its way to one address.")
}
