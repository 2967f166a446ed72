import Model

extension Entities {
    /// Something found in a session: a bug, a note, a question, an idea or a risk.
    static let sessionFinding = EntityType(
        "SessionFinding", ownership: .parent(["sessionResult"]), area: "SessionResults", softDeleted: true,
        fields: [
            Field(
                "type", .text, required: true, rules: [.length(1...255)],
                help: "BUG, NOTE, QUESTION, IDEA, RISK or another word."),
            Field("title", .text, required: true, rules: [.length(1...1000)]),
            Field("description", .text, help: "A longer text about it."),
            Field("severity", .choice(Choices.findingSeverity)),
            Field("sessionResultId", .reference("SessionResult"), required: true, onDelete: .cascade),
            Field("issueId", .reference("Issue"), onDelete: .clear, help: "The issue made from a bug."),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("sessionResult", "SessionResult", by: "sessionResultId"),
            .toOne("issue", "Issue", by: "issueId"),
            .toOne("createdBy", "User", by: "createdById"),
        ],
        indexes: [["sessionResultId"], ["issueId"]],
        help: "Something found in a session: a bug, a note, a question, an idea or a risk.")
}
