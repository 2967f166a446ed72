import Model

extension Entities {
    /// A user's membership of a project.
    static let projectAssignment = EntityType(
        "ProjectAssignment", key: .fields(["userId", "projectId"]), ownership: .projectField("projectId"),
        area: "Settings",
        fields: [
            Field("userId", .reference("User"), required: true),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId"),
            .toOne("project", "Project", by: "projectId"),
        ],
        uniques: [
            EntityType.Unique(["userId", "projectId"])
        ],
        indexes: [["projectId"]],
        help: "A user's membership of a project.")
}
