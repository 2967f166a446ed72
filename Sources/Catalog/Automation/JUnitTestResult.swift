import Model

extension Entities {
    /// One test of an imported report.
    static let jUnitTestResult = EntityType(
        "JUnitTestResult", ownership: .parent(["testSuite"]), area: "TestRunResults",
        fields: [
            Field("message", .text),
            Field("content", .text, help: "Text of the failure."),
            Field("file", .text),
            Field("systemOut", .text),
            Field("systemErr", .text),
            Field("assertions", .integer),
            Field("line", .integer),
            Field("time", .real, help: "Duration in seconds."),
            Field("executedAt", .timestamp),
            Field("type", .choice(Choices.jUnitResultType), required: true),
            Field("isFlaky", .boolean, help: "Passed after attempts that failed."),
            Field("reruns", .json, help: "The attempts before the last one."),
            Field("name", .text, help: "The test's name as the report spelled it, where the case is named otherwise."),
            Field("repositoryCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("testSuiteId", .reference("JUnitTestSuite"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("statusId", .reference("Status")),
        ],
        relations: [
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("testSuite", "JUnitTestSuite", by: "testSuiteId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("status", "Status", by: "statusId"),
            .toMany("attachments", "Attachment", by: "junitTestResultId"),
        ],
        indexes: [["testSuiteId"], ["repositoryCaseId", "executedAt"]],
        help: "One test of an imported report.")
}
