import Model

extension Entities {
    /// The SAML side of a sign-in provider.
    static let samlConfiguration = EntityType(
        "SamlConfiguration", key: .uid, ownership: .administrators,
        fields: [
            Field("entryPoint", .text, required: true, rules: [.url]),
            Field("issuer", .text, required: true),
            Field("cert", .text, required: true, help: "The provider's certificate, PEM."),
            Field("callbackUrl", .text),
            Field("logoutUrl", .text),
            Field("privateKey", .text, visibility: .nobody),
            Field("attributeMapping", .json),
            Field("wantAssertionsEncrypted", .boolean, required: true, default: .value(false)),
            Field("autoProvisionUsers", .boolean, required: true, default: .value(true)),
            Field("defaultAccess", .choice(Choices.access), required: true, default: .value("USER")),
            Field("providerId", .reference("SsoProvider"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("provider", "SsoProvider", by: "providerId")
        ],
        uniques: [
            EntityType.Unique(["providerId"])
        ],
        help: "The SAML side of a sign-in provider.")
}
