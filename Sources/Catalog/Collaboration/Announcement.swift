import Model

extension Entities {
    /// A message to everybody.
    static let announcement = EntityType(
        "Announcement", key: .uid, ownership: .shared,
        fields: [
            Field("title", .text, required: true, rules: [.length(1...255)]),
            Field("body", .json),
            Field(
                "isActive", .boolean, required: true, default: .value(true),
                help: "Inactive ones are kept but not used."),
            Field("startsAt", .timestamp, required: true, default: .now),
            Field("endsAt", .timestamp),
            Field("level", .choice(Choices.announcementLevel), required: true, default: .value("INFO")),
            Field("createdById", .reference("User"), required: true, default: .caller, help: "Who made it."),
        ],
        relations: [
            .toOne("createdBy", "User", by: "createdById")
        ],
        indexes: [["isActive", "startsAt"]],
        help: "A message to everybody.")
}
