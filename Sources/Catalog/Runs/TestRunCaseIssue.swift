import Model

extension Entities {
    /// A defect that was found with a case in a run, whichever of its results showed it.
    static let testRunCaseIssue = EntityType(
        "TestRunCaseIssue", ownership: .parent(["testRunCase"]), area: "TestRunResults",
        fields: [
            Field("testRunCaseId", .reference("TestRunCase"), required: true, onDelete: .cascade),
            Field("issueId", .reference("Issue"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("testRunCase", "TestRunCase", by: "testRunCaseId"),
            .toOne("issue", "Issue", by: "issueId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        uniques: [
            EntityType.Unique(["testRunCaseId", "issueId"])
        ],
        indexes: [["issueId"]],
        help: "A defect that was found with a case in a run, whichever of its results showed it.")
}
