import Model

extension Entities {
    /// A step of a case, or the place where a shared step group stands.
    static let step = EntityType(
        "Step", ownership: .parent(["testCase"]), area: "TestCaseRepository", softDeleted: true,
        fields: [
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("step", .json, help: "The action, a document in serialised form."),
            Field("expectedResult", .json, help: "What should happen, a document in serialised form."),
            Field("name", .text, help: "Short title of the step."),
            Field("stepType", .integer, help: "Number of a step type that one product's API keeps."),
            Field("attributes", .json, help: "Values that one product's API keeps."),
            Field("testCaseId", .reference("RepositoryCase"), required: true, onDelete: .cascade),
            Field(
                "sharedStepGroupId", .reference("SharedStepGroup"), onDelete: .clear,
                help: "The group whose items stand here; the step has no text of its own then."),
        ],
        relations: [
            .toOne("testCase", "RepositoryCase", by: "testCaseId"),
            .toOne("sharedStepGroup", "SharedStepGroup", by: "sharedStepGroupId"),
            .toMany("stepResults", "TestRunStepResult", by: "stepId"),
            .toMany("attachments", "Attachment", by: "stepId"),
            .toMany("customFieldValues", "CustomFieldValue", by: "stepId"),
        ],
        indexes: [["testCaseId", "order"], ["sharedStepGroupId"]],
        help: "A step of a case, or the place where a shared step group stands.")
}
