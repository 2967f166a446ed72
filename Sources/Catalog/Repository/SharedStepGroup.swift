import Model

extension Entities {
    /// Steps that many cases use and that are kept in one place; other products call it a step group.
    static let sharedStepGroup = EntityType(
        "SharedStepGroup", ownership: .projectField("projectId"), area: "SharedSteps", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...500)]),
            Field("deletedAt", .timestamp),
            Field("description", .text, help: "A longer text about it."),
            Field("number", .integer, help: "Running number in the project, the digits of the human key."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("items", "SharedStepItem", by: "sharedStepGroupId"),
            .toMany("placeholderSteps", "Step", by: "sharedStepGroupId"),
            .manyToMany("tags", "Tag", table: "shared_step_group_tag", here: "shared_step_group_id", there: "tag_id"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "number"], unless: [EntityType.Exemption("number", .null)])
        ],
        indexes: [["projectId", "name"]],
        help: "Steps that many cases use and that are kept in one place; other products call it a step group.")
}
