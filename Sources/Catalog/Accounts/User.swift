import Model

extension Entities {
    /// A person, or a program that acts under a name, with one global access level and one role.
    static let user = EntityType(
        "User", key: .uid, ownership: .shared, softDeleted: true,
        fields: [
            Field("name", .text, required: true, rules: [.length(1...255)], help: "The name that others see."),
            Field(
                "email", .text, required: true, rules: [.length(1...255), .email],
                help: "Address for signing in; kept in lower case."),
            Field(
                "password", .text, visibility: .nobody, rules: [.length(4...1024)],
                help: "Hash of the password; null for people who sign in elsewhere or were only invited."),
            Field("emailVerifToken", .text, visibility: .nobody, help: "Hash of the token that proves the address."),
            Field("image", .text, help: "Address of the picture."),
            Field("externalId", .text, visibility: .administrators, help: "Id at the identity provider."),
            Field(
                "lastSeenVersion", .text, visibility: .administrators,
                help: "The release whose news the user has seen."),
            Field("twoFactorSecret", .text, visibility: .nobody, help: "Encrypted secret of the authenticator app."),
            Field("twoFactorBackupCodes", .text, visibility: .nobody, help: "Hashes of the unused backup codes."),
            Field(
                "isApi", .boolean, required: true, default: .value(false), visibility: .administrators,
                help: "May use API tokens."),
            Field("twoFactorEnabled", .boolean, required: true, default: .value(false), visibility: .administrators),
            Field(
                "isActive", .boolean, required: true, default: .value(true),
                help: "Inactive users cannot sign in and their tokens do not work."),
            Field(
                "emailVerified", .timestamp, visibility: .administrators,
                help: "When the address was proven; null before."),
            Field("emailTokenExpires", .timestamp, visibility: .nobody, help: "Until when the address may be proven."),
            Field("lastActiveAt", .timestamp, visibility: .administrators, help: "The latest request, kept coarsely."),
            Field(
                "authMethod", .choice(Choices.authMethod), required: true, default: .value("INTERNAL"),
                visibility: .administrators),
            Field(
                "access", .choice(Choices.access), required: true, default: .value("NONE"),
                help: "Global access level."),
            Field("color", .text, help: "Colour of the initials where there is no picture."),
            Field(
                "twoFactorLastStep", .integer, visibility: .nobody,
                help: "The last time step that was used, so that no code works twice."),
            Field(
                "mustChangePassword", .boolean, required: true, default: .value(false), visibility: .administrators,
                help: "The next sign-in asks for a new password."),
            Field(
                "invitedAt", .timestamp, visibility: .administrators,
                help: "When the invitation went out; with no password the user counts as invited."),
            Field("lastLoginAt", .timestamp, visibility: .administrators),
            Field("passwordChangedAt", .timestamp, visibility: .administrators),
            Field(
                "settings", .json, visibility: .administrators,
                help: "Values that one product's API keeps for the user."),
            Field(
                "roleId", .reference("Role"), required: true, default: .value(1), visibility: .administrators,
                help: "The role that projects with global roles grant."),
            Field(
                "createdById", .reference("User"), visibility: .administrators,
                help: "Who made the account; null after signing up."),
        ],
        relations: [
            .toOne("role", "Role", by: "roleId"),
            .toOne("createdBy", "User", by: "createdById"),
            .toMany("userPreferences", "UserPreferences", by: "userId"),
            .toMany("projects", "ProjectAssignment", by: "userId"),
            .toMany("createdProjects", "Project", by: "createdBy"),
            .toMany("groups", "GroupAssignment", by: "userId"),
            .toMany("createdMilestones", "Milestone", by: "createdBy"),
            .toMany("repositoryCases", "RepositoryCase", by: "creatorId"),
            .toMany("attachments", "Attachment", by: "createdById"),
            .toMany("assignedSessions", "Session", by: "assignedToId"),
            .toMany("createdSessions", "Session", by: "createdById"),
            .toMany("sessionResults", "SessionResult", by: "createdById"),
            .toMany("testRunCreatedBy", "TestRun", by: "createdById"),
            .toMany("testRunCasesAssigned", "TestRunCase", by: "assignedToId"),
            .toMany("testRunResults", "TestRunResult", by: "executedById"),
            .toMany("createdIssues", "Issue", by: "createdById"),
            .toMany("projectPermissions", "UserProjectPermission", by: "userId"),
            .toMany("notifications", "Notification", by: "userId"),
            .toMany("createdComments", "Comment", by: "creatorId"),
            .toMany("commentMentions", "CommentMention", by: "userId"),
            .toMany("apiTokens", "ApiToken", by: "userId"),
        ],
        uniques: [
            EntityType.Unique(["email"])
        ],
        indexes: [["roleId"]],
        help: "A person, or a program that acts under a name, with one global access level and one role.")
}
