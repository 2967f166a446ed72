import Model

extension Entities {
    /// An address under which others see one thing without an account.
    static let shareLink = EntityType(
        "ShareLink", key: .uid, ownership: .projectField("projectId"), area: "Reporting", softDeleted: true,
        fields: [
            Field(
                "shareKey", .text, required: true, rules: [.length(32...64)], help: "The secret part of the address."),
            Field("entityId", .text),
            Field("passwordHash", .text, visibility: .nobody),
            Field("title", .text),
            Field("description", .text, help: "A longer text about it."),
            Field("viewCount", .integer, required: true, default: .value(0), help: "How often it was read."),
            Field("notifyOnView", .boolean, required: true, default: .value(false)),
            Field("isRevoked", .boolean, required: true, default: .value(false)),
            Field("expiresAt", .timestamp, help: "Not valid after this time."),
            Field("lastViewedAt", .timestamp),
            Field("entityConfig", .json, help: "The report's settings."),
            Field("entityType", .choice(Choices.shareLinkEntityType), required: true),
            Field("mode", .choice(Choices.shareLinkMode), required: true, default: .value("PUBLIC")),
            Field(
                "projectId", .reference("Project"), onDelete: .cascade,
                help: "Null for what spans projects; then only its maker and administrators reach it."),
            Field(
                "createdById", .reference("User"), required: true, default: .caller, onDelete: .cascade,
                help: "Who made it."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toMany("accessLogs", "ShareLinkAccessLog", by: "shareLinkId"),
        ],
        uniques: [
            EntityType.Unique(["shareKey"])
        ],
        indexes: [["createdById", "createdAt"], ["projectId"]],
        help: "An address under which others see one thing without an account.")
}
