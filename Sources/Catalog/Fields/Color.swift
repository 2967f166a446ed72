import Model

extension Entities {
    /// One shade of a colour family.
    static let color = EntityType(
        "Color", ownership: .shared,
        fields: [
            Field(
                "value", .text, required: true, rules: [.length(1...255)],
                help: "Hexadecimal with a leading number sign."),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("colorFamilyId", .reference("ColorFamily"), required: true),
        ],
        relations: [
            .toOne("colorFamily", "ColorFamily", by: "colorFamilyId"),
            .toMany("fieldOptions", "FieldOption", by: "iconColorId"),
            .toMany("statuses", "Status", by: "colorId"),
            .toMany("workflows", "Workflow", by: "colorId"),
        ],
        uniques: [
            EntityType.Unique(["colorFamilyId", "order"])
        ],
        help: "One shade of a colour family.")
}
