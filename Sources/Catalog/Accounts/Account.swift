import Model

extension Entities {
    /// A user's identity at a sign-in provider.
    static let account = EntityType(
        "Account", key: .uid, ownership: .user("userId"),
        fields: [
            Field("type", .text, required: true),
            Field("provider", .text, required: true),
            Field("providerAccountId", .text, required: true),
            Field("refreshToken", .text, visibility: .nobody),
            Field("accessToken", .text, visibility: .nobody),
            Field("idToken", .text, visibility: .nobody),
            Field("tokenType", .text),
            Field("scope", .text),
            Field("sessionState", .text, visibility: .nobody),
            Field("expiresAt", .timestamp, help: "Not valid after this time."),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        uniques: [
            EntityType.Unique(["provider", "providerAccountId"])
        ],
        indexes: [["userId"]],
        help: "A user's identity at a sign-in provider.")
}
