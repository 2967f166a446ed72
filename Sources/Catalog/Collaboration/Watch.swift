import Model

extension Entities {
    /// A user's wish to hear about changes of something.
    static let watch = EntityType(
        "Watch", ownership: .user("userId"),
        fields: [
            Field("relatedType", .text, required: true, help: "The kind of thing it is about."),
            Field("relatedId", .integer, required: true, help: "Id of the thing it is about."),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId"),
            .toOne("project", "Project", by: "projectId"),
        ],
        uniques: [
            EntityType.Unique(["userId", "relatedType", "relatedId"])
        ],
        indexes: [["relatedType", "relatedId"]],
        help: "A user's wish to hear about changes of something.")
}
