import Model

extension Entities {
    /// A step that an imported report describes.
    static let jUnitTestStep = EntityType(
        "JUnitTestStep", ownership: .parent(["repositoryCase"]), area: "TestRunResults",
        fields: [
            Field("name", .text, required: true, rules: [.length(1...2000)]),
            Field("content", .text),
            Field("statusId", .reference("Status")),
            Field("repositoryCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("stepStatus", "Status", by: "statusId"),
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        indexes: [["repositoryCaseId"]],
        help: "A step that an imported report describes.")
}
