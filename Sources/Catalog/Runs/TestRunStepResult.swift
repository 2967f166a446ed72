import Model

extension Entities {
    /// The outcome of one step in a result.
    static let testRunStepResult = EntityType(
        "TestRunStepResult", ownership: .parent(["testRunResult"]), area: "TestRunResults", softDeleted: true,
        fields: [
            Field("elapsed", .integer, help: "Duration in whole seconds."),
            Field("executedAt", .timestamp, required: true, default: .now),
            Field("notes", .json, help: "A document in serialised form."),
            Field("evidence", .json),
            Field("name", .text, help: "Title of a step that the case does not have."),
            Field("description", .text, help: "A longer text about it."),
            Field("expectedResult", .text),
            Field("actualResult", .text, help: "What happened."),
            Field("versionLabel", .text, help: "A version of the tested product."),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("seconds", .real, help: "Exact duration."),
            Field("testRunResultId", .reference("TestRunResult"), required: true, onDelete: .cascade),
            Field(
                "stepId", .reference("Step"), onDelete: .cascade,
                help: "The step; null where the outcome brought its own text."),
            Field(
                "sharedStepItemId", .reference("SharedStepItem"), onDelete: .clear,
                help: "The item where the step is a shared step group."),
            Field("statusId", .reference("Status"), required: true),
        ],
        relations: [
            .toOne("testRunResult", "TestRunResult", by: "testRunResultId"),
            .toOne("step", "Step", by: "stepId"),
            .toOne("sharedStepItem", "SharedStepItem", by: "sharedStepItemId"),
            .toOne("stepStatus", "Status", by: "statusId"),
            .toMany("attachments", "Attachment", by: "testRunStepResultId"),
            .manyToMany(
                "issues", "Issue", table: "test_run_step_result_issue", here: "test_run_step_result_id",
                there: "issue_id"),
        ],
        uniques: [
            EntityType.Unique(
                ["testRunResultId", "stepId", "sharedStepItemId"], unless: [EntityType.Exemption("stepId", .null)])
        ],
        indexes: [["testRunResultId", "order"], ["stepId"], ["sharedStepItemId"]],
        help: "The outcome of one step in a result.")
}
