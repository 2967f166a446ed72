import Model

extension Entities {
    /// The value of a case field on a case.
    static let caseFieldValue = EntityType(
        "CaseFieldValue", ownership: .parent(["testCase"]), area: "TestCaseRepository",
        fields: [
            Field("value", .json, help: "The value as JSON; the shape follows from the field's type."),
            Field("testCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("fieldId", .reference("CaseField"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("testCase", "RepositoryCase", by: "testCaseId"),
            .toOne("field", "CaseField", by: "fieldId"),
        ],
        indexes: [["testCaseId", "fieldId"]],
        help: "The value of a case field on a case.")
}
