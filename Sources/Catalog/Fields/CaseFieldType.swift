import Model

extension Entities {
    /// A kind of field: how it is entered, kept and shown.
    static let caseFieldType = EntityType(
        "CaseFieldType", ownership: .shared,
        fields: [
            Field("type", .text, required: true, rules: [.length(1...255)]),
            Field("options", .json, help: "Which settings fields of this type have."),
        ],
        relations: [
            .toMany("caseFields", "CaseField", by: "typeId"),
            .toMany("resultFields", "ResultField", by: "typeId"),
        ],
        uniques: [
            EntityType.Unique(["type"])
        ],
        help: "A kind of field: how it is entered, kept and shown.")
}
