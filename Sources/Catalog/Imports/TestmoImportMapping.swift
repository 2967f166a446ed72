import Model

extension Entities {
    /// Which of our rows a row of a Testmo export became.
    static let testmoImportMapping = EntityType(
        "TestmoImportMapping", key: .uid, ownership: .administrators,
        fields: [
            Field("entityType", .text, required: true),
            Field("sourceId", .text, required: true),
            Field("targetId", .text),
            Field("targetType", .text),
            Field("metadata", .json),
            Field("jobId", .reference("TestmoImportJob"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("job", "TestmoImportJob", by: "jobId")
        ],
        uniques: [
            EntityType.Unique(["jobId", "entityType", "sourceId"])
        ],
        help: "Which of our rows a row of a Testmo export became.")
}
