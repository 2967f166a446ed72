import Model

extension Entities {
    /// A folder in a plan; every plan has its own tree.
    static let testPlanFolder = EntityType(
        "TestPlanFolder", ownership: .parent(["testPlan"]), area: "TestRuns",
        fields: [
            Field("sequence", .integer, required: true, default: .value(0)),
            Field("level", .integer),
            Field("offset", .integer),
            Field(
                "takesNewCases", .boolean, required: true, default: .value(true),
                help: "Cases that are put into the folder later join the plan."),
            Field("testPlanId", .reference("TestPlan"), required: true, onDelete: .cascade),
            Field("folderId", .reference("RepositoryFolder"), required: true, onDelete: .cascade),
            Field(
                "parentId", .reference("RepositoryFolder"), onDelete: .cascade, help: "The folder above in this plan."),
        ],
        relations: [
            .toOne("testPlan", "TestPlan", by: "testPlanId"),
            .toOne("folder", "RepositoryFolder", by: "folderId"),
            .toOne("parent", "RepositoryFolder", by: "parentId"),
        ],
        uniques: [
            EntityType.Unique(["testPlanId", "folderId"])
        ],
        indexes: [["testPlanId", "sequence"], ["folderId"], ["parentId"]],
        help: "A folder in a plan; every plan has its own tree.")
}
