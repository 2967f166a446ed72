import Model

extension Entities {
    /// One row of a data set.
    static let dataSetRow = EntityType(
        "DataSetRow", ownership: .parent(["dataSet"]), area: "TestCaseRepository",
        fields: [
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("values", .json, required: true, help: "A JSON array of texts in the order of the columns."),
            Field("dataSetId", .reference("DataSet"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("dataSet", "DataSet", by: "dataSetId")
        ],
        indexes: [["dataSetId", "order"]],
        help: "One row of a data set.")
}
