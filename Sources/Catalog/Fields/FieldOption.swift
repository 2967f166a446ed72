import Model

extension Entities {
    /// One value of a list field.
    static let fieldOption = EntityType(
        "FieldOption", ownership: .shared, softDeleted: true,
        fields: [
            Field("isEnabled", .boolean, required: true, default: .value(true), help: "Offered for new work."),
            Field("name", .text, required: true, rules: [.length(1...500)]),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("isDefault", .boolean, required: true, default: .value(false), help: "Chosen for new rows."),
            Field("iconId", .reference("FieldIcon"), onDelete: .clear),
            Field("iconColorId", .reference("Color"), onDelete: .clear),
        ],
        relations: [
            .toOne("icon", "FieldIcon", by: "iconId"),
            .toOne("iconColor", "Color", by: "iconColorId"),
            .toMany("caseFields", "CaseFieldAssignment", by: "fieldOptionId"),
            .toMany("resultFields", "ResultFieldAssignment", by: "fieldOptionId"),
        ],
        indexes: [["iconId"], ["iconColorId"]],
        help: "One value of a list field.")
}
