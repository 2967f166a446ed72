import Model

extension Entities {
    /// A case field of a template.
    static let templateCaseAssignment = EntityType(
        "TemplateCaseAssignment", key: .fields(["caseFieldId", "templateId"]), ownership: .shared,
        fields: [
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("caseFieldId", .reference("CaseField"), required: true, onDelete: .cascade),
            Field("templateId", .reference("Template"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("caseField", "CaseField", by: "caseFieldId"),
            .toOne("template", "Template", by: "templateId"),
        ],
        uniques: [
            EntityType.Unique(["caseFieldId", "templateId"])
        ],
        indexes: [["templateId"]],
        help: "A case field of a template.")
}
