import Model

extension Entities {
    /// A suite of an imported report.
    static let jUnitTestSuite = EntityType(
        "JUnitTestSuite", ownership: .parent(["testRun"]), area: "TestRunResults",
        fields: [
            Field("name", .text, required: true, rules: [.length(1...2000)]),
            Field("file", .text),
            Field("systemOut", .text),
            Field("systemErr", .text),
            Field("tests", .integer),
            Field("failures", .integer),
            Field("errors", .integer),
            Field("skipped", .integer),
            Field("assertions", .integer),
            Field("time", .real, help: "Duration in seconds."),
            Field("timestamp", .timestamp),
            Field("parentId", .reference("JUnitTestSuite"), onDelete: .cascade),
            Field("testRunId", .reference("TestRun"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("parent", "JUnitTestSuite", by: "parentId"),
            .toOne("testRun", "TestRun", by: "testRunId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toMany("properties", "JUnitProperty", by: "testSuiteId"),
            .toMany("results", "JUnitTestResult", by: "testSuiteId"),
            .toMany("children", "JUnitTestSuite", by: "parentId"),
        ],
        indexes: [["testRunId"], ["parentId"]],
        help: "A suite of an imported report.")
}
