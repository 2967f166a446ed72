import Model

extension Entities {
    /// Six shades of one colour.
    static let colorFamily = EntityType(
        "ColorFamily", ownership: .shared,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
        ],
        relations: [
            .toMany("colors", "Color", by: "colorFamilyId")
        ],
        uniques: [
            EntityType.Unique(["name"]),
            EntityType.Unique(["order"]),
        ],
        help: "Six shades of one colour.")
}
