import Model

extension Entities {
    /// A named set of rights over the nineteen application areas.
    static let role = EntityType(
        "Role", ownership: .shared, softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("isDefault", .boolean, required: true, default: .value(false), help: "The role of new users."),
            Field("description", .text, help: "A longer text about it."),
            Field(
                "isSystem", .boolean, required: true, default: .value(false),
                help: "Made by the server; cannot be deleted."),
        ],
        relations: [
            .toMany("users", "User", by: "roleId"),
            .toMany("rolePermissions", "RolePermission", by: "roleId"),
            .toMany("defaultForProjects", "Project", by: "defaultRoleId"),
            .toMany("userProjectPermissions", "UserProjectPermission", by: "roleId"),
            .toMany("groupProjectPermissions", "GroupProjectPermission", by: "roleId"),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "A named set of rights over the nineteen application areas.")
}
