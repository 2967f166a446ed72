import Model

extension Entities {
    /// One signed-in browser.
    static let browserSession = EntityType(
        "BrowserSession", key: .uid, ownership: .user("userId"),
        fields: [
            Field("tokenHash", .text, required: true, visibility: .nobody, help: "Hash of the cookie's token."),
            Field("csrfSecret", .text, visibility: .nobody),
            Field("address", .text, help: "Network address."),
            Field("userAgent", .text),
            Field("expiresAt", .timestamp, required: true, help: "The absolute end; idle sessions end sooner."),
            Field("lastSeenAt", .timestamp, required: true, default: .now),
            Field("twoFactorPassedAt", .timestamp, help: "When the second factor was given."),
            Field("authMethod", .choice(Choices.authMethod), required: true, default: .value("INTERNAL")),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        uniques: [
            EntityType.Unique(["tokenHash"])
        ],
        indexes: [["userId", "lastSeenAt"], ["expiresAt"]],
        help: "One signed-in browser.")
}
