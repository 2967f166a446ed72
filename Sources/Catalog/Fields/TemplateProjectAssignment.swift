import Model

extension Entities {
    /// A template that a project uses.
    static let templateProjectAssignment = EntityType(
        "TemplateProjectAssignment", key: .fields(["templateId", "projectId"]), ownership: .projectField("projectId"),
        area: "Settings",
        fields: [
            Field("templateId", .reference("Template"), required: true),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("template", "Template", by: "templateId"),
            .toOne("project", "Project", by: "projectId"),
        ],
        uniques: [
            EntityType.Unique(["templateId", "projectId"])
        ],
        indexes: [["projectId"]],
        help: "A template that a project uses.")
}
