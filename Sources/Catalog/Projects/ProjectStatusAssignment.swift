import Model

extension Entities {
    /// A status that a project uses.
    static let projectStatusAssignment = EntityType(
        "ProjectStatusAssignment", key: .fields(["statusId", "projectId"]), ownership: .projectField("projectId"),
        area: "Settings",
        fields: [
            Field("statusId", .reference("Status"), required: true),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("status", "Status", by: "statusId"),
            .toOne("project", "Project", by: "projectId"),
        ],
        uniques: [
            EntityType.Unique(["statusId", "projectId"])
        ],
        indexes: [["projectId"]],
        help: "A status that a project uses.")
}
