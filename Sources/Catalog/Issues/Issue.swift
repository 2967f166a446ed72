import Model

extension Entities {
    /// A defect or another work item, local or a copy of one in a tracker.
    static let issue = EntityType(
        "Issue", ownership: .projectField("projectId"), area: "Issues", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("title", .text, required: true, rules: [.length(1...1000)]),
            Field("description", .text, help: "A longer text about it."),
            Field("status", .text, help: "Free text, such as OPEN."),
            Field("priority", .text, default: .value("medium")),
            Field("externalId", .text, help: "Id in the tracker."),
            Field("externalKey", .text, help: "Key in the tracker, such as ABC-12."),
            Field("externalUrl", .text, rules: [.url]),
            Field("externalStatus", .text, help: "Status in the tracker."),
            Field("issueTypeId", .text),
            Field("issueTypeName", .text),
            Field("issueTypeIconUrl", .text),
            Field("lastSyncedAt", .timestamp, help: "When it was last compared with the outside system."),
            Field("externalData", .json, help: "The tracker's answer."),
            Field("data", .json),
            Field("note", .json, help: "A short description."),
            Field("severity", .text, help: "LOW, MEDIUM, HIGH, CRITICAL or BLOCKER."),
            Field("resolution", .text, help: "How it was settled."),
            Field("versionLabel", .text, help: "A version of the tested product."),
            Field("number", .integer, help: "Running number in the project."),
            Field("clonedFromId", .integer, help: "Id of the issue this one was copied from."),
            Field("closedAt", .timestamp),
            Field("attributes", .json, help: "Values that one product's API keeps for the issue."),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("projectId", .reference("Project"), onDelete: .cascade),
            Field("integrationId", .reference("Integration"), onDelete: .clear),
            Field("assignedToId", .reference("User"), onDelete: .clear, help: "Who should do it."),
            Field("assignedGroupId", .reference("Group"), onDelete: .clear, help: "The group that should do it."),
            Field("closedById", .reference("User"), onDelete: .clear),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("project", "Project", by: "projectId"),
            .toOne("integration", "Integration", by: "integrationId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toOne("assignedGroup", "Group", by: "assignedGroupId"),
            .toOne("closedBy", "User", by: "closedById"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .manyToMany(
                "repositoryCases", "RepositoryCase", table: "repository_case_issue", here: "issue_id",
                there: "repository_case_id"),
            .manyToMany("sessions", "Session", table: "session_issue", here: "issue_id", there: "session_id"),
            .manyToMany(
                "sessionResults", "SessionResult", table: "session_result_issue", here: "issue_id",
                there: "session_result_id"),
            .manyToMany("testRuns", "TestRun", table: "test_run_issue", here: "issue_id", there: "test_run_id"),
            .manyToMany(
                "testRunResults", "TestRunResult", table: "test_run_result_issue", here: "issue_id",
                there: "test_run_result_id"),
            .manyToMany(
                "testRunStepResults", "TestRunStepResult", table: "test_run_step_result_issue", here: "issue_id",
                there: "test_run_step_result_id"),
            .manyToMany("milestones", "Milestone", table: "milestone_issue", here: "issue_id", there: "milestone_id"),
            .manyToMany(
                "requirements", "Requirement", table: "requirement_issue", here: "issue_id", there: "requirement_id"),
            .manyToMany("relatedIssues", "Issue", table: "issue_relation", here: "issue_id", there: "related_issue_id"),
            .manyToMany("tags", "Tag", table: "issue_tag", here: "issue_id", there: "tag_id"),
            .toMany("attachments", "Attachment", by: "issueId"),
            .toMany("comments", "Comment", by: "issueId"),
            .toMany("findings", "SessionFinding", by: "issueId"),
            .toMany("customFieldValues", "CustomFieldValue", by: "issueId"),
        ],
        uniques: [
            EntityType.Unique(
                ["externalId", "integrationId"],
                unless: [EntityType.Exemption("externalId", .null), EntityType.Exemption("integrationId", .null)]),
            EntityType.Unique(
                ["projectId", "number"],
                unless: [EntityType.Exemption("number", .null), EntityType.Exemption("projectId", .null)]),
        ],
        indexes: [["projectId", "createdAt"], ["projectId", "externalKey"], ["createdById"], ["integrationId"]],
        help: "A defect or another work item, local or a copy of one in a tracker.")
}
