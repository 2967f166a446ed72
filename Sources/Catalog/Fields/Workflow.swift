import Model

extension Entities {
    /// A state that cases, runs or sessions can be in.
    static let workflow = EntityType(
        "Workflow", ownership: .shared, softDeleted: true,
        fields: [
            Field("isEnabled", .boolean, required: true, default: .value(true), help: "Offered for new work."),
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("order", .integer, required: true, default: .sequence, help: "Position among its siblings."),
            Field(
                "isDefault", .boolean, required: true, default: .value(false),
                help: "The state of new rows in its scope."),
            Field(
                "workflowType", .choice(Choices.workflowType), required: true, default: .value("NOT_STARTED"),
                help: "Whether the state is before, in or after the work."),
            Field("scope", .choice(Choices.workflowScope), required: true, help: "What has the state."),
            Field("iconId", .reference("FieldIcon"), required: true),
            Field("colorId", .reference("Color"), required: true),
        ],
        relations: [
            .toOne("icon", "FieldIcon", by: "iconId"),
            .toOne("color", "Color", by: "colorId"),
            .toMany("projects", "ProjectWorkflowAssignment", by: "workflowId"),
            .toMany("repositoryCases", "RepositoryCase", by: "stateId"),
            .toMany("sessions", "Session", by: "stateId"),
            .toMany("testRuns", "TestRun", by: "stateId"),
        ],
        indexes: [["scope", "order"], ["iconId"], ["colorId"]],
        help: "A state that cases, runs or sessions can be in.")
}
