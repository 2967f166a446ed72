import Model

extension Entities {
    /// A value of a list that products show under their own names: types, priorities, states and the like.
    static let listValue = EntityType(
        "ListValue", ownership: .shared,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("alias", .text, help: "Stable name in snake case."),
            Field("description", .text, help: "A longer text about it."),
            Field("color", .text),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("weight", .real),
            Field(
                "isDefault", .boolean, required: true, default: .value(false),
                help: "Chosen where nothing else is said."),
            Field(
                "isSystem", .boolean, required: true, default: .value(false),
                help: "Made by the server; cannot be changed or deleted."),
            Field("isEnabled", .boolean, required: true, default: .value(true), help: "Offered for new work."),
            Field("list", .choice(Choices.valueList), required: true),
            Field("product", .choice(Choices.product), help: "The only product that shows the value; null for all."),
            Field("statusId", .reference("Status"), onDelete: .clear, help: "The status it stands for."),
            Field("workflowId", .reference("Workflow"), onDelete: .clear, help: "The workflow state it stands for."),
            Field(
                "fieldOptionId", .reference("FieldOption"), onDelete: .clear,
                help: "The option of a case field it stands for."),
        ],
        relations: [
            .toOne("status", "Status", by: "statusId"),
            .toOne("workflow", "Workflow", by: "workflowId"),
            .toOne("fieldOption", "FieldOption", by: "fieldOptionId"),
        ],
        uniques: [
            EntityType.Unique(["list", "product", "name"])
        ],
        indexes: [["list", "order"]],
        help: "A value of a list that products show under their own names: types, priorities, states and the like.")
}
