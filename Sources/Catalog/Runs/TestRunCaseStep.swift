import Model

extension Entities {
    /// A step of a case in a run with its verdict so far; a case without steps has one row without a step.
    static let testRunCaseStep = EntityType(
        "TestRunCaseStep", ownership: .parent(["testRunCase"]), area: "TestRunResults",
        fields: [
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("result", .text, help: "What happened."),
            Field("seconds", .real, help: "Exact duration."),
            Field("versionLabel", .text, help: "A version of the tested product."),
            Field("testRunCaseId", .reference("TestRunCase"), required: true, onDelete: .cascade),
            Field(
                "stepId", .reference("Step"), onDelete: .cascade, help: "Null stands for a case that has no steps."),
            Field("statusId", .reference("Status"), help: "Null before the step is judged."),
        ],
        relations: [
            .toOne("testRunCase", "TestRunCase", by: "testRunCaseId"),
            .toOne("step", "Step", by: "stepId"),
            .toOne("status", "Status", by: "statusId"),
            .toMany("attachments", "Attachment", by: "testRunCaseStepId"),
        ],
        indexes: [["testRunCaseId", "order"], ["stepId"]],
        help: "A step of a case in a run with its verdict so far; a case without steps has one row without a step.")
}
