import HTTPTypes
import Wire

/// Integrations, what projects use of them, and authorizing at a tracker (TestPlanIt API, Integrations).
enum IntegrationRoutes {
    static let all: [Route] = [
        Route(.get, "/api/integrations", "listIntegrations", access: .administrators, IntegrationHandlers.list),
        Route(.post, "/api/integrations", "createIntegration", access: .administrators, IntegrationHandlers.create),
        Route(
            .post, "/api/integrations/test-connection", "testIntegration", access: .administrators,
            TestConnection.handle),
        Route(.get, "/api/integrations/{id}", "getIntegration", access: .administrators, IntegrationHandlers.get),
        Route(.put, "/api/integrations/{id}", "updateIntegration", access: .administrators, IntegrationHandlers.update),
        Route(
            .patch, "/api/integrations/{id}", "patchIntegration", access: .administrators, IntegrationHandlers.update),
        Route(
            .delete, "/api/integrations/{id}", "deleteIntegration", access: .administrators, IntegrationHandlers.delete),
        Route(.get, "/api/integrations/{id}/projects", "trackerProjects", TrackerLookups.projects),
        Route(.get, "/api/integrations/{id}/issue-types", "trackerIssueTypes", TrackerLookups.issueTypes),
        Route(.get, "/api/integrations/{id}/issue-type-fields", "trackerFields", TrackerLookups.fields),
        Route(.get, "/api/integrations/{id}/search", "searchTracker", TrackerLookups.search),
        Route(.get, "/api/integrations/{id}/search-users", "trackerUsers", TrackerLookups.users),
        Route(.post, "/api/integrations/{id}/create-issue", "createTrackerIssue", TrackerIssueHandlers.create),
        Route(.post, "/api/integrations/{id}/link-issue", "linkTrackerIssue", TrackerIssueHandlers.link),
        Route(.get, "/api/integrations/jira/search", "searchJira", TrackerLookups.search),
        Route(.get, "/api/integrations/jira/issue-details", "jiraIssue", TrackerLookups.details),
        Route(.post, "/api/integrations/jira/create", "createJiraIssue", TrackerIssueHandlers.create),
        Route(.post, "/api/integrations/jira/link-issue", "linkJiraIssue", TrackerIssueHandlers.link),
        Route(.get, "/api/integrations/jira/auth", "beginAuthorization", AuthorizationHandlers.begin),
        Route(.get, "/api/integrations/jira/callback", "finishAuthorization", AuthorizationHandlers.finish),
        Route(.get, "/api/integrations/{id}/auth/check", "checkAuthorization", AuthorizationHandlers.check),
        Route(.post, "/api/issues/{id}/sync", "syncIssue", SyncHandlers.issue),
        Route(
            .post, "/api/admin/integrations/{id}/sync", "syncIntegration", access: .administrators,
            SyncHandlers.integration),
        Route(.get, "/api/projects/{id}/integrations", "listProjectIntegrations", ProjectIntegrationHandlers.list),
        Route(.post, "/api/projects/{id}/integrations", "assignIntegration", ProjectIntegrationHandlers.assign),
        Route(
            .put, "/api/projects/{id}/integrations/{assignmentId}", "updateProjectIntegration",
            ProjectIntegrationHandlers.update),
        Route(
            .patch, "/api/projects/{id}/integrations/{assignmentId}", "patchProjectIntegration",
            ProjectIntegrationHandlers.update),
        Route(
            .delete, "/api/projects/{id}/integrations/{assignmentId}", "removeProjectIntegration",
            ProjectIntegrationHandlers.remove),
    ]
}
