import Model

extension Entities {
    /// A precondition that many cases use and that is kept in one place.
    static let sharedPrecondition = EntityType(
        "SharedPrecondition", ownership: .projectField("projectId"), area: "SharedSteps", softDeleted: true,
        fields: [
            Field("precondition", .text),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("updatedBy", "User", by: "updatedById"),
        ],
        indexes: [["projectId", "order"]],
        help: "A precondition that many cases use and that is kept in one place.")
}
