import Model

extension Entities {
    /// The value of a result field.
    static let resultFieldValue = EntityType(
        "ResultFieldValue", ownership: .parent(["testRunResults", "sessionResults", "testCase"]),
        area: "TestRunResults",
        fields: [
            Field("value", .json, help: "The value as JSON; the shape follows from the field's type."),
            Field("testCaseId", .reference("RepositoryCase")),
            Field("fieldId", .reference("ResultField"), required: true, onDelete: .cascade),
            Field("sessionResultsId", .reference("SessionResult"), onDelete: .cascade),
            Field("testRunResultsId", .reference("TestRunResult"), onDelete: .cascade),
        ],
        relations: [
            .toOne("testCase", "RepositoryCase", by: "testCaseId"),
            .toOne("field", "ResultField", by: "fieldId"),
            .toOne("sessionResults", "SessionResult", by: "sessionResultsId"),
            .toOne("testRunResults", "TestRunResult", by: "testRunResultsId"),
        ],
        indexes: [["testCaseId"], ["testRunResultsId"], ["sessionResultsId"]],
        help: "The value of a result field.")
}
