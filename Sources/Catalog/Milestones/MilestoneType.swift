import Model

extension Entities {
    /// A kind of milestone, such as a sprint or a release.
    static let milestoneType = EntityType(
        "MilestoneType", ownership: .shared, softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("isDefault", .boolean, required: true, default: .value(false), help: "Used where no type is named."),
            Field("iconId", .reference("FieldIcon"), onDelete: .clear),
        ],
        relations: [
            .toOne("icon", "FieldIcon", by: "iconId"),
            .toMany("projects", "MilestoneTypeAssignment", by: "milestoneTypeId"),
            .toMany("milestones", "Milestone", by: "milestoneTypesId"),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        indexes: [["iconId"]],
        help: "A kind of milestone, such as a sprint or a release.")
}
