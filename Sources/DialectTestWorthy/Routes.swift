import Engine
import HTTPTypes
import Wire

/// The table of contents of the dialect.
enum Routes {
    static let all: [Route] =
        projects + places + cases + runs + reports + users + IntegrationHandlers.jira.routes
        + IntegrationHandlers.testRail.routes + verbs

    private static let projects: [Route] = [
        Route(.get, "/v1/projects", "listProjects", ProjectHandlers.list),
        Route(.post, "/v1/projects", "createProject", ProjectHandlers.create),
        Route(.get, "/v1/projects/{id}", "getProject", ProjectHandlers.get),
        Route(.put, "/v1/projects/{id}", "updateProject", ProjectHandlers.update),
        Route(.delete, "/v1/projects/{id}", "deleteProject", ProjectHandlers.delete),
    ]

    /// Suites, milestones, plans and defects.
    private static let places: [Route] = [
        Route(.get, "/v1/projects/{projectId}/suites", "listSuites", SuiteHandlers.list),
        Route(.post, "/v1/projects/{projectId}/suites", "createSuite", SuiteHandlers.create),
        Route(.get, "/v1/suites/{id}", "getSuite", SuiteHandlers.get),
        Route(.put, "/v1/suites/{id}", "updateSuite", SuiteHandlers.update),
        Route(.delete, "/v1/suites/{id}", "deleteSuite", SuiteHandlers.delete),
        Route(.get, "/v1/projects/{projectId}/milestones", "listMilestones", MilestoneHandlers.list),
        Route(.post, "/v1/projects/{projectId}/milestones", "createMilestone", MilestoneHandlers.create),
        Route(.get, "/v1/milestones/{id}", "getMilestone", MilestoneHandlers.get),
        Route(.put, "/v1/milestones/{id}", "updateMilestone", MilestoneHandlers.update),
        Route(.delete, "/v1/milestones/{id}", "deleteMilestone", MilestoneHandlers.delete),
        Route(.get, "/v1/projects/{projectId}/plans", "listPlans", PlanHandlers.list),
        Route(.post, "/v1/projects/{projectId}/plans", "createPlan", PlanHandlers.create),
        Route(.get, "/v1/plans/{id}", "getPlan", PlanHandlers.get),
        Route(.put, "/v1/plans/{id}", "updatePlan", PlanHandlers.update),
        Route(.delete, "/v1/plans/{id}", "deletePlan", PlanHandlers.delete),
        Route(.get, "/v1/projects/{projectId}/defects", "listDefects", DefectHandlers.list),
        Route(.post, "/v1/projects/{projectId}/defects", "createDefect", DefectHandlers.create),
        Route(.get, "/v1/defects/{id}", "getDefect", DefectHandlers.get),
        Route(.put, "/v1/defects/{id}", "updateDefect", DefectHandlers.update),
        Route(.delete, "/v1/defects/{id}", "deleteDefect", DefectHandlers.delete),
    ]

    private static let cases: [Route] = [
        Route(.get, "/v1/projects/{projectId}/cases", "listCases", CaseHandlers.list),
        Route(.post, "/v1/projects/{projectId}/cases", "createCase", CaseHandlers.create),
        Route(
            .post, "/v1/projects/{projectId}/cases/import", "importCases", cost: .importing, ImportHandlers.cases),
        Route(
            .post, "/v1/projects/{projectId}/results/import", "importResults", cost: .importing,
            ImportHandlers.results),
        Route(.get, "/v1/cases/{caseId}", "getCase", CaseHandlers.get),
        Route(.put, "/v1/cases/{caseId}", "updateCase", CaseHandlers.update),
        Route(.delete, "/v1/cases/{caseId}", "deleteCase", CaseHandlers.delete),
    ]

    private static let runs: [Route] = [
        Route(.get, "/v1/projects/{projectId}/runs", "listRuns", RunHandlers.list),
        Route(.post, "/v1/projects/{projectId}/runs", "createRun", RunHandlers.create),
        Route(.get, "/v1/runs/{runId}", "getRun", RunHandlers.get),
        Route(.put, "/v1/runs/{runId}", "updateRun", RunHandlers.update),
        Route(.delete, "/v1/runs/{runId}", "deleteRun", RunHandlers.delete),
        Route(.get, "/v1/runs/{runId}/cases", "listRunCases", RunHandlers.cases),
        Route(.get, "/v1/projects/{projectId}/results", "listResults", ResultHandlers.list),
        Route(.post, "/v1/results", "submitResults", ResultHandlers.submit),
        Route(.get, "/v1/results/{id}", "getResult", ResultHandlers.get),
    ]

    private static let reports: [Route] = [
        Route(.get, "/v1/projects/{projectId}/reports", "listReports", ReportHandlers.list),
        Route(.post, "/v1/projects/{projectId}/reports", "createReport", ReportHandlers.create),
        Route(.get, "/v1/reports/{reportId}", "getReport", cost: .exporting, ReportHandlers.get),
        Route(.delete, "/v1/reports/{reportId}", "deleteReport", ReportHandlers.delete),
    ]

    private static let users: [Route] = [
        Route(.get, "/v1/users", "listUsers", UserHandlers.list),
        Route(.post, "/v1/users", "createUser", UserHandlers.create),
        Route(.get, "/v1/users/{userId}", "getUser", UserHandlers.get),
        Route(.put, "/v1/users/{userId}", "updateUser", UserHandlers.update),
        Route(.delete, "/v1/users/{userId}", "deleteUser", UserHandlers.delete),
    ]

    private static let verbs: [Route] = [
        Verb.route(.get, "get_runs/{suite}", "verbGetRuns", VerbRuns.list),
        Verb.route(.get, "get_run/{run}", "verbGetRun", VerbRuns.get),
        Verb.route(.get, "get_run_cases/{run}", "verbGetRunCases", VerbRuns.tests),
        Verb.route(.post, "add_run/{suite}", "verbAddRun", VerbRuns.add),
        Verb.route(.post, "close_run/{run}", "verbCloseRun", VerbRuns.close),
        Verb.route(.post, "add_results_for_cases/{run}", "verbAddResults", VerbResults.addMany),
        Verb.route(.post, "add_result_for_case/{run}/{case}", "verbAddResult", VerbResults.addOne),
        Verb.route(.get, "get_results_for_case/{run}/{case}", "verbGetResults", VerbResults.list),
        Verb.route(.get, "get_projects", "verbGetProjects", VerbCases.projects),
        Verb.route(.get, "get_suites/{project}", "verbGetSuites", VerbCases.suites),
        Verb.route(.get, "get_cases/{suite}", "verbGetCases", VerbCases.cases),
        Verb.route(.get, "get_statuses", "verbGetStatuses", VerbCases.statuses),
        Verb.route(.get, "get_users", "verbGetUsers", VerbCases.users),
    ]
}
