import Model

extension Entities {
    /// The value of a case field on a session.
    static let sessionFieldValue = EntityType(
        "SessionFieldValue", ownership: .parent(["session"]), area: "Sessions",
        fields: [
            Field("value", .json, help: "The value as JSON; the shape follows from the field's type."),
            Field("sessionId", .reference("Session"), required: true, onDelete: .cascade),
            Field("fieldId", .reference("CaseField"), required: true, onDelete: .cascade),
        ],
        relations: [
            .toOne("session", "Session", by: "sessionId"),
            .toOne("field", "CaseField", by: "fieldId"),
        ],
        indexes: [["sessionId", "fieldId"], ["fieldId"]],
        help: "The value of a case field on a session.")
}
