import Model

extension Entities {
    /// A session as it was after one change.
    static let sessionVersion = EntityType(
        "SessionVersion", ownership: .projectField("projectId"), area: "Sessions",
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("staticProjectName", .text, required: true, rules: [.length(1...255)]),
            Field("templateName", .text, required: true, rules: [.length(1...255)]),
            Field("stateName", .text, required: true, rules: [.length(1...255)]),
            Field("createdById", .text, required: true, help: "UUID of the user who made the change."),
            Field("createdByName", .text, required: true, rules: [.length(1...255)]),
            Field("configurationName", .text),
            Field("milestoneName", .text),
            Field("assignedToId", .text, help: "Who should do it."),
            Field("assignedToName", .text),
            Field("staticProjectId", .integer, required: true),
            Field("templateId", .integer, required: true),
            Field("stateId", .integer, required: true),
            Field("version", .integer, required: true, help: "Counts from 1 within the session."),
            Field("configId", .integer),
            Field("milestoneId", .integer),
            Field("estimate", .integer, help: "Seconds."),
            Field("forecastManual", .integer, help: "Expected manual work in seconds."),
            Field("elapsed", .integer, help: "Seconds."),
            Field("forecastAutomated", .real, help: "Expected automated work in seconds."),
            Field("isCompleted", .boolean, required: true, help: "Done; nothing more is recorded."),
            Field("completedAt", .timestamp, help: "When it was completed."),
            Field("note", .json, help: "A short description."),
            Field("mission", .json),
            Field("tags", .json),
            Field("attachments", .json),
            Field("issues", .json),
            Field("sessionId", .reference("Session"), required: true, onDelete: .cascade),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("session", "Session", by: "sessionId"),
            .toOne("project", "Project", by: "projectId"),
        ],
        uniques: [
            EntityType.Unique(["sessionId", "version"])
        ],
        indexes: [["projectId"]],
        help: "A session as it was after one change.")
}
