import Model

extension Entities {
    /// A row of a Testmo export on its way in.
    static let testmoImportStaging = EntityType(
        "TestmoImportStaging", key: .uid, ownership: .administrators,
        fields: [
            Field("datasetName", .text, required: true),
            Field("error", .text),
            Field("rowIndex", .integer, required: true),
            Field("processed", .boolean, required: true, default: .value(false)),
            Field("rowData", .json, required: true),
            Field("jobId", .reference("TestmoImportJob"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("job", "TestmoImportJob", by: "jobId")
        ],
        indexes: [["jobId", "datasetName", "rowIndex"]],
        help: "A row of a Testmo export on its way in.")
}
