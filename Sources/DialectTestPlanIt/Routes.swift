import Engine
import HTTPTypes
import Wire

/// The table of contents of the dialect.
enum Routes {
    static let all: [Route] =
        authentication + projects + cases + folders + runs + sessions + issues + milestones + comments
        + forecasts + AdministrationRoutes.all + reports + files + transfers
        + TestmoHandlers.routes + DocumentationHandlers.routes + ShareHandlers.routes + SummaryHandlers.routes
        + searches + AutomationRoutes.all + clients
        + IntegrationRoutes.all + LanguageRoutes.all + WebhookRoutes.all + ModelRoutes.routes

    private static let authentication: [Route] = [
        Route(.get, "/api/auth/csrf", "csrfToken", access: .anyone, SignInHandlers.csrf),
        Route(.get, "/api/auth/providers", "signInProviders", access: .anyone, SignInHandlers.providers),
        Route(.get, "/api/auth/session", "browserSession", access: .anyone, SignInHandlers.session),
        Route(.get, "/api/auth/error", "signInFailed", access: .anyone, SignInHandlers.failed),
        Route(
            .post, "/api/auth/callback/credentials", "signIn", access: .anyone, cost: .signIn,
            SignInHandlers.credentials),
        Route(.get, "/api/auth/signin/{provider}", "showSignIn", access: .anyone, SignInHandlers.begin),
        Route(.post, "/api/auth/signin/{provider}", "beginSignIn", access: .anyone, SignInHandlers.begin),
        Route(.post, "/api/auth/signout", "signOut", access: .anyone, SignInHandlers.signOut),
        Route(.get, "/api/auth/logout", "logOutByLink", access: .anyone, SignInHandlers.logOut),
        Route(.post, "/api/auth/logout", "logOut", access: .anyone, SignInHandlers.logOut),
        Route(.post, "/api/auth/signup", "signUp", access: .anyone, cost: .signIn, SignUpHandlers.signUp),
        Route(.get, "/api/auth/whoami", "whoami", TokenHandlers.whoami),
        Route(.post, "/api/api-tokens", "createToken", TokenHandlers.create),
        Route(.post, "/api/get-user-permissions", "userPermissions", TokenHandlers.permissions),
    ]

    private static let projects: [Route] = [
        Route(.get, "/api/projects", "listProjects", ProjectHandlers.list),
        Route(.post, "/api/projects", "createProject", ProjectHandlers.create),
        Route(.get, "/api/projects/{id}", "getProject", ProjectHandlers.get),
        Route(.put, "/api/projects/{id}", "updateProject", ProjectHandlers.update),
        Route(.patch, "/api/projects/{id}", "patchProject", ProjectHandlers.update),
        Route(.delete, "/api/projects/{id}", "deleteProject", ProjectHandlers.delete),
    ]

    private static let cases: [Route] = [
        Route(.get, "/api/repository-cases", "listCases", CaseHandlers.list),
        Route(.post, "/api/repository-cases", "createCase", CaseHandlers.create),
        Route(.get, "/api/repository-cases/{id}", "getCase", CaseHandlers.get),
        Route(.put, "/api/repository-cases/{id}", "updateCase", CaseHandlers.update),
        Route(.patch, "/api/repository-cases/{id}", "patchCase", CaseHandlers.update),
        Route(.delete, "/api/repository-cases/{id}", "deleteCase", CaseHandlers.delete),
    ]

    private static let folders: [Route] = [
        Route(.get, "/api/repository-folders", "listFolders", FolderHandlers.list),
        Route(.post, "/api/repository-folders", "createFolder", FolderHandlers.create),
        Route(.get, "/api/repository-folders/{id}", "getFolder", FolderHandlers.get),
        Route(.put, "/api/repository-folders/{id}", "updateFolder", FolderHandlers.update),
        Route(.patch, "/api/repository-folders/{id}", "patchFolder", FolderHandlers.update),
        Route(.delete, "/api/repository-folders/{id}", "deleteFolder", FolderHandlers.delete),
    ]

