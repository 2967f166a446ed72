import Model

extension Entities {
    /// A piece of background work.
    static let job = EntityType(
        "Job", ownership: .administrators,
        fields: [
            Field("queue", .text, required: true),
            Field("name", .text, required: true),
            Field("error", .text),
            Field("lockedBy", .text, help: "The worker that has it."),
            Field("uniqueKey", .text, help: "A waiting job with the same key is not queued again."),
            Field("progressText", .text),
            Field("priority", .integer, required: true, default: .value(0)),
            Field("progress", .integer, required: true, default: .value(0), help: "Percent."),
            Field("attempts", .integer, required: true, default: .value(0)),
            Field("maxAttempts", .integer, required: true, default: .value(1)),
            Field("runAt", .timestamp, required: true, default: .now, help: "Not before this time."),
            Field("startedAt", .timestamp, help: "When it began."),
            Field("finishedAt", .timestamp),
            Field("lockedUntil", .timestamp, help: "After this time another worker may take it."),
            Field("state", .choice(Choices.jobState), required: true, default: .value("WAITING")),
            Field("payload", .json, help: "What to do; no secrets."),
            Field("result", .json),
            Field("logs", .json),
            Field("userId", .reference("User"), onDelete: .clear),
            Field("projectId", .reference("Project"), onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId"),
            .toOne("project", "Project", by: "projectId"),
        ],
        indexes: [
            ["queue", "state", "runAt"],
            ["state", "lockedUntil"],
            ["queue", "createdAt"],
            ["uniqueKey"],
            ["projectId"],
        ],
        help: "A piece of background work.")
}
