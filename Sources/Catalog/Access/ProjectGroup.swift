import Model

extension Entities {
    /// A project's own group (PractiTest): a name in the project for a group that holds one role there.
    static let projectGroup = EntityType(
        "ProjectGroup", ownership: .projectField("projectId"), area: "Settings",
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field(
                "permissions", .json,
                help: "Where the rights differ from those of the role: the allowed actions by area."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("groupId", .reference("Group"), required: true, onDelete: .cascade),
            Field("roleId", .reference("Role"), onDelete: .clear),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("group", "Group", by: "groupId"),
            .toOne("role", "Role", by: "roleId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "name"]),
            EntityType.Unique(["groupId"]),
        ],
        help: "A project's own group (PractiTest): a name in the project for a group that holds one role there.")
}
