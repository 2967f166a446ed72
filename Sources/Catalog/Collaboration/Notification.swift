import Model

extension Entities {
    /// A message to one user.
    static let notification = EntityType(
        "Notification", key: .uid, ownership: .user("userId"), softDeleted: true,
        fields: [
            Field("title", .text, required: true),
            Field("message", .text, required: true),
            Field("relatedEntityId", .text, help: "UUID or id of what it is about."),
            Field("relatedEntityType", .text),
            Field("isRead", .boolean, required: true, default: .value(false)),
            Field("data", .json),
            Field("type", .choice(Choices.notificationType), required: true),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("user", "User", by: "userId")
        ],
        indexes: [["userId", "isRead", "createdAt"]],
        help: "A message to one user.")
}
