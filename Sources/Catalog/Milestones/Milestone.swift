import Model

extension Entities {
    /// A goal in time towards which runs and sessions work; milestones form a tree.
    static let milestone = EntityType(
        "Milestone", ownership: .projectField("projectId"), area: "Milestones", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field(
                "notifyDaysBefore", .integer, required: true, default: .value(0),
                help: "Remind the people involved this many days before the due date; 0 for never."),
            Field("isStarted", .boolean, required: true, default: .value(false)),
            Field(
                "isCompleted", .boolean, required: true, default: .value(false),
                help: "Done; nothing more is recorded."),
            Field(
                "automaticCompletion", .boolean, required: true, default: .value(false),
                help: "Completes by itself when it is due."),
            Field("startedAt", .timestamp, help: "When work on it began."),
            Field("completedAt", .timestamp, help: "When it was completed."),
            Field("note", .json, help: "A short description, a document in serialised form."),
            Field("docs", .json, help: "A longer description, a document in serialised form."),
            Field("number", .integer, help: "Running number in the project."),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("startDate", .timestamp, help: "When work on it should begin."),
            Field("dueDate", .timestamp, help: "When it should be completed."),
            Field("attributes", .json, help: "Values that one product's API keeps."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("rootId", .reference("Milestone"), help: "The top of its tree."),
            Field("parentId", .reference("Milestone"), onDelete: .cascade),
            Field("milestoneTypesId", .reference("MilestoneType"), required: true),
            Field("createdBy", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("root", "Milestone", by: "rootId"),
            .toOne("parent", "Milestone", by: "parentId"),
            .toOne("milestoneType", "MilestoneType", by: "milestoneTypesId"),
            .toOne("creator", "User", by: "createdBy"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("descendants", "Milestone", by: "rootId"),
            .toMany("children", "Milestone", by: "parentId"),
            .toMany("sessions", "Session", by: "milestoneId"),
            .toMany("testRuns", "TestRun", by: "milestoneId"),
            .toMany("comments", "Comment", by: "milestoneId"),
            .manyToMany("tags", "Tag", table: "milestone_tag", here: "milestone_id", there: "tag_id"),
            .manyToMany("issues", "Issue", table: "milestone_issue", here: "milestone_id", there: "issue_id"),
            .manyToMany(
                "requirements", "Requirement", table: "requirement_milestone", here: "milestone_id",
                there: "requirement_id"),
            .toMany("customFieldValues", "CustomFieldValue", by: "milestoneId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "number"], unless: [EntityType.Exemption("number", .null)])
        ],
        indexes: [["projectId", "dueDate"], ["createdBy"], ["rootId"], ["parentId"], ["milestoneTypesId"]],
        help: "A goal in time towards which runs and sessions work; milestones form a tree.")
}
