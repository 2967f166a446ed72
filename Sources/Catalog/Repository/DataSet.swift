import Model

extension Entities {
    /// A table of values; a case with a data set is executed once per row.
    static let dataSet = EntityType(
        "DataSet", ownership: .projectField("projectId"), area: "TestCaseRepository", softDeleted: true,
        fields: [
            Field("name", .text),
            Field("columns", .textList, required: true, default: .value("[]"), help: "Names of the columns in order."),
            Field("schema", .json, help: "The columns with what one product's API says about them."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("rows", "DataSetRow", by: "dataSetId"),
        ],
        indexes: [["projectId"]],
        help: "A table of values; a case with a data set is executed once per row.")
}
