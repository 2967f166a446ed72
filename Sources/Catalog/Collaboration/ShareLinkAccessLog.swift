import Model

extension Entities {
    /// One visit of a share link.
    static let shareLinkAccessLog = EntityType(
        "ShareLinkAccessLog", key: .uid, ownership: .parent(["shareLink"]), area: "Reporting",
        fields: [
            Field("ipAddress", .text),
            Field("userAgent", .text),
            Field("wasAuthenticated", .boolean, required: true, default: .value(false)),
            Field("accessedAt", .timestamp, required: true, default: .now),
            Field("shareLinkId", .reference("ShareLink"), required: true, onDelete: .cascade),
            Field("accessedById", .reference("User"), onDelete: .clear),
        ],
        relations: [
            .toOne("shareLink", "ShareLink", by: "shareLinkId"),
            .toOne("accessedBy", "User", by: "accessedById"),
        ],
        indexes: [["shareLinkId", "accessedAt"]],
        help: "One visit of a share link.")
}
