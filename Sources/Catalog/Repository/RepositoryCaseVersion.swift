import Model

extension Entities {
    /// A case as it was after one change.
    static let repositoryCaseVersion = EntityType(
        "RepositoryCaseVersion", ownership: .projectField("projectId"), area: "TestCaseRepository", softDeleted: true,
        fields: [
            Field(
                "staticProjectName", .text, required: true, rules: [.length(1...255)],
                help: "Name of the project at that time."),
            Field("folderName", .text, required: true, rules: [.length(1...255)]),
            Field("templateName", .text, required: true, rules: [.length(1...255)]),
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("stateName", .text, required: true, rules: [.length(1...255)]),
            Field("creatorId", .text, required: true, help: "UUID of the user who made the change."),
            Field("creatorName", .text, required: true, rules: [.length(1...255)]),
            Field("staticProjectId", .integer, required: true),
            Field("repositoryId", .integer, required: true),
            Field("folderId", .integer, required: true),
            Field("templateId", .integer, required: true),
            Field("stateId", .integer, required: true),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("version", .integer, required: true, help: "Counts from 1 within the case."),
            Field("estimate", .integer, help: "Seconds."),
            Field("forecastManual", .integer, help: "Expected manual work in seconds."),
            Field("forecastAutomated", .real, help: "Expected automated work in seconds."),
            Field("automated", .boolean, required: true, default: .value(false)),
            Field("isArchived", .boolean, required: true, default: .value(false), help: "Out of the way but kept."),
            Field("steps", .json, help: "The steps at that time."),
            Field("tags", .json),
            Field("issues", .json),
            Field("links", .json),
            Field("attachments", .json),
            Field("repositoryCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("project", "Project", by: "projectId"),
            .toMany("caseFieldVersionValues", "CaseFieldVersionValue", by: "versionId"),
        ],
        uniques: [
            EntityType.Unique(["repositoryCaseId", "version"])
        ],
        help: "A case as it was after one change.")
}
