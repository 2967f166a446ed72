import Model

extension Entities {
    /// A connection to an issue tracker or another outside system.
    static let integration = EntityType(
        "Integration", ownership: .shared, softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("lastSyncAt", .timestamp, help: "When it was last compared with the outside system."),
            Field(
                "credentials", .json, required: true, default: .value("{}"), visibility: .nobody,
                help: "Encrypted; never answered."),
            Field("settings", .json, visibility: .administrators, help: "Addresses and options, no secrets."),
            Field("provider", .choice(Choices.integrationProvider), required: true),
            Field("authType", .choice(Choices.integrationAuthType), required: true),
            Field("status", .choice(Choices.integrationStatus), required: true, default: .value("INACTIVE")),
            Field("lastError", .text, visibility: .administrators, help: "What went wrong last; null when it works."),
            Field("lastCheckedAt", .timestamp, visibility: .administrators),
            Field("createdById", .reference("User"), onDelete: .clear, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("userIntegrationAuths", "UserIntegrationAuth", by: "integrationId"),
            .toMany("projectIntegrations", "ProjectIntegration", by: "integrationId"),
            .toMany("issues", "Issue", by: "integrationId"),
            .toMany("requirements", "Requirement", by: "integrationId"),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "A connection to an issue tracker or another outside system.")
}
