import Model

extension Entities {
    /// A sign-in or authorisation on its way through an outside system; single use.
    static let oAuthState = EntityType(
        "OAuthState", key: .uid, ownership: .engine,
        fields: [
            Field("stateHash", .text, required: true, visibility: .nobody, help: "Hash of the state parameter."),
            Field("verifier", .text, visibility: .nobody, help: "Encrypted proof key."),
            Field("nonce", .text, visibility: .nobody),
            Field("redirectTo", .text),
            Field("expiresAt", .timestamp, required: true, help: "Not valid after this time."),
            Field("usedAt", .timestamp, help: "When it was used."),
            Field("userId", .reference("User"), onDelete: .cascade),
            Field("integrationId", .reference("Integration"), onDelete: .cascade),
            Field("providerId", .reference("SsoProvider"), onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId"),
            .toOne("integration", "Integration", by: "integrationId"),
            .toOne("provider", "SsoProvider", by: "providerId"),
        ],
        uniques: [
            EntityType.Unique(["stateHash"])
        ],
        indexes: [["expiresAt"], ["userId"]],
        help: "A sign-in or authorisation on its way through an outside system; single use.")
}
