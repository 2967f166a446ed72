import Model

extension Entities {
    /// An outside system that a project uses.
    static let projectIntegration = EntityType(
        "ProjectIntegration", key: .uid, ownership: .projectField("projectId"), area: "Settings",
        fields: [
            Field("syncStatus", .text),
            Field("syncError", .text),
            Field("issueCount", .integer, required: true, default: .value(0)),
            Field(
                "isActive", .boolean, required: true, default: .value(true),
                help: "Inactive ones are kept but not used."),
            Field("lastSyncAt", .timestamp, help: "When it was last compared with the outside system."),
            Field("config", .json, help: "The tracker's project, issue type and the like."),
            Field("fieldMappings", .json, help: "Which of our fields goes to which of the tracker's."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("integrationId", .reference("Integration"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("integration", "Integration", by: "integrationId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "integrationId"])
        ],
        indexes: [["integrationId"]],
        help: "An outside system that a project uses.")
}
