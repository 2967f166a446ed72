import Model

extension Entities {
    /// Runs and cases that belong to one effort; the cycles of other products are plans.
    static let testPlan = EntityType(
        "TestPlan", ownership: .projectField("projectId"), area: "TestRuns", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...1000)]),
            Field("description", .text, help: "A longer text about it."),
            Field("number", .integer, help: "Running number in the project, the digits of the human key."),
            Field(
                "retainRuns", .integer, required: true, default: .value(0),
                help: "How many complete runs to keep; 0 keeps all."),
            Field(
                "isRoot", .boolean, required: true, default: .value(false),
                help: "The plan of everything in the project (TestQuality); cannot be deleted."),
            Field(
                "isAutomated", .boolean, required: true, default: .value(false),
                help: "Its cases are run by machines."),
            Field(
                "isCompleted", .boolean, required: true, default: .value(false),
                help: "Done; nothing more is recorded."),
            Field("startDate", .timestamp),
            Field("endDate", .timestamp),
            Field("completedAt", .timestamp, help: "When it was completed."),
            Field("attributes", .json, help: "Values that one product's API keeps."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("assignedToId", .reference("User"), onDelete: .clear, help: "Who should do it."),
            Field("purposeId", .reference("ListValue"), onDelete: .clear),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toOne("purpose", "ListValue", by: "purposeId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("testRuns", "TestRun", by: "testPlanId"),
            .toMany("folders", "TestPlanFolder", by: "testPlanId"),
            .toMany("cases", "TestPlanCase", by: "testPlanId"),
            .manyToMany("tags", "Tag", table: "test_plan_tag", here: "test_plan_id", there: "tag_id"),
            .toMany("attachments", "Attachment", by: "testPlanId"),
            .toMany("comments", "Comment", by: "testPlanId"),
            .toMany("customFieldValues", "CustomFieldValue", by: "testPlanId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "number"], unless: [EntityType.Exemption("number", .null)])
        ],
        indexes: [["projectId", "createdAt"]],
        help: "Runs and cases that belong to one effort; the cycles of other products are plans.")
}
