import Model

extension Entities {
    /// An import of a Testmo export.
    static let testmoImportJob = EntityType(
        "TestmoImportJob", key: .uid, ownership: .administrators,
        fields: [
            Field("fileName", .text, required: true),
            Field("fileKey", .text),
            Field("statusMessage", .text),
            Field("currentEntity", .text),
            Field("error", .text),
            Field("fileSizeBytes", .bigInteger),
            Field("progress", .integer, required: true, default: .value(0)),
            Field("processedCount", .integer, required: true, default: .value(0)),
            Field("errorCount", .integer, required: true, default: .value(0)),
            Field("skippedCount", .integer, required: true, default: .value(0)),
            Field("totalCount", .integer, required: true, default: .value(0)),
            Field("totalDatasets", .integer, required: true, default: .value(0)),
            Field("processedDatasets", .integer, required: true, default: .value(0)),
            Field("cancelRequested", .boolean, required: true, default: .value(false)),
            Field("startedAt", .timestamp, help: "When it began."),
            Field("completedAt", .timestamp, help: "When it was completed."),
            Field("canceledAt", .timestamp),
            Field("status", .choice(Choices.testmoImportStatus), required: true, default: .value("QUEUED")),
            Field("phase", .choice(Choices.testmoImportPhase), required: true, default: .value("UPLOADING")),
            Field("analysis", .json),
            Field("configuration", .json),
            Field("options", .json),
            Field("summary", .json),
            Field("result", .json),
            Field("entityProgress", .json),
            Field("activityLog", .json),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("storedFileId", .reference("StoredFile"), onDelete: .clear),
        ],
        relations: [
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("storedFile", "StoredFile", by: "storedFileId"),
            .toMany("datasets", "TestmoImportDataset", by: "jobId"),
            .toMany("mappings", "TestmoImportMapping", by: "jobId"),
            .toMany("stagings", "TestmoImportStaging", by: "jobId"),
        ],
        indexes: [["createdAt"], ["storedFileId"]],
        help: "An import of a Testmo export.")
}
