import Model

extension Entities {
    /// An exploratory session: a mission, a time box and what was found.
    static let session = EntityType(
        "Session", ownership: .projectField("projectId"), area: "Sessions", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field(
                "currentVersion", .integer, required: true, default: .value(1), help: "Number of the latest version."),
            Field("estimate", .integer, help: "Planned duration in seconds."),
            Field("forecastManual", .integer, help: "Expected manual work in seconds."),
            Field("elapsed", .integer, help: "Sum of the results' durations in seconds."),
            Field("forecastAutomated", .real, help: "Expected automated work in seconds."),
            Field(
                "isCompleted", .boolean, required: true, default: .value(false),
                help: "Done; nothing more is recorded."),
            Field("completedAt", .timestamp, help: "When it was completed."),
            Field("note", .json, help: "Remarks, a document in serialised form."),
            Field("mission", .json, help: "What to explore, a document in serialised form."),
            Field("number", .integer, help: "Running number in the project."),
            Field("startedAt", .timestamp, help: "When it began."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("templateId", .reference("Template"), required: true),
            Field(
                "configId", .reference("Configuration"), onDelete: .clear,
                help: "The configuration it takes place in."),
            Field("milestoneId", .reference("Milestone"), onDelete: .clear),
            Field("stateId", .reference("Workflow"), required: true),
            Field("assignedToId", .reference("User"), help: "Who should do it."),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("statusId", .reference("Status"), onDelete: .clear, help: "Overall verdict where a product has one."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("template", "Template", by: "templateId"),
            .toOne("configuration", "Configuration", by: "configId"),
            .toOne("milestone", "Milestone", by: "milestoneId"),
            .toOne("state", "Workflow", by: "stateId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("status", "Status", by: "statusId"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("sessionResults", "SessionResult", by: "sessionId"),
            .toMany("sessionFieldValues", "SessionFieldValue", by: "sessionId"),
            .toMany("versions", "SessionVersion", by: "sessionId"),
            .toMany("attachments", "Attachment", by: "sessionId"),
            .manyToMany("tags", "Tag", table: "session_tag", here: "session_id", there: "tag_id"),
            .manyToMany("issues", "Issue", table: "session_issue", here: "session_id", there: "issue_id"),
            .toMany("comments", "Comment", by: "sessionId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "number"], unless: [EntityType.Exemption("number", .null)])
        ],
        indexes: [
            ["projectId", "createdAt"],
            ["assignedToId", "isCompleted"],
            ["createdById"],
            ["templateId"],
            ["stateId"],
            ["configId"],
            ["milestoneId"],
        ],
        help: "An exploratory session: a mission, a time box and what was found.")
}
