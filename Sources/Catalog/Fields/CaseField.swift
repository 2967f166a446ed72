import Model

extension Entities {
    /// A field of cases and sessions, or a custom field of other things.
    static let caseField = EntityType(
        "CaseField", ownership: .shared, softDeleted: true,
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
            Field("isChecked", .boolean, help: "The value of a new checkbox."),
            Field(
                "entities", .textList, required: true, default: .value("[]"),
                help: "What carries the field beside cases, in PractiTest's words."),
            Field(
                "format", .choice(Choices.customFieldFormat),
                help: "The exact format where the type alone does not say it."),
            Field("possibleValues", .json, help: "For linked lists, the child values of each parent value."),
            Field("typeId", .reference("CaseFieldType"), required: true),
            Field(
                "projectId", .reference("Project"), onDelete: .cascade,
                help: "The only project that has the field; null for all."),
            Field(
                "parentFieldId", .reference("CaseField"), onDelete: .clear,
                help: "The list on which a linked list depends."),
            Field(
                "valuesFieldId", .reference("CaseField"), onDelete: .clear,
                help: "The field whose possible values this one shares."),
        ],
        relations: [
            .toOne("type", "CaseFieldType", by: "typeId"),
            .toOne("project", "Project", by: "projectId"),
            .toOne("parentField", "CaseField", by: "parentFieldId"),
            .toOne("valuesField", "CaseField", by: "valuesFieldId"),
            .toMany("templates", "TemplateCaseAssignment", by: "caseFieldId"),
            .toMany("fieldOptions", "CaseFieldAssignment", by: "caseFieldId"),
            .toMany("caseFieldValues", "CaseFieldValue", by: "fieldId"),
            .toMany("sessionFieldValues", "SessionFieldValue", by: "fieldId"),
            .toMany("customFieldValues", "CustomFieldValue", by: "fieldId"),
        ],
        uniques: [
            EntityType.Unique(["systemName"])
        ],
        indexes: [["projectId"], ["typeId"]],
        help: "A field of cases and sessions, or a custom field of other things.")
}
