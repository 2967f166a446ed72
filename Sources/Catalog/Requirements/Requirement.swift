import Model

extension Entities {
    /// Something the product must do, covered by cases; requirements form a tree.
    static let requirement = EntityType(
        "Requirement", ownership: .projectField("projectId"), area: "TestCaseRepository", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("description", .text, help: "A longer text about it."),
            Field("status", .text),
            Field("priority", .text),
            Field("versionLabel", .text, help: "A version of the tested product."),
            Field("externalId", .text),
            Field("externalKey", .text, help: "Key in the tracker."),
            Field("externalUrl", .text, rules: [.url]),
            Field("externalStatus", .text),
            Field("number", .integer, help: "Running number in the project, the digits of the human key."),
            Field(
                "currentVersion", .integer, required: true, default: .value(1), help: "Number of the latest version."),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field(
                "includeInChecks", .boolean, required: true, default: .value(true), help: "Counts in coverage checks."),
            Field("plannedExecution", .timestamp, help: "When it should be executed."),
            Field("lastSyncedAt", .timestamp, help: "When it was last compared with the outside system."),
            Field("data", .json, help: "What the tracker or another product keeps about it."),
            Field("attributes", .json, help: "Values that one product's API keeps."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field(
                "parentId", .reference("Requirement"), onDelete: .clear,
                help: "The requirement above; deleting it hands the children on."),
            Field("integrationId", .reference("Integration"), onDelete: .clear),
            Field("assignedToId", .reference("User"), onDelete: .clear, help: "Who should do it."),
            Field("assignedGroupId", .reference("Group"), onDelete: .clear, help: "The group that should do it."),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("parent", "Requirement", by: "parentId"),
            .toOne("integration", "Integration", by: "integrationId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toOne("assignedGroup", "Group", by: "assignedGroupId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("children", "Requirement", by: "parentId"),
            .toMany("versions", "RequirementVersion", by: "requirementId"),
            .toMany("coverage", "RequirementCoverage", by: "requirementId"),
            .manyToMany("issues", "Issue", table: "requirement_issue", here: "requirement_id", there: "issue_id"),
            .manyToMany(
                "milestones", "Milestone", table: "requirement_milestone", here: "requirement_id", there: "milestone_id"
            ),
            .manyToMany("tags", "Tag", table: "requirement_tag", here: "requirement_id", there: "tag_id"),
            .toMany("attachments", "Attachment", by: "requirementId"),
            .toMany("comments", "Comment", by: "requirementId"),
            .toMany("customFieldValues", "CustomFieldValue", by: "requirementId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "number"], unless: [EntityType.Exemption("number", .null)])
        ],
        indexes: [["projectId", "order"], ["projectId", "externalKey"], ["parentId"], ["integrationId"]],
        help: "Something the product must do, covered by cases; requirements form a tree.")
}
