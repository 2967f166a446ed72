import Model

extension Entities {
    /// A workflow state that a project uses.
    static let projectWorkflowAssignment = EntityType(
        "ProjectWorkflowAssignment", key: .fields(["workflowId", "projectId"]), ownership: .projectField("projectId"),
        area: "Settings",
        fields: [
            Field("workflowId", .reference("Workflow"), required: true),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("workflow", "Workflow", by: "workflowId"),
            .toOne("project", "Project", by: "projectId"),
        ],
        uniques: [
            EntityType.Unique(["workflowId", "projectId"])
        ],
        indexes: [["projectId"]],
        help: "A workflow state that a project uses.")
}
