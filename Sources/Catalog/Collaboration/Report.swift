import Model

extension Entities {
    /// A stored definition of a report, computed when it is read.
    static let report = EntityType(
        "Report", ownership: .projectField("projectId"), area: "Reporting",
        fields: [
            Field("title", .text, required: true, rules: [.length(1...500)]),
            Field("type", .choice(Choices.reportKind), required: true),
            Field(
                "isAutomatic", .boolean, required: true, default: .value(false),
                help: "Made by the server for its run or project."),
            Field("config", .json, help: "Options in a shape of its own."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("testRunId", .reference("TestRun"), onDelete: .cascade),
            Field("milestoneId", .reference("Milestone"), onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("testRun", "TestRun", by: "testRunId"),
            .toOne("milestone", "Milestone", by: "milestoneId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        uniques: [
            EntityType.Unique(
                ["projectId", "type", "testRunId", "milestoneId"], unless: [EntityType.Exemption("isAutomatic", false)])
        ],
        indexes: [["projectId"], ["testRunId"], ["milestoneId"]],
        help: "A stored definition of a report, computed when it is read.")
}
