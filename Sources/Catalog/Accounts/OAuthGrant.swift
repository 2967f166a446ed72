import Model

extension Entities {
    /// A pair of access and refresh token given out for a user's name and password.
    static let oAuthGrant = EntityType(
        "OAuthGrant", key: .uid, ownership: .user("userId"),
        fields: [
            Field("accessTokenHash", .text, required: true, visibility: .nobody),
            Field("refreshTokenHash", .text, visibility: .nobody, help: "Works once; using it makes a new grant."),
            Field("clientName", .text),
            Field("address", .text, help: "Network address."),
            Field("scopes", .textList, required: true, default: .value("[]")),
            Field("accessExpiresAt", .timestamp, required: true),
            Field("refreshExpiresAt", .timestamp),
            Field("refreshedAt", .timestamp, help: "When the refresh token was spent."),
            Field("revokedAt", .timestamp),
            Field("lastUsedAt", .timestamp),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        uniques: [
            EntityType.Unique(["accessTokenHash"]),
            EntityType.Unique(["refreshTokenHash"], unless: [EntityType.Exemption("refreshTokenHash", .null)]),
        ],
        indexes: [["userId"], ["accessExpiresAt"]],
        help: "A pair of access and refresh token given out for a user's name and password.")
}
