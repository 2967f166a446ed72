import Model

extension Entities {
    /// A case in a run; other products call it an instance or a test.
    static let testRunCase = EntityType(
        "TestRunCase", ownership: .parent(["testRun"]), area: "TestRuns",
        fields: [
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("elapsed", .integer, help: "Duration of the latest result in seconds."),
            Field(
                "isCompleted", .boolean, required: true, default: .value(false),
                help: "The latest status needs no further execution."),
            Field("startedAt", .timestamp, help: "When it began."),
            Field("completedAt", .timestamp, help: "When it was completed."),
            Field("notes", .json, help: "A document in serialised form."),
            Field("number", .integer, help: "Position number in the run that is never used again."),
            Field("dataSetRow", .integer, help: "The row of the case's data set, from 1."),
            Field("caseEpoch", .integer, help: "Epoch of the case when it joined."),
            Field("attempts", .integer, required: true, default: .value(0), help: "How many results it has."),
            Field("priorityLabel", .text, help: "The priority as free text."),
            Field("versionLabel", .text, help: "A version of the tested product."),
            Field(
                "isRepeat", .boolean, required: true, default: .value(false),
                help: "The same case is in the run once more; only one row per case is not a repeat."),
            Field("plannedExecution", .timestamp, help: "When it should be executed."),
            Field("lastExecutedAt", .timestamp, help: "When the latest result was recorded."),
            Field("parameters", .json, help: "Values for this execution, by name."),
            Field("testRunId", .reference("TestRun"), required: true, onDelete: .cascade),
            Field("repositoryCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("statusId", .reference("Status"), help: "Status of the latest result; null before the first."),
            Field("assignedToId", .reference("User"), help: "Who should do it."),
            Field("lastExecutedById", .reference("User"), onDelete: .clear, help: "Who recorded the latest result."),
            Field("assignedGroupId", .reference("Group"), onDelete: .clear, help: "The group that should do it."),
        ],
        relations: [
            .toOne("testRun", "TestRun", by: "testRunId"),
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("status", "Status", by: "statusId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toOne("lastExecutedBy", "User", by: "lastExecutedById"),
            .toOne("assignedGroup", "Group", by: "assignedGroupId"),
            .toMany("results", "TestRunResult", by: "testRunCaseId"),
            .toMany("steps", "TestRunCaseStep", by: "testRunCaseId"),
            .toMany("caseIssues", "TestRunCaseIssue", by: "testRunCaseId"),
            .toMany("attachments", "Attachment", by: "testRunCaseId"),
            .toMany("customFieldValues", "CustomFieldValue", by: "testRunCaseId"),
        ],
        uniques: [
            EntityType.Unique(["testRunId", "repositoryCaseId"], unless: [EntityType.Exemption("isRepeat", true)])
        ],
        indexes: [["testRunId", "order"], ["repositoryCaseId"], ["assignedToId", "isCompleted"]],
        help: "A case in a run; other products call it an instance or a test.")
}
