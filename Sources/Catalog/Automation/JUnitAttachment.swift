import Model

extension Entities {
    /// A file or link that an imported report names.
    static let jUnitAttachment = EntityType(
        "JUnitAttachment", ownership: .parent(["repositoryCase"]), area: "TestRunResults",
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("value", .text, required: true, rules: [.length(1...4000)]),
            Field("type", .choice(Choices.jUnitAttachmentType), required: true),
            Field("repositoryCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        indexes: [["repositoryCaseId"]],
        help: "A file or link that an imported report names.")
}
