import Model

extension Entities {
    /// A named selection of rows, with the columns and the order to show; other products call it a filter.
    static let savedView = EntityType(
        "SavedView", ownership: .projectField("projectId"),
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("entity", .text, required: true, help: "The kind of rows it selects."),
            Field("description", .text, help: "A longer text about it."),
            Field("query", .text, help: "The condition as text in the query language."),
            Field("autoField", .text, help: "The field by which the view is split."),
            Field("subAutoField", .text),
            Field(
                "isShared", .boolean, required: true, default: .value(false),
                help: "Everybody in the project sees it."),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("filter", .json, help: "The condition as the web application keeps it."),
            Field("columns", .json),
            Field("sorting", .json),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("parentId", .reference("SavedView"), onDelete: .cascade),
            Field("ownerId", .reference("User"), required: true, default: .caller),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("parent", "SavedView", by: "parentId"),
            .toOne("owner", "User", by: "ownerId"),
            .toMany("children", "SavedView", by: "parentId"),
        ],
        indexes: [["projectId", "entity"], ["ownerId"], ["parentId"]],
        help: "A named selection of rows, with the columns and the order to show; other products call it a filter.")
}
