import Model

extension Entities {
    /// Cases selected for execution, with their results; other products call it a set.
    static let testRun = EntityType(
        "TestRun", ownership: .projectField("projectId"), area: "TestRuns", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("configurationGroupId", .text, help: "Common to the runs made together for several configurations."),
            Field("forecastManual", .integer, help: "Expected manual work that remains, in seconds."),
            Field("elapsed", .integer, help: "Sum of the results' durations in seconds."),
            Field("forecastAutomated", .real, help: "Expected automated work that remains, in seconds."),
            Field(
                "isCompleted", .boolean, required: true, default: .value(false),
                help: "A completed run takes no further results."),
            Field("completedAt", .timestamp, help: "When it was completed."),
            Field("note", .json, help: "A short description, a document in serialised form."),
            Field("docs", .json, help: "A longer description, a document in serialised form."),
            Field(
                "testRunType", .choice(Choices.testRunType), required: true, default: .value("REGULAR"),
                help: "REGULAR, or the format that the results were imported from."),
            Field("number", .integer, help: "Running number in the project, the digits of the human key."),
            Field("checkRunId", .integer, help: "Number of a check run that one product's API keeps."),
            Field(
                "caseCounter", .integer, required: true, default: .value(0),
                help: "The highest number that a case of the run ever had."),
            Field("stateLabel", .text, help: "The state as written by a product with free states."),
            Field("priorityLabel", .text, help: "The priority as free text."),
            Field("versionLabel", .text, help: "A version of the tested product."),
            Field("environment", .text, help: "The environment as free text."),
            Field("hostName", .text, help: "The machine that produced the results."),
            Field(
                "isCancelled", .boolean, required: true, default: .value(false),
                help: "Ended without being completed."),
            Field("isRunning", .boolean, required: true, default: .value(false), help: "Results are coming in."),
            Field(
                "isCurrent", .boolean, required: true, default: .value(false),
                help: "The newest complete run of its plan."),
            Field(
                "isPermanent", .boolean, required: true, default: .value(false),
                help: "Never removed by the plan's retention."),
            Field(
                "includeAll", .boolean, required: true, default: .value(false),
                help: "Every case of the project belongs to it; new ones join."),
            Field("startedAt", .timestamp, help: "First result or start of the import."),
            Field("startDate", .timestamp, help: "Planned begin."),
            Field("endDate", .timestamp, help: "Planned end."),
            Field("plannedExecution", .timestamp, help: "When it should be executed."),
            Field(
                "selectionType", .choice(Choices.selectionType), required: true, default: .value("STATIC"),
                help: "DYNAMIC keeps the selection up to date while the run is open."),
            Field("selection", .json, help: "Conditions that choose the cases."),
            Field("excludedCases", .json, help: "Ids of cases that never join a dynamic run."),
            Field("attributes", .json, help: "Values that one product's API keeps."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("configId", .reference("Configuration"), onDelete: .clear, help: "The configuration it is run in."),
            Field("milestoneId", .reference("Milestone"), onDelete: .clear),
            Field("stateId", .reference("Workflow"), required: true),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("testPlanId", .reference("TestPlan"), onDelete: .clear),
            Field("folderId", .reference("RepositoryFolder"), onDelete: .clear, help: "The folder it was made for."),
            Field("assignedToId", .reference("User"), onDelete: .clear, help: "Who should do it."),
            Field("assignedGroupId", .reference("Group"), onDelete: .clear, help: "The group that should do it."),
            Field("closedById", .reference("User"), onDelete: .clear, help: "Who completed it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("configuration", "Configuration", by: "configId"),
            .toOne("milestone", "Milestone", by: "milestoneId"),
            .toOne("state", "Workflow", by: "stateId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("testPlan", "TestPlan", by: "testPlanId"),
            .toOne("folder", "RepositoryFolder", by: "folderId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toOne("assignedGroup", "Group", by: "assignedGroupId"),
            .toOne("closedBy", "User", by: "closedById"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("attachments", "Attachment", by: "testRunsId"),
            .toMany("testCases", "TestRunCase", by: "testRunId"),
            .toMany("results", "TestRunResult", by: "testRunId"),
            .manyToMany("tags", "Tag", table: "test_run_tag", here: "test_run_id", there: "tag_id"),
            .manyToMany("issues", "Issue", table: "test_run_issue", here: "test_run_id", there: "issue_id"),
            .toMany("junitTestSuites", "JUnitTestSuite", by: "testRunId"),
            .toMany("comments", "Comment", by: "testRunId"),
            .manyToMany(
                "environments", "Configuration", table: "test_run_configuration", here: "test_run_id",
                there: "configuration_id"),
            .toMany("folders", "TestRunFolder", by: "testRunId"),
            .toMany("customFieldValues", "CustomFieldValue", by: "testRunId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "number"], unless: [EntityType.Exemption("number", .null)])
        ],
        indexes: [
            ["projectId", "createdAt"],
            ["projectId", "isCompleted"],
            ["createdById"],
            ["stateId"],
            ["configId"],
            ["milestoneId"],
            ["testPlanId"],
            ["folderId"],
        ],
        help: "Cases selected for execution, with their results; other products call it a set.")
}
