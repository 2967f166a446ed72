import Model

extension Entities {
    /// A value of a dimension, such as one browser.
    static let configVariant = EntityType(
        "ConfigVariant", ownership: .shared, softDeleted: true,
        fields: [
            Field("isEnabled", .boolean, required: true, default: .value(true), help: "Offered for new work."),
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("categoryId", .reference("ConfigCategory"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("category", "ConfigCategory", by: "categoryId"),
            .toMany("configurations", "ConfigurationConfigVariant", by: "variantId"),
        ],
        indexes: [["categoryId"]],
        help: "A value of a dimension, such as one browser.")
}
