import Model

extension Entities {
    /// A page of charts that somebody put together.
    static let dashboard = EntityType(
        "Dashboard", key: .uid, ownership: .projectField("projectId"), area: "Reporting", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("description", .text, help: "A longer text about it."),
            Field("isShared", .boolean, required: true, default: .value(false)),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("layout", .json, required: true, help: "The charts, their places and settings."),
            Field("projectId", .reference("Project"), onDelete: .cascade),
            Field("ownerId", .reference("User"), required: true, default: .caller),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("owner", "User", by: "ownerId"),
        ],
        indexes: [["projectId", "order"], ["ownerId"]],
        help: "A page of charts that somebody put together.")
}
