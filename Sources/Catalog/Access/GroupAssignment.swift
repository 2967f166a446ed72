import Model

extension Entities {
    /// A user's membership of a group.
    static let groupAssignment = EntityType(
        "GroupAssignment", key: .fields(["userId", "groupId"]), ownership: .shared,
        fields: [
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
            Field("groupId", .reference("Group"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId"),
            .toOne("group", "Group", by: "groupId"),
        ],
        uniques: [
            EntityType.Unique(["userId", "groupId"])
        ],
        indexes: [["groupId"]],
        help: "A user's membership of a group.")
}