    private static let runs: [Route] = [
        Route(.get, "/api/test-runs", "listRuns", RunHandlers.list),
        Route(.post, "/api/test-runs", "createRun", RunHandlers.create),
        Route(.get, "/api/test-runs/{id}", "getRun", RunHandlers.get),
        Route(.put, "/api/test-runs/{id}", "updateRun", RunHandlers.update),
        Route(.patch, "/api/test-runs/{id}", "patchRun", RunHandlers.update),
        Route(.delete, "/api/test-runs/{id}", "deleteRun", RunHandlers.delete),
        Route(.get, "/api/test-runs/{id}/cases", "listRunCases", RunHandlers.cases),
        Route(.post, "/api/test-runs/{id}/cases", "addRunCases", RunHandlers.addCases),
        Route(.post, "/api/test-runs/{runId}/cases/{caseId}/execute", "executeCase", ExecuteCase.handle),
    ]

    private static let sessions: [Route] = [
        Route(.get, "/api/sessions", "listSessions", SessionHandlers.list),
        Route(.post, "/api/sessions", "createSession", SessionHandlers.create),
        Route(.get, "/api/sessions/{id}", "getSession", SessionHandlers.get),
        Route(.put, "/api/sessions/{id}", "updateSession", SessionHandlers.update),
        Route(.patch, "/api/sessions/{id}", "patchSession", SessionHandlers.update),
        Route(.delete, "/api/sessions/{id}", "deleteSession", SessionHandlers.delete),
        Route(.post, "/api/sessions/{id}/results", "recordSession", SessionHandlers.record),
    ]

    private static let issues: [Route] = [
        Route(.get, "/api/issues", "listIssues", IssueHandlers.list),
        Route(.post, "/api/issues", "postIssue", IssueHandlers.create),
        Route(.post, "/api/issues/create", "createIssue", IssueHandlers.create),
        Route(.get, "/api/issues/{id}", "getIssue", IssueHandlers.get),
        Route(.put, "/api/issues/{id}", "updateIssue", IssueHandlers.update),
        Route(.patch, "/api/issues/{id}", "patchIssue", IssueHandlers.update),
        Route(.delete, "/api/issues/{id}", "deleteIssue", IssueHandlers.delete),
        Route(.post, "/api/issues/{id}/link", "linkIssue", IssueHandlers.link),
        Route(.post, "/api/issues/{id}/unlink", "unlinkIssue", IssueHandlers.unlink),
    ]

    private static let milestones: [Route] = [
        Route(.get, "/api/milestones", "listMilestones", MilestoneHandlers.list),
        Route(.post, "/api/milestones", "createMilestone", MilestoneHandlers.create),
        Route(.get, "/api/milestones/{id}", "getMilestone", MilestoneHandlers.get),
        Route(.put, "/api/milestones/{id}", "updateMilestone", MilestoneHandlers.update),
        Route(.patch, "/api/milestones/{id}", "patchMilestone", MilestoneHandlers.update),
        Route(.delete, "/api/milestones/{id}", "deleteMilestone", MilestoneHandlers.delete),
    ]

    private static let forecasts: [Route] = [
        Route(.post, "/api/forecast/update", "updateForecast", ForecastHandlers.update),
        Route(.get, "/api/forecast/update", "updateCaseForecast", ForecastHandlers.updateCase),
        Route(.get, "/api/repository-cases/forecast", "caseForecast", ForecastHandlers.ofCase),
        Route(.post, "/api/repository-cases/forecast", "casesForecast", ForecastHandlers.ofCases),
        Route(.get, "/api/milestones/{id}/forecast", "milestoneForecast", ForecastHandlers.ofMilestone),
    ]

