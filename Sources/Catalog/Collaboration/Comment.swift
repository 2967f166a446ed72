import Model

extension Entities {
    /// A remark on something, by one of its readers.
    static let comment = EntityType(
        "Comment", key: .uid, ownership: .projectField("projectId"), softDeleted: true,
        fields: [
            Field("isEdited", .boolean, required: true, default: .value(false), help: "Changed after it was written."),
            Field("content", .json, required: true, help: "A document in serialised form."),
            Field("relatedType", .text, help: "The kind of thing where none of the references fits."),
            Field("relatedId", .integer, help: "Id of the thing it is about."),
            Field("projectId", .reference("Project"), required: true, onDelete: .cascade),
            Field("repositoryCaseId", .reference("RepositoryCase"), onDelete: .cascade),
            Field("testRunId", .reference("TestRun"), onDelete: .cascade),
            Field("sessionId", .reference("Session"), onDelete: .cascade),
            Field("milestoneId", .reference("Milestone"), onDelete: .cascade),
            Field("creatorId", .reference("User"), required: true, default: .caller, help: "Who made it."),
            Field("issueId", .reference("Issue"), onDelete: .cascade),
            Field("requirementId", .reference("Requirement"), onDelete: .cascade),
            Field("testPlanId", .reference("TestPlan"), onDelete: .cascade),
            Field("folderId", .reference("RepositoryFolder"), onDelete: .cascade),
        ],
        relations: [
            .toOne("project", "Project", by: "projectId"),
            .toOne("repositoryCase", "RepositoryCase", by: "repositoryCaseId"),
            .toOne("testRun", "TestRun", by: "testRunId"),
            .toOne("session", "Session", by: "sessionId"),
            .toOne("milestone", "Milestone", by: "milestoneId"),
            .toOne("creator", "User", by: "creatorId"),
            .toOne("issue", "Issue", by: "issueId"),
            .toOne("requirement", "Requirement", by: "requirementId"),
            .toOne("testPlan", "TestPlan", by: "testPlanId"),
            .toOne("folder", "RepositoryFolder", by: "folderId"),
            .toMany("mentionedUsers", "CommentMention", by: "commentId"),
        ],
        indexes: [
            ["projectId"],
            ["relatedType", "relatedId"],
            ["creatorId"],
            ["folderId"],
            ["repositoryCaseId"],
            ["milestoneId"],
            ["testPlanId"],
            ["testRunId"],
            ["sessionId"],
            ["issueId"],
            ["requirementId"],
        ],
        help: "A remark on something, by one of its readers.")
}
