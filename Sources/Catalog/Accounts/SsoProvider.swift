import Model

extension Entities {
    /// A way to sign in with an outside identity.
    static let ssoProvider = EntityType(
        "SsoProvider", key: .uid, ownership: .shared,
        fields: [
            Field("name", .text, required: true),
            Field(
                "forceSso", .boolean, required: true, default: .value(false),
                help: "Nobody but administrators may use a password."),
            Field("enabled", .boolean, required: true, default: .value(true)),
            Field("config", .json, visibility: .nobody, help: "Encrypted settings, secrets among them."),
            Field("type", .choice(Choices.ssoProviderType), required: true),
            Field("displayName", .text, help: "The name that people see."),
            Field("issuer", .text, rules: [.url]),
            Field("clientId", .text),
            Field("clientSecret", .text, visibility: .nobody, help: "Encrypted."),
            Field("scopes", .textList, required: true, default: .value("[]")),
            Field(
                "autoProvision", .boolean, required: true, default: .value(false),
                help: "Unknown people get an account at their first sign-in."),
            Field(
                "linkByEmail", .boolean, required: true, default: .value(false),
                help: "A verified address links to the account that has it."),
        ],
        relations: [
            .toMany("samlConfig", "SamlConfiguration", by: "providerId")
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "A way to sign in with an outside identity.")
}
