import Model

extension Entities {
    /// A folder of cases; other products call it a suite or a section.
    static let repositoryFolder = EntityType(
        "RepositoryFolder", ownership: .projectField("projectId"), area: "TestCaseRepository", softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...500)]),
            Field("order", .integer, required: true, default: .value(0), help: "Position among its siblings."),
            Field("docs", .json, help: "What the folder is about, a document in serialised form."),
            Field(
                "isRoot", .boolean, required: true, default: .value(false),
                help: "The project's root folder, which cannot be deleted."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("repositoryId", .reference("Repository"), required: true, onDelete: .cascade),
            Field("parentId", .reference("RepositoryFolder"), onDelete: .cascade),
            Field("creatorId", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("assignedToId", .reference("User"), onDelete: .clear, help: "Who should do it."),
            Field("updatedById", .reference("User"), onDelete: .clear, help: "Who changed it last."),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("repository", "Repository", by: "repositoryId"),
            .toOne("parent", "RepositoryFolder", by: "parentId"),
            .toOne("creator", "User", by: "creatorId"),
            .toOne("assignedTo", "User", by: "assignedToId"),
            .toOne("updatedBy", "User", by: "updatedById"),
            .toMany("children", "RepositoryFolder", by: "parentId"),
            .toMany("cases", "RepositoryCase", by: "folderId"),
            .toMany("planFolders", "TestPlanFolder", by: "folderId"),
            .manyToMany("tags", "Tag", table: "repository_folder_tag", here: "repository_folder_id", there: "tag_id"),
            .toMany("attachments", "Attachment", by: "folderId"),
            .toMany("comments", "Comment", by: "folderId"),
            .toMany("customFieldValues", "CustomFieldValue", by: "folderId"),
        ],
        uniques: [
            EntityType.Unique(["projectId", "repositoryId", "parentId", "name"], live: true)
        ],
        indexes: [["projectId", "order"], ["parentId", "order"], ["repositoryId"]],
        help: "A folder of cases; other products call it a suite or a section.")
}
