import Model

extension Entities {
    /// Who may sign up and what they get; one row.
    static let registrationSettings = EntityType(
        "RegistrationSettings", key: .uid, ownership: .shared,
        fields: [
            Field(
                "restrictEmailDomains", .boolean, required: true, default: .value(false),
                help: "Only addresses of the allowed domains may sign up."),
            Field(
                "force2FANonSSO", .boolean, required: true, default: .value(false),
                help: "People who sign in with a password need a second factor."),
            Field(
                "force2FAAllLogins", .boolean, required: true, default: .value(false),
                help: "Everybody needs a second factor."),
            Field("allowOpenRegistration", .boolean, required: true, default: .value(true)),
            Field("requireEmailVerification", .boolean, required: true, default: .value(true)),
            Field("defaultAccess", .choice(Choices.access), required: true, default: .value("NONE")),
            Field("minimumPasswordLength", .integer, required: true, default: .value(12)),
            Field("defaultRoleId", .reference("Role"), onDelete: .clear),
        ],
        relations: [
            .toOne("defaultRole", "Role", by: "defaultRoleId")
        ],
        help: "Who may sign up and what they get; one row.")
}
