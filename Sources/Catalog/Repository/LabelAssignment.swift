import Model

extension Entities {
    /// A tag on a thing as a row with an id; where the thing has no tags of its own, the only record.
    static let labelAssignment = EntityType(
        "LabelAssignment", ownership: .projectField("projectId"), area: "Tags",
        fields: [
            Field("relatedType", .text, required: true, help: "The kind of thing it is about."),
            Field("relatedId", .integer, required: true, help: "Id of the thing it is about."),
            Field("tagId", .reference("Tag"), required: true, onDelete: .cascade),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("tag", "Tag", by: "tagId"),
            .toOne("project", "Project", by: "projectId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        uniques: [
            EntityType.Unique(["tagId", "relatedType", "relatedId"])
        ],
        indexes: [["relatedType", "relatedId"]],
        help: "A tag on a thing as a row with an id; where the thing has no tags of its own, the only record.")
}
