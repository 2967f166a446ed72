import Model

extension Entities {
    /// A note with a verdict recorded during a session.
    static let sessionResult = EntityType(
        "SessionResult", ownership: .parent(["session"]), area: "SessionResults", softDeleted: true,
        fields: [
            Field("elapsed", .integer, help: "Duration in whole seconds."),
            Field("resultData", .json, help: "The note, a document in serialised form."),
            Field("seconds", .real, help: "Exact duration."),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("sessionId", .reference("Session"), required: true, onDelete: .cascade),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("statusId", .reference("Status"), required: true),
            Field("assignedToId", .reference("User"), onDelete: .clear, help: "Who should do it."),
        ],
        relations: [
            .toOne("session", "Session", by: "sessionId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toOne("status", "Status", by: "statusId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toMany("attachments", "Attachment", by: "sessionResultsId"),
            .toMany("resultFieldValues", "ResultFieldValue", by: "sessionResultsId"),
            .manyToMany("issues", "Issue", table: "session_result_issue", here: "session_result_id", there: "issue_id"),
            .toMany("findings", "SessionFinding", by: "sessionResultId"),
        ],
        indexes: [["sessionId", "createdAt"], ["createdById"], ["statusId"]],
        help: "A note with a verdict recorded during a session.")
}
