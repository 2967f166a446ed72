import Model

extension Entities {
    /// A user's own grant at an outside system.
    static let userIntegrationAuth = EntityType(
        "UserIntegrationAuth", key: .uid, ownership: .user("userId"),
        fields: [
            Field("accessToken", .text, required: true, visibility: .nobody, help: "Encrypted."),
            Field("refreshToken", .text, visibility: .nobody, help: "Encrypted."),
            Field("externalUserId", .text),
            Field("externalName", .text),
            Field("externalEmail", .text),
            Field("cloudId", .text),
            Field("apiUrl", .text),
            Field("scopes", .text),
            Field(
                "isActive", .boolean, required: true, default: .value(true),
                help: "Inactive ones are kept but not used."),
            Field("tokenExpiresAt", .timestamp),
            Field("lastUsedAt", .timestamp),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
            Field("integrationId", .reference("Integration"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId"),
            .toOne("integration", "Integration", by: "integrationId"),
        ],
        uniques: [
            EntityType.Unique(["userId", "integrationId"])
        ],
        indexes: [["integrationId"]],
        help: "A user's own grant at an outside system.")
}
