import Model

extension Entities {
    /// The value of a custom field on anything but a case or a session, which have their own tables.
    static let customFieldValue = EntityType(
        "CustomFieldValue",
        ownership: .parent([
            "testRun", "testRunCase", "testRunResult", "requirement", "milestone", "issue", "testPlan", "folder",
            "step",
        ]),
        fields: [
            Field("value", .json),
            Field("fieldId", .reference("CaseField"), required: true, onDelete: .cascade),
            Field("testRunId", .reference("TestRun"), onDelete: .cascade),
            Field("testRunCaseId", .reference("TestRunCase"), onDelete: .cascade),
            Field("testRunResultId", .reference("TestRunResult"), onDelete: .cascade),
            Field("requirementId", .reference("Requirement"), onDelete: .cascade),
            Field("milestoneId", .reference("Milestone"), onDelete: .cascade),
            Field("issueId", .reference("Issue"), onDelete: .cascade),
            Field("testPlanId", .reference("TestPlan"), onDelete: .cascade),
            Field("folderId", .reference("RepositoryFolder"), onDelete: .cascade),
            Field("stepId", .reference("Step"), onDelete: .cascade),
        ],
        relations: [
            .toOne("field", "CaseField", by: "fieldId"),
            .toOne("testRun", "TestRun", by: "testRunId"),
            .toOne("testRunCase", "TestRunCase", by: "testRunCaseId"),
            .toOne("testRunResult", "TestRunResult", by: "testRunResultId"),
            .toOne("requirement", "Requirement", by: "requirementId"),
            .toOne("milestone", "Milestone", by: "milestoneId"),
            .toOne("issue", "Issue", by: "issueId"),
            .toOne("testPlan", "TestPlan", by: "testPlanId"),
            .toOne("folder", "RepositoryFolder", by: "folderId"),
            .toOne("step", "Step", by: "stepId"),
        ],
        uniques: [
            EntityType.Unique(
                [
                    "fieldId", "testRunId", "testRunCaseId", "testRunResultId", "requirementId", "milestoneId",
                    "issueId", "testPlanId", "folderId", "stepId",
                ])
        ],
        indexes: [
            ["testRunId"],
            ["testRunCaseId"],
            ["testRunResultId"],
            ["requirementId"],
            ["milestoneId"],
            ["issueId"],
            ["testPlanId"],
            ["folderId"],
            ["stepId"],
        ],
        help: "The value of a custom field on anything but a case or a session, which have their own tables.")
}
