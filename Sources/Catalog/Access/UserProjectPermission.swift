import Model

extension Entities {
    /// What one user may do in one project, before any group's permission counts.
    static let userProjectPermission = EntityType(
        "UserProjectPermission", key: .fields(["userId", "projectId"]), ownership: .projectField("projectId"),
        area: "Settings",
        fields: [
            Field("accessType", .choice(Choices.projectAccessType), required: true, default: .value("DEFAULT")),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field(
                "roleId", .reference("Role"), onDelete: .clear,
                help: "The role when the access type is SPECIFIC_ROLE."),
        ],
        relations: [
            .toOne("user", "User", by: "userId"),
            .toOne("project", "Project", by: "projectId"),
            .toOne("role", "Role", by: "roleId"),
        ],
        uniques: [
            EntityType.Unique(["userId", "projectId"])
        ],
        indexes: [["roleId"], ["projectId"]],
        help: "What one user may do in one project, before any group's permission counts.")
}
