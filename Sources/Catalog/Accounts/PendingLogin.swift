import Model

extension Entities {
    /// A sign-in that waits for the second factor or for its set-up.
    static let pendingLogin = EntityType(
        "PendingLogin", key: .uid, ownership: .engine,
        fields: [
            Field("tokenHash", .text, required: true, visibility: .nobody),
            Field("address", .text, help: "Network address."),
            Field("secret", .text, visibility: .nobody, help: "Encrypted secret that the set-up offers."),
            Field("callbackUrl", .text),
            Field("attempts", .integer, required: true, default: .value(0), help: "Wrong codes so far."),
            Field("expiresAt", .timestamp, required: true, help: "Not valid after this time."),
            Field("usedAt", .timestamp, help: "When it was used."),
            Field("purpose", .choice(Choices.pendingLoginPurpose), required: true),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        uniques: [
            EntityType.Unique(["tokenHash"])
        ],
        indexes: [["userId"], ["expiresAt"]],
        help: "A sign-in that waits for the second factor or for its set-up.")
}
