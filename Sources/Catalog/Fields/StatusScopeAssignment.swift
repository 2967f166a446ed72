import Model

extension Entities {
    /// A scope in which a status applies.
    static let statusScopeAssignment = EntityType(
        "StatusScopeAssignment", key: .fields(["statusId", "scopeId"]), ownership: .shared,
        fields: [
            Field("statusId", .reference("Status"), required: true, onDelete: .cascade),
            Field("scopeId", .reference("StatusScope"), required: true),
        ],
        relations: [
            .toOne("status", "Status", by: "statusId"),
            .toOne("scope", "StatusScope", by: "scopeId"),
        ],
        uniques: [
            EntityType.Unique(["statusId", "scopeId"])
        ],
        indexes: [["scopeId"]],
        help: "A scope in which a status applies.")
}
