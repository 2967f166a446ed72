import Model

extension Entities {
    /// Where statuses apply: runs, sessions, automation.
    static let statusScope = EntityType(
        "StatusScope", ownership: .shared,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("icon", .text),
        ],
        relations: [
            .toMany("statuses", "StatusScopeAssignment", by: "scopeId")
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "Where statuses apply: runs, sessions, automation.")
}
