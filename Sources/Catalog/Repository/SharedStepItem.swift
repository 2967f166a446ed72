import Model

extension Entities {
    /// A step of a shared step group.
    static let sharedStepItem = EntityType(
        "SharedStepItem", ownership: .parent(["sharedStepGroup"]), area: "SharedSteps",
        fields: [
            Field("order", .integer, required: true, help: "Position among its siblings."),
            Field("step", .json, required: true),
            Field("expectedResult", .json, required: true),
            Field("sharedStepGroupId", .reference("SharedStepGroup"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("sharedStepGroup", "SharedStepGroup", by: "sharedStepGroupId"),
            .toMany("testRunStepResults", "TestRunStepResult", by: "sharedStepItemId"),
        ],
        indexes: [["sharedStepGroupId", "order"]],
        help: "A step of a shared step group.")
}
