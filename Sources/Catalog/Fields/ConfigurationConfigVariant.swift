import Model

extension Entities {
    /// A variant of a configuration.
    static let configurationConfigVariant = EntityType(
        "ConfigurationConfigVariant", key: .fields(["configurationId", "variantId"]), ownership: .shared,
        fields: [
            Field("configurationId", .reference("Configuration"), required: true, onDelete: .cascade),
            Field("variantId", .reference("ConfigVariant"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("configuration", "Configuration", by: "configurationId"),
            .toOne("variant", "ConfigVariant", by: "variantId"),
        ],
        uniques: [
            EntityType.Unique(["configurationId", "variantId"])
        ],
        indexes: [["variantId"]],
        help: "A variant of a configuration.")
}
