import Model

extension Entities {
    /// An option of a case field.
    static let caseFieldAssignment = EntityType(
        "CaseFieldAssignment", key: .fields(["fieldOptionId", "caseFieldId"]), ownership: .shared,
        fields: [
            Field("fieldOptionId", .reference("FieldOption"), required: true, onDelete: .cascade),
            Field("caseFieldId", .reference("CaseField"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("fieldOption", "FieldOption", by: "fieldOptionId"),
            .toOne("caseField", "CaseField", by: "caseFieldId"),
        ],
        uniques: [
            EntityType.Unique(["fieldOptionId", "caseFieldId"])
        ],
        indexes: [["caseFieldId"]],
        help: "An option of a case field.")
}
