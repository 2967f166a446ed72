import Model

extension Entities {
    /// The value of a case field in a version.
    static let caseFieldVersionValue = EntityType(
        "CaseFieldVersionValue", ownership: .parent(["version"]), area: "TestCaseRepository",
        fields: [
            Field(
                "field", .text, required: true, rules: [.length(1...255)],
                help: "Display name of the field at that time."),
            Field("value", .json),
            Field("versionId", .reference("RepositoryCaseVersion"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("version", "RepositoryCaseVersion", by: "versionId")
        ],
        indexes: [["versionId"]],
        help: "The value of a case field in a version.")
}
