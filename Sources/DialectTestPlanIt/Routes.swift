import Engine
import HTTPTypes
import Wire

/// The table of contents of the dialect.
enum Routes {
    static let all: [Route] =
        authentication + projects + cases + folders + runs + files + searches + AutomationRoutes.all + clients
        + ModelRoutes.routes

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
