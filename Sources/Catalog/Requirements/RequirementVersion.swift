import Model

extension Entities {
    /// A requirement as it was after one change.
    static let requirementVersion = EntityType(
        "RequirementVersion", ownership: .parent(["requirement"]), area: "TestCaseRepository",
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("description", .text, help: "A longer text about it."),
            Field("status", .text),
            Field("priority", .text),
            Field("versionLabel", .text, help: "A version of the tested product."),
            Field("version", .integer, required: true, help: "Counts from 1 within the requirement."),
            Field("parentId", .integer),
            Field("caseIds", .json, help: "Ids of the covering cases at that time."),
            Field("attributes", .json, help: "Values that one product's API keeps."),
            Field("requirementId", .reference("Requirement"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("requirement", "Requirement", by: "requirementId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        uniques: [
            EntityType.Unique(["requirementId", "version"])
        ],
        help: "A requirement as it was after one change.")
}
