import Model

extension Entities {
    /// A user whom a comment names.
    static let commentMention = EntityType(
        "CommentMention", key: .uid, ownership: .parent(["comment"]),
        fields: [
            Field("commentId", .reference("Comment"), required: true, onDelete: .cascade),
            Field("userId", .reference("User"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("comment", "Comment", by: "commentId"),
            .toOne("user", "User", by: "userId"),
        ],
        uniques: [
            EntityType.Unique(["commentId", "userId"])
        ],
        indexes: [["userId"]],
        help: "A user whom a comment names.")
}
