import Model

extension Entities {
    /// A mail domain whose people may sign up.
    static let allowedEmailDomain = EntityType(
        "AllowedEmailDomain", key: .uid, ownership: .administrators,
        fields: [
            Field("domain", .text, required: true, help: "The part after the at sign, in lower case."),
            Field("enabled", .boolean, required: true, default: .value(true)),
            Field("createdBy", .reference("User"), help: "Who made it."),
        ],
        relations: [
            .toOne("creator", "User", by: "createdBy")
        ],
        uniques: [
            EntityType.Unique(["domain"])
        ],
        help: "A mail domain whose people may sign up.")
}
