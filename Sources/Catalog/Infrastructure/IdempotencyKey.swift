import Model

extension Entities {
    /// The answer to a request that may be sent again.
    static let idempotencyKey = EntityType(
        "IdempotencyKey", ownership: .engine,
        fields: [
            Field("key", .text, required: true),
            Field("route", .text, required: true),
            Field("requestHash", .text, required: true, help: "Another body under the same key is refused."),
            Field("answer", .text),
            Field("status", .integer),
            Field("state", .choice(Choices.idempotencyState), required: true, default: .value("IN_PROGRESS")),
            Field("expiresAt", .timestamp, required: true, help: "Not valid after this time."),
            Field("headers", .json),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        uniques: [
            EntityType.Unique(["userId", "key"])
        ],
        indexes: [["expiresAt"]],
        help: "The answer to a request that may be sent again.")
}
