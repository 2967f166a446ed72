import Model

extension Entities {
    /// One attempt to sign in, kept to slow down guessing.
    static let loginAttempt = EntityType(
        "LoginAttempt", ownership: .engine,
        fields: [
            Field("identifier", .text, required: true, help: "The name or address that was given, folded."),
            Field("address", .text, help: "Network address."),
            Field("reason", .text),
            Field("succeeded", .boolean, required: true),
            Field("kind", .choice(Choices.loginAttemptKind), required: true, default: .value("PASSWORD")),
            Field("userId", .reference("User"), onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        indexes: [["identifier", "createdAt"], ["address", "createdAt"], ["createdAt"], ["userId"]],
        help: "One attempt to sign in, kept to slow down guessing.")
}
