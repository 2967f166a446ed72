import Model

extension Entities {
    /// What was done, by whom and when; rows are added only and chained by hashes.
    static let auditLog = EntityType(
        "AuditLog", key: .uid, ownership: .administrators,
        fields: [
            Field("entityType", .text, required: true),
            Field("entityId", .text, required: true, help: "UUID, or id where the thing has none."),
            Field("userId", .text),
            Field("userEmail", .text),
            Field("userName", .text),
            Field("entityName", .text),
            Field("timestamp", .timestamp, required: true, default: .now),
            Field("changes", .json, help: "Old and new values by field, secrets masked."),
            Field("metadata", .json),
            Field("action", .choice(Choices.auditAction), required: true),
            Field(
                "chain", .text, required: true, default: .value("main"),
                help: "Name of the chain that the row belongs to."),
            Field("hash", .text, required: true, help: "Hash over the previous hash and the row."),
            Field("previousHash", .text, help: "Hash of the row before; null in the first."),
            Field("tokenId", .text, help: "UUID of the API token that was used."),
            Field("address", .text, help: "Where the request came from."),
            Field("userAgent", .text),
            Field("requestId", .text),
            Field("sequence", .integer, required: true, help: "Counts from 1 in its chain without gaps."),
            Field("projectId", .reference("Project"), onDelete: .clear),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId")
        ],
        uniques: [
            EntityType.Unique(["chain", "sequence"])
        ],
        indexes: [
            ["timestamp"],
            ["entityType", "entityId"],
            ["projectId", "timestamp"],
            ["userId", "timestamp"],
            ["action", "timestamp"],
        ],
        help: "What was done, by whom and when; rows are added only and chained by hashes.")
}
