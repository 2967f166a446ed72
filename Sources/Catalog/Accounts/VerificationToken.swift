import Model

extension Entities {
    /// A single-use token sent by mail.
    static let verificationToken = EntityType(
        "VerificationToken", key: .fields(["identifier", "token"]), ownership: .engine,
        fields: [
            Field("identifier", .text, required: true, help: "The address it was sent to, folded."),
            Field("token", .text, required: true, visibility: .nobody, help: "Hash of the token."),
            Field("expires", .timestamp, required: true),
            Field("usedAt", .timestamp, help: "When it was used."),
            Field("purpose", .choice(Choices.verificationPurpose), required: true, default: .value("EMAIL")),
            Field("data", .json),
        ],
        uniques: [
            EntityType.Unique(["identifier", "token"])
        ],
        indexes: [["expires"]],
        help: "A single-use token sent by mail.")
}
