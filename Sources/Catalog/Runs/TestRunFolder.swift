import Model

extension Entities {
    /// A folder as it stood when the run was made.
    static let testRunFolder = EntityType(
        "TestRunFolder", ownership: .parent(["testRun"]), area: "TestRuns",
        fields: [
            Field("sequence", .integer, required: true, default: .value(0)),
            Field("offset", .integer),
            Field("folderEpoch", .integer),
            Field("planFolderEpoch", .integer),
            Field("parentId", .integer, help: "Id of the folder above at that time."),
            Field("planFolderId", .integer),
            Field("testRunId", .reference("TestRun"), required: true, onDelete: .cascade),
            Field("folderId", .reference("RepositoryFolder"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("testRun", "TestRun", by: "testRunId"),
            .toOne("folder", "RepositoryFolder", by: "folderId"),
        ],
        uniques: [
            EntityType.Unique(["testRunId", "folderId"])
        ],
        indexes: [["folderId"]],
        help: "A folder as it stood when the run was made.")
}
