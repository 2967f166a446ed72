import Model

extension Entities {
    /// A case in a plan.
    static let testPlanCase = EntityType(
        "TestPlanCase", ownership: .parent(["testPlan"]), area: "TestRuns",
        fields: [
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("testPlanId", .reference("TestPlan"), required: true, onDelete: .cascade),
            Field("repositoryCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field(
                "folderId", .reference("RepositoryFolder"), onDelete: .cascade,
                help: "The folder that brought the case in."),
        ],
        relations: [
            .toOne("testPlan", "TestPlan", by: "testPlanId"),
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("folder", "RepositoryFolder", by: "folderId"),
        ],
        uniques: [
            EntityType.Unique(["testPlanId", "repositoryCaseId"])
        ],
        indexes: [["testPlanId", "order"], ["repositoryCaseId"], ["folderId"]],
        help: "A case in a plan.")
}
