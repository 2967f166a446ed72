import Model

extension Entities {
    /// A verdict that a result can have.
    static let status = EntityType(
        "Status", ownership: .shared, softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field(
                "systemName", .text, required: true, rules: [.length(1...255)],
                help: "The name that APIs and imports use."),
            Field("aliases", .text, help: "Further names that imports recognise, separated by commas."),
            Field("order", .integer, required: true, default: .sequence, help: "Position among its siblings."),
            Field("isEnabled", .boolean, required: true, help: "Offered for new work."),
            Field("isSuccess", .boolean, required: true, help: "Counts as passed."),
            Field("isFailure", .boolean, required: true, help: "Counts as failed."),
            Field("isCompleted", .boolean, required: true, help: "The case needs no further execution."),
            Field(
                "isSystem", .boolean, required: true, default: .value(false),
                help: "Made by the server; cannot be deleted."),
            Field("colorId", .reference("Color"), required: true),
        ],
        relations: [
            .toOne("color", "Color", by: "colorId"),
            .toMany("scope", "StatusScopeAssignment", by: "statusId"),
            .toMany("projects", "ProjectStatusAssignment", by: "statusId"),
            .toMany("sessionResults", "SessionResult", by: "statusId"),
            .toMany("testRunCases", "TestRunCase", by: "statusId"),
            .toMany("testRunResults", "TestRunResult", by: "statusId"),
            .toMany("testRunStepResults", "TestRunStepResult", by: "statusId"),
            .toMany("junitTestResults", "JUnitTestResult", by: "statusId"),
            .toMany("junitTestSteps", "JUnitTestStep", by: "statusId"),
        ],
        uniques: [
            EntityType.Unique(["systemName"])
        ],
        indexes: [["order"], ["colorId"]],
        help: "A verdict that a result can have.")
}