    private static let comments: [Route] = [
        Route(.get, "/api/comments/{entityType}/{entityId}", "listComments", CommentHandlers.list),
        Route(.post, "/api/comments", "createComment", CommentHandlers.create),
        Route(.put, "/api/comments/{id}", "updateComment", CommentHandlers.update),
        Route(.patch, "/api/comments/{id}", "patchComment", CommentHandlers.update),
        Route(.delete, "/api/comments/{id}", "deleteComment", CommentHandlers.delete),
        Route(.get, "/api/users/search-for-mentions", "searchForMentions", CommentHandlers.people),
        Route(.get, "/api/users/{id}/avatar", "drawAvatar", CommentHandlers.picture),
    ]

    private static let files: [Route] = [
        Route(.post, "/api/get-attachment-url", "announceUpload", UploadHandlers.announceAttachment),
        Route(.get, "/api/get-attachment-url", "attachmentAddress", UploadHandlers.address(.attachment)),
        Route(.get, "/api/get-avatar-url", "avatarAddress", UploadHandlers.address(.avatar)),
        Route(.get, "/api/get-docimage-url", "documentImageAddress", UploadHandlers.address(.documentImage)),
        Route(.get, "/api/get-project-icon-url", "projectIconAddress", UploadHandlers.address(.projectIcon)),
        Route(.post, "/api/upload-attachment", "uploadAttachment", UploadHandlers.form(.attachment)),
        Route(.post, "/api/upload-avatar", "uploadAvatar", UploadHandlers.form(.avatar)),
        Route(.post, "/api/upload-docimage", "uploadDocumentImage", UploadHandlers.form(.documentImage)),
        Route(.post, "/api/upload-project-icon", "uploadProjectIcon", UploadHandlers.form(.projectIcon)),
        Route(.get, "/api/storage/{key*}", "readFile", ReadFile.handle),
        // The signature of the address stands for credentials.
        Route(.put, "/api/storage/{key*}", "receiveFile", access: .anyone, cost: .free, UploadHandlers.receive),
        Route(.post, "/api/junit/attachment", "attachToResult", AttachmentForms.one),
        Route(.post, "/api/junit/attachments/bulk", "attachToResults", AttachmentForms.results),
        Route(.post, "/api/test-runs/attachments", "attachToRun", AttachmentForms.run),
    ]

    private static let reports: [Route] = [
        Route(.post, "/api/report-builder", "generateReport", ReportHandlers.generate),
        Route(.get, "/api/report-builder/{type}", "reportOptions", ReportHandlers.options),
        Route(.post, "/api/report-builder/{type}", "typedReport", ReportHandlers.typed),
    ]

    private static let transfers: [Route] = [
        Route(.post, "/api/repository/import", "importCases", cost: .importing, ImportCases.handle),
        Route(.get, "/api/repository/export", "exportCases", ExportCases.handle),
    ]

    private static let searches: [Route] = [
        Route(.get, "/api/search", "search", SearchHandlers.simple),
        Route(.post, "/api/search", "advancedSearch", SearchHandlers.advanced),
        Route(.post, "/api/repository-cases/search", "searchCases", SearchHandlers.cases),
    ]

    /// Routes outside the published reference that clients call.
    private static let clients: [Route] = [
        Route(.post, "/api/cli/lookup", "lookUp", CommandLineHandlers.lookup),
        Route(.get, "/api/users/{id}", "getUser", UserHandlers.get),
        Route(.patch, "/api/users/{id}", "updateUser", UserHandlers.update),
        Route(
            .post, "/api/users/{id}/change-password", "changePassword", cost: .signIn, UserHandlers.changePassword),
        Route(.get, "/api/projects/{id}/folders/stats", "folderStatistics", CountHandlers.folders),
        Route(.post, "/api/tags/counts", "tagCounts", CountHandlers.uses(of: "Tag", "tagIds")),
        Route(.post, "/api/issues/counts", "issueCounts", CountHandlers.uses(of: "Issue", "issueIds")),
        Route(.post, "/api/projects/issue-counts", "projectIssueCounts", CountHandlers.issues),
        Route(.get, "/api/health", "health", access: .anyone, cost: .free, HealthHandler.handle),
    ]
}
