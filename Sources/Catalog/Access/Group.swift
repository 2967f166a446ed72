import Model

extension Entities {
    /// People who get access together.
    static let group = EntityType(
        "Group", ownership: .shared, softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)]),
            Field("externalId", .text, help: "Id at the identity provider."),
            Field("url", .text, rules: [.url], help: "A page about the group."),
            Field("note", .text, help: "A short description."),
        ],
        relations: [
            .toMany("assignedUsers", "GroupAssignment", by: "groupId"),
            .toMany("projectPermissions", "GroupProjectPermission", by: "groupId"),
        ],
        uniques: [
            EntityType.Unique(["name"])
        ],
        help: "People who get access together.")
}
