import Model

extension Entities {
    /// A test case: what to do and what to expect.
    static let repositoryCase = EntityType(
        "RepositoryCase", ownership: .projectField("projectId"), area: "TestCaseRepository", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)], help: "Title of the case."),
            Field("className", .text, help: "Class or suite of an automated test; null and empty are the same."),
            Field("order", .integer, required: true, default: .value(0), help: "Position in its folder."),
            Field(
                "currentVersion", .integer, required: true, default: .value(1), help: "Number of the latest version."),
            Field("estimate", .integer, help: "Expected duration in seconds."),
            Field("forecastManual", .integer, help: "Mean duration of past manual executions in seconds."),
            Field("forecastAutomated", .real, help: "Mean duration of past automated executions in seconds."),
            Field(
                "automated", .boolean, required: true, default: .value(false),
                help: "True exactly when automationStatus is AUTOMATED."),
            Field("isArchived", .boolean, required: true, default: .value(false), help: "Out of the way but kept."),
            Field(
                "source", .choice(Choices.repositoryCaseSource), required: true, default: .value("MANUAL"),
                help: "How the case came about."),
            Field(
                "automationStatus", .choice(Choices.automationStatus), required: true, default: .value("MANUAL"),
                help: "Whether and how far the case is automated."),
            Field(
                "templateType", .choice(Choices.templateType), required: true, default: .value("STEPS"),
                help: "STEPS keeps steps as rows; TCD keeps two texts as they were written."),
            Field(
                "testType", .choice(Choices.caseKind),
                help: "The PractiTest test type; null follows from the automation status."),
            Field("number", .integer, help: "Running number in the project, the digits of the human key."),
            Field("clonedFromId", .integer, help: "Id of the case this one was copied from."),
            Field("preconditions", .text, help: "What must hold before the first step."),
            Field("stepsText", .text, help: "The steps as one text, exactly as written (TCD)."),
            Field("expectedText", .text, help: "The expected results as one text, exactly as written (TCD)."),
            Field("scenario", .text, help: "Gherkin text."),
            Field("priorityLabel", .text, help: "The priority where it is no option of the priority field."),
            Field("stateLabel", .text, help: "The state as written by a product with free states."),
            Field("versionLabel", .text, help: "A version of the product that the case is written for."),
            Field("toAutomate", .boolean, required: true, default: .value(false), help: "Somebody should automate it."),
            Field("plannedExecution", .timestamp, help: "When it should be executed."),
            Field("lastExecutedAt", .timestamp, help: "When the latest result was recorded; kept with the results."),
            Field("automatedFields", .json, help: "Where the automated test is found (PractiTest)."),
            Field("attributes", .json, help: "Values that one product's API keeps for the case."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("repositoryId", .reference("Repository"), required: true, onDelete: .cascade),
            Field("folderId", .reference("RepositoryFolder"), required: true, onDelete: .cascade),
            Field("templateId", .reference("Template"), required: true),
            Field("stateId", .reference("Workflow"), required: true),
            Field("creatorId", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field(
                "typeId", .reference("ListValue"), onDelete: .clear,
                help: "Kind of testing, such as functional or regression."),
            Field(
                "stateValueId", .reference("ListValue"), onDelete: .clear,
                help: "The exact state chosen where a product has more states than the workflow."),
            Field(
                "priorityValueId", .reference("ListValue"), onDelete: .clear,
                help: "The exact priority chosen where a product has its own list."),
            Field(
                "automationValueId", .reference("ListValue"), onDelete: .clear,
                help: "The exact automation type chosen where a product has its own list."),
            Field("qualityId", .reference("ListValue"), onDelete: .clear, help: "How useful the case has proven."),
            Field(
                "testTypeValueId", .reference("ListValue"), onDelete: .clear,
                help: "The exact test type chosen where a product has its own list."),
            Field(
                "ownerId", .reference("User"), onDelete: .clear,
                help: "Who looks after the case; null means its creator."),
            Field("reviewerId", .reference("User"), onDelete: .clear, help: "Who approves the case."),
            Field("assignedToId", .reference("User"), onDelete: .clear, help: "Who should execute it."),
            Field("assignedGroupId", .reference("Group"), onDelete: .clear, help: "The group that should execute it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
            Field(
                "lastStatusId", .reference("Status"), onDelete: .clear,
                help: "Status of the latest result in any run; kept with the results."),
            Field("sharedPreconditionId", .reference("SharedPrecondition"), onDelete: .clear),
            Field("dataSetId", .reference("DataSet"), onDelete: .clear),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("repository", "Repository", by: "repositoryId"),
            .toOne("folder", "RepositoryFolder", by: "folderId"),
            .toOne("template", "Template", by: "templateId"),
            .toOne("state", "Workflow", by: "stateId"),
            .toOne("creator", "User", by: "creatorId"),
            .toOne("type", "ListValue", by: "typeId"),
            .toOne("stateValue", "ListValue", by: "stateValueId"),
            .toOne("priorityValue", "ListValue", by: "priorityValueId"),
            .toOne("automationValue", "ListValue", by: "automationValueId"),
            .toOne("quality", "ListValue", by: "qualityId"),
            .toOne("testTypeValue", "ListValue", by: "testTypeValueId"),
            .toOne("owner", "User", by: "ownerId"),
            .toOne("reviewer", "User", by: "reviewerId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toOne("assignedGroup", "Group", by: "assignedGroupId"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toOne("lastStatus", "Status", by: "lastStatusId"),
            .toOne("sharedPrecondition", "SharedPrecondition", by: "sharedPreconditionId"),
            .toOne("dataSet", "DataSet", by: "dataSetId"),
            .toMany("repositoryCaseVersions", "RepositoryCaseVersion", by: "repositoryCaseId"),
            .toMany("caseFieldValues", "CaseFieldValue", by: "testCaseId"),
            .toMany("resultFieldValues", "ResultFieldValue", by: "testCaseId"),
            .toMany("attachments", "Attachment", by: "testCaseId"),
            .toMany("steps", "Step", by: "testCaseId"),
            .toMany("testRuns", "TestRunCase", by: "repositoryCaseId"),
            .manyToMany("tags", "Tag", table: "repository_case_tag", here: "repository_case_id", there: "tag_id"),
            .manyToMany(
                "issues", "Issue", table: "repository_case_issue", here: "repository_case_id", there: "issue_id"),
            .toMany("junitResults", "JUnitTestResult", by: "repositoryCaseId"),
            .toMany("junitProperties", "JUnitProperty", by: "repositoryCaseId"),
            .toMany("junitAttachments", "JUnitAttachment", by: "repositoryCaseId"),
            .toMany("junitTestSteps", "JUnitTestStep", by: "repositoryCaseId"),
            .toMany("linksFrom", "RepositoryCaseLink", by: "caseAId"),
            .toMany("linksTo", "RepositoryCaseLink", by: "caseBId"),
            .toMany("comments", "Comment", by: "repositoryCaseId"),
            .toMany("coverage", "RequirementCoverage", by: "repositoryCaseId"),
            .toMany("planCases", "TestPlanCase", by: "repositoryCaseId"),
        ],
        uniques: [
            EntityType.Unique(
                ["projectId", "name", "className", "source"], unless: [EntityType.Exemption("source", "MANUAL")]),
            EntityType.Unique(["projectId", "number"], unless: [EntityType.Exemption("number", .null)]),
        ],
        indexes: [["folderId", "isDeleted", "order"], ["projectId", "name"]],
        help: "A test case: what to do and what to expect.")
}
