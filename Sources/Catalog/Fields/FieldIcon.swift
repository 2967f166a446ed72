import Model

extension Entities {
    /// An icon by its Lucide name.
    static let fieldIcon = EntityType(
        "FieldIcon", ownership: .shared,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)])
        ],
        relations: [
            .toMany("fieldOptions", "FieldOption", by: "iconId"),
            .toMany("workflows", "Workflow", by: "iconId"),
            .toMany("milestoneTypes", "MilestoneType", by: "iconId"),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "An icon by its Lucide name.")
}
