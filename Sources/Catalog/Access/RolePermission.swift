import Model

extension Entities {
    /// What a role may do in one application area.
    static let rolePermission = EntityType(
        "RolePermission", key: .fields(["roleId", "area"]), ownership: .shared,
        fields: [
            Field("canAddEdit", .boolean, required: true, default: .value(false)),
            Field("canDelete", .boolean, required: true, default: .value(false)),
            Field("canClose", .boolean, required: true, default: .value(false), help: "May complete and reopen."),
            Field("area", .choice(Choices.applicationArea), required: true),
            Field("roleId", .reference("Role"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("role", "Role", by: "roleId")
        ],
        uniques: [
            EntityType.Unique(["roleId", "area"])
        ],
        help: "What a role may do in one application area.")
}
