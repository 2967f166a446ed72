import Model

extension Entities {
    /// A table found in a Testmo export.
    static let testmoImportDataset = EntityType(
        "TestmoImportDataset", ownership: .administrators,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("rowCount", .integer, required: true, default: .value(0)),
            Field("sampleRowCount", .integer, required: true, default: .value(0)),
            Field("truncated", .boolean, required: true, default: .value(false)),
            Field("schema", .json),
            Field("sampleRows", .json),
            Field("jobId", .reference("TestmoImportJob"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("job", "TestmoImportJob", by: "jobId")
        ],
        uniques: [
            EntityType.Unique(["jobId", "name"])
        ],
        help: "A table found in a Testmo export.")
}
