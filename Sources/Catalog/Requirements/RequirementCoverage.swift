import Model

extension Entities {
    /// A case that covers a requirement.
    static let requirementCoverage = EntityType(
        "RequirementCoverage", ownership: .parent(["requirement"]), area: "TestCaseRepository",
        fields: [
            Field(
                "requirementVersion", .integer,
                help: "The version that the case was last checked against; older than the current one means suspect."),
            Field("requirementId", .reference("Requirement"), required: true, onDelete: .cascade),
            Field("repositoryCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("folderId", .reference("RepositoryFolder"), onDelete: .clear),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("requirement", "Requirement", by: "requirementId"),
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("folder", "RepositoryFolder", by: "folderId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        uniques: [
            EntityType.Unique(["requirementId", "repositoryCaseId"])
        ],
        indexes: [["repositoryCaseId"], ["folderId"]],
        help: "A case that covers a requirement.")
}
