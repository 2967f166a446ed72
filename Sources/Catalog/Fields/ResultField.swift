import Model

extension Entities {
    /// A field of results.
    static let resultField = EntityType(
        "ResultField", ownership: .shared, softDeleted: true,
        fields: [
            Field("isEnabled", .boolean, required: true, default: .value(true), help: "Offered for new work."),
            Field("displayName", .text, required: true, rules: [.length(1...1000)], help: "The name that people see."),
            Field(
                "systemName", .text, required: true, rules: [.length(1...255)],
                help: "The name that APIs and files use."),
            Field("hint", .text, help: "What to enter, shown below the field."),
            Field("defaultValue", .text, help: "The value of new rows."),
            Field("initialHeight", .integer, help: "Height of the text box in pixels."),
            Field("minValue", .real, help: "Smallest allowed number."),
            Field("maxValue", .real, help: "Largest allowed number."),
            Field("isRequired", .boolean, required: true, default: .value(false), help: "Must be filled in."),
            Field(
                "isRestricted", .boolean, required: true, default: .value(false),
                help: "Changing it needs the right to restricted fields."),
            Field("isChecked", .boolean),
            Field("typeId", .reference("CaseFieldType"), required: true),
        ],
        relations: [
            .toOne("type", "CaseFieldType", by: "typeId"),
            .toMany("templates", "TemplateResultAssignment", by: "resultFieldId"),
            .toMany("fieldOptions", "ResultFieldAssignment", by: "resultFieldId"),
            .toMany("resultFieldValues", "ResultFieldValue", by: "fieldId"),
        ],
        uniques: [
            EntityType.Unique(["systemName"])
        ],
        indexes: [["typeId"]],
        help: "A field of results.")
}
