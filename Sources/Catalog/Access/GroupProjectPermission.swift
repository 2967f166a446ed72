import Model

extension Entities {
    /// What the members of a group may do in one project.
    static let groupProjectPermission = EntityType(
        "GroupProjectPermission", key: .fields(["groupId", "projectId"]), ownership: .projectField("projectId"),
        area: "Settings",
        fields: [
            Field("accessType", .choice(Choices.projectAccessType), required: true, default: .value("DEFAULT")),
            Field("groupId", .reference("Group"), required: true, onDelete: .cascade),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field(
                "roleId", .reference("Role"), onDelete: .clear,
                help: "The role when the access type is SPECIFIC_ROLE."),
        ],
        relations: [
            .toOne("group", "Group", by: "groupId"),
            .toOne("project", "Project", by: "projectId"),
            .toOne("role", "Role", by: "roleId"),
        ],
        uniques: [
            EntityType.Unique(["groupId", "projectId"])
        ],
        indexes: [["roleId"], ["projectId"]],
        help: "What the members of a group may do in one project.")
}
