import Model

extension Entities {
    /// An import of results or cases that runs in the background.
    static let importJob = EntityType(
        "ImportJob", key: .uid, ownership: .projectField("projectId"), area: "TestRunResults",
        fields: [
            Field("kind", .choice(Choices.importKind), required: true),
            Field("status", .choice(Choices.importStatus), required: true, default: .value("PENDING")),
            Field("importedCount", .integer, required: true, default: .value(0)),
            Field("skippedCount", .integer, required: true, default: .value(0)),
            Field("failedCount", .integer, required: true, default: .value(0)),
            Field("totalCount", .integer, required: true, default: .value(0)),
            Field("error", .text),
            Field("errors", .json, help: "One entry per row or test that failed."),
            Field("options", .json),
            Field("digest", .text, help: "SHA-256 of the file; the same file is not imported into a run twice."),
            Field("startedAt", .timestamp, help: "When it began."),
            Field("completedAt", .timestamp, help: "When it was completed."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("testRunId", .reference("TestRun"), onDelete: .cascade),
            Field("storedFileId", .reference("StoredFile"), onDelete: .clear),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("testRun", "TestRun", by: "testRunId"),
            .toOne("storedFile", "StoredFile", by: "storedFileId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        indexes: [["projectId", "createdAt"], ["testRunId"], ["storedFileId"]],
        help: "An import of results or cases that runs in the background.")
}
