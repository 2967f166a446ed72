import Model

extension Entities {
    /// The store of a project's cases.
    static let repository = EntityType(
        "Repository", ownership: .projectField("projectId"), area: "TestCaseRepository", softDeleted: true,
        fields: [
            Field("isArchived", .boolean, required: true, default: .value(false), help: "Out of the way but kept."),
            Field(
                "isActive", .boolean, required: true, default: .value(true),
                help: "Inactive ones are kept but not used."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toMany("folders", "RepositoryFolder", by: "repositoryId"),
            .toMany("cases", "RepositoryCase", by: "repositoryId"),
        ],
        indexes: [["projectId"]],
        help: "The store of a project's cases.")
}
