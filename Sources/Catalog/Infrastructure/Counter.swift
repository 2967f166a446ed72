import Model

extension Entities {
    /// The next human number of one kind in a project; numbers are never used again.
    static let counter = EntityType(
        "Counter", ownership: .engine,
        fields: [
            Field("kind", .text, required: true),
            Field("next", .integer, required: true, default: .value(1)),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId")
        ],
        uniques: [
            EntityType.Unique(["projectId", "kind"])
        ],
        help: "The next human number of one kind in a project; numbers are never used again.")
}
