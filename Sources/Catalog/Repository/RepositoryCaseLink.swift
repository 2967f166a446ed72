import Model

extension Entities {
    /// A relation between two cases.
    static let repositoryCaseLink = EntityType(
        "RepositoryCaseLink", ownership: .parent(["caseA"]), area: "TestCaseRepository", softDeleted: true,
        fields: [
            Field(
                "type", .choice(Choices.linkType), required: true,
                help: "SAME_TEST_DIFFERENT_SOURCE joins forecasts; DEPENDS_ON orders execution."),
            Field("caseAId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("caseBId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("caseA", "RepositoryCase", by: "caseAId"),
            .toOne("caseB", "RepositoryCase", by: "caseBId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        uniques: [
            EntityType.Unique(["caseAId", "caseBId", "type"])
        ],
        indexes: [["caseBId"]],
        help: "A relation between two cases.")
}
