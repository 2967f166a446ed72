import Model

extension Entities {
    /// A property of a suite or a case in an imported report.
    static let jUnitProperty = EntityType(
        "JUnitProperty", ownership: .parent(["testSuite", "repositoryCase"]), area: "TestRunResults",
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("value", .text),
            Field("testSuiteId", .reference("JUnitTestSuite"), onDelete: .cascade),
            Field("repositoryCaseId", .reference("RepositoryCase"), onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("testSuite", "JUnitTestSuite", by: "testSuiteId"),
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        indexes: [["repositoryCaseId"], ["testSuiteId"]],
        help: "A property of a suite or a case in an imported report.")
}
