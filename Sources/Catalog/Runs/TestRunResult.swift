import Model

extension Entities {
    /// One execution of a case in a run.
    static let testRunResult = EntityType(
        "TestRunResult", ownership: .parent(["testRun"]), area: "TestRunResults", softDeleted: true,
        fields: [
            Field(
                "testRunCaseVersion", .integer, required: true, default: .value(1),
                help: "Version of the case that was executed."),
            Field(
                "attempt", .integer, required: true, default: .value(1),
                help: "Counts the results of one case in a run from 1."),
            Field("elapsed", .integer, help: "Duration in whole seconds."),
            Field("executedAt", .timestamp, required: true, default: .now),
            Field("editedAt", .timestamp),
            Field("notes", .json, help: "A document in serialised form."),
            Field("evidence", .json, help: "Links, commits and other proof."),
            Field("runType", .choice(Choices.runKind), help: "Whether a machine executed it."),
            Field("exitCode", .integer, help: "Exit code of the automated test."),
            Field("caseEpoch", .integer, help: "Epoch of the case when it was executed."),
            Field("seconds", .real, help: "Exact duration."),
            Field("flakiness", .real, help: "Share of attempts that failed before the result stood."),
            Field("preconditions", .text, help: "The case's preconditions at that time."),
            Field("versionLabel", .text, help: "A version of the tested product."),
            Field("output", .text, help: "What the automated test printed, shortened."),
            Field("properties", .json, help: "Key and value pairs from an import."),
            Field("testRunId", .reference("TestRun"), required: true, onDelete: .cascade),
            Field("testRunCaseId", .reference("TestRunCase"), required: true, onDelete: .cascade),
            Field("statusId", .reference("Status"), required: true),
            Field("executedById", .reference("User"), required: true, default: .caller, help: "Who executed it."),
            Field("editedById", .reference("User")),
        ],
        relations: [
            .toOne("testRun", "TestRun", by: "testRunId"),
            .toOne("testRunCase", "TestRunCase", by: "testRunCaseId"),
            .toOne("status", "Status", by: "statusId"),
            .toOne("executedBy", "User", by: "executedById"),
            .toOne("editedBy", "User", by: "editedById"),
            .toMany("attachments", "Attachment", by: "testRunResultsId"),
            .toMany("resultFieldValues", "ResultFieldValue", by: "testRunResultsId"),
            .toMany("stepResults", "TestRunStepResult", by: "testRunResultId"),
            .manyToMany(
                "issues", "Issue", table: "test_run_result_issue", here: "test_run_result_id", there: "issue_id"),
            .toMany("customFieldValues", "CustomFieldValue", by: "testRunResultId"),
        ],
        indexes: [["testRunId", "executedAt"], ["testRunCaseId", "executedAt"]],
        help: "One execution of a case in a run.")
}
