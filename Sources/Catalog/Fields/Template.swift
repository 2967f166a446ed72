import Model

extension Entities {
    /// The fields that cases and results of one kind have.
    static let template = EntityType(
        "Template", ownership: .shared, softDeleted: true,
        fields: [
            Field("templateName", .text, required: true, rules: [.length(1...255)]),
            Field("isEnabled", .boolean, required: true, help: "Offered for new work."),
            Field("isDefault", .boolean, required: true, help: "Used where no template is named."),
        ],
        relations: [
            .toMany("caseFields", "TemplateCaseAssignment", by: "templateId"),
            .toMany("resultFields", "TemplateResultAssignment", by: "templateId"),
            .toMany("projects", "TemplateProjectAssignment", by: "templateId"),
            .toMany("repositoryCases", "RepositoryCase", by: "templateId"),
            .toMany("sessions", "Session", by: "templateId"),
        ],
        uniques: [
            EntityType.Unique(["templateName"])
        ],
        help: "The fields that cases and results of one kind have.")
}
