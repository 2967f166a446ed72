import Model

extension Entities {
    /// A result field of a template.
    static let templateResultAssignment = EntityType(
        "TemplateResultAssignment", key: .fields(["resultFieldId", "templateId"]), ownership: .shared,
        fields: [
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("resultFieldId", .reference("ResultField"), required: true, onDelete: .cascade),
            Field("templateId", .reference("Template"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("resultField", "ResultField", by: "resultFieldId"),
            .toOne("template", "Template", by: "templateId"),
        ],
        uniques: [
            EntityType.Unique(["resultFieldId", "templateId"])
        ],
        indexes: [["templateId"]],
        help: "A result field of a template.")
}
