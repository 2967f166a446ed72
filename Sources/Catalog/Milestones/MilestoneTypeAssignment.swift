import Model

extension Entities {
    /// A milestone type that a project uses.
    static let milestoneTypeAssignment = EntityType(
        "MilestoneTypeAssignment", key: .fields(["projectId", "milestoneTypeId"]),
        ownership: .projectField("projectId"), area: "Settings",
        fields: [
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("milestoneTypeId", .reference("MilestoneType"), required: true),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("milestoneType", "MilestoneType", by: "milestoneTypeId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "milestoneTypeId"])
        ],
        indexes: [["milestoneTypeId"]],
        help: "A milestone type that a project uses.")
}
