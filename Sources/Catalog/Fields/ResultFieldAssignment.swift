import Model

extension Entities {
    /// An option of a result field.
    static let resultFieldAssignment = EntityType(
        "ResultFieldAssignment", key: .fields(["fieldOptionId", "resultFieldId"]), ownership: .shared,
        fields: [
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("fieldOptionId", .reference("FieldOption"), required: true, onDelete: .cascade),
            Field("resultFieldId", .reference("ResultField"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("fieldOption", "FieldOption", by: "fieldOptionId"),
            .toOne("resultField", "ResultField", by: "resultFieldId"),
        ],
        uniques: [
            EntityType.Unique(["fieldOptionId", "resultFieldId"])
        ],
        indexes: [["resultFieldId"]],
        help: "An option of a result field.")
}
