import Model

extension Entities {
    /// A dimension of configurations, such as the browser.
    static let configCategory = EntityType(
        "ConfigCategory", ownership: .shared, softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)])
        ],
        relations: [
            .toMany("variants", "ConfigVariant", by: "categoryId")
        ],
        help: "A dimension of configurations, such as the browser.")
}
