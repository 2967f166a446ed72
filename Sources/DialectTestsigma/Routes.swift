import Engine
import HTTPTypes
import Model
import Wire

/// The table of contents of the dialect.
enum Routes {
    static let all: [Route] = known + Nowhere.routes

    /// What there is; everything else below the prefix is answered by `Nowhere`.
    static let known: [Route] =
        projects + cases + extensions + groups + runs + plans + settings

    private static func path(_ rest: String) -> String { "/api/v1/projects/{p}/\(rest)" }

    private static let projects: [Route] = [
        Route(.get, "/api/v1/projects", "listProjects", ProjectHandlers.list),
        Route(.post, "/api/v1/projects", "createProject", ProjectHandlers.create),
        Route(.get, "/api/v1/projects/{p}", "getProject", ProjectHandlers.get),
        Route(.put, "/api/v1/projects/{p}", "updateProject", ProjectHandlers.update),
        Route(.delete, "/api/v1/projects/{p}", "deleteProject", ProjectHandlers.delete),
        Route(.get, path("folders"), "listFolders", FolderHandlers.list),
        Route(.post, path("folders"), "createFolder", FolderHandlers.create),
        Route(.get, path("folders/{f}"), "getFolder", FolderHandlers.get),
        Route(.put, path("folders/{f}"), "updateFolder", FolderHandlers.update),
        Route(.post, path("folders/{f}/move"), "moveFolder", FolderHandlers.move),
        Route(.delete, path("folders/{f}"), "deleteFolder", FolderHandlers.delete),
        Route(.get, path("environments"), "listEnvironments", ProjectHandlers.environments),
    ]

    private static let cases: [Route] = [
        Route(.get, path("test_cases"), "listCases", CaseHandlers.list),
        Route(.post, path("test_cases"), "createCase", CaseHandlers.create),
        Route(.get, path("test_cases/{c}"), "getCase", CaseHandlers.get),
        Route(.put, path("test_cases/{c}"), "updateCase", CaseHandlers.update),
        Route(.delete, path("test_cases/{c}"), "deleteCase", CaseHandlers.delete),
    ]

    private static let extensions: [Route] = [
        Route(.get, path("test_cases/{c}/comments"), "listComments", FileHandlers.comments),
        Route(.post, path("test_cases/{c}/comments"), "createComment", FileHandlers.addComment),
        Route(.get, path("test_cases/{c}/attachments"), "listAttachments", FileHandlers.list),
        Route(.post, path("test_cases/{c}/attachments"), "createAttachment", FileHandlers.upload),
        Route(.get, path("test_cases/{c}/run_history"), "runHistory", MemberHandlers.history),
        Route(.get, path("test_cases/{c}/versions"), "listVersions", FileHandlers.versions),
        Route(.get, path("test_cases/{c}/requirements"), "listRequirements", RequirementHandlers.list),
        Route(.post, path("test_cases/{c}/requirements"), "addRequirement", RequirementHandlers.add),
        Route(.delete, path("test_cases/{c}/requirements"), "removeRequirement", RequirementHandlers.remove),
        Route(.post, path("imports"), "importCases", cost: .importing, ImportHandlers.cases),
        Route(.get, path("imports"), "listImports", ImportHandlers.list),
        Route(.get, path("imports/{i}"), "getImport", ImportHandlers.status),
    ]

    private static let groups: [Route] = [
        Route(.get, path("step_groups"), "listStepGroups", StepGroupHandlers.list),
        Route(.post, path("step_groups"), "createStepGroup", StepGroupHandlers.create),
        Route(.get, path("step_groups/{g}"), "getStepGroup", StepGroupHandlers.get),
        Route(.put, path("step_groups/{g}"), "updateStepGroup", StepGroupHandlers.update),
        Route(.delete, path("step_groups/{g}"), "deleteStepGroup", StepGroupHandlers.delete),
    ]

    private static let runs: [Route] = [
        Route(.get, path("test_runs"), "listRuns", RunHandlers.list),
        Route(.post, path("test_runs"), "createRun", RunHandlers.create),
        Route(.get, path("test_runs/{r}"), "getRun", RunHandlers.get),
        Route(.put, path("test_runs/{r}"), "updateRun", RunHandlers.update),
        Route(.delete, path("test_runs/{r}"), "deleteRun", RunHandlers.delete),
        Route(.post, path("test_runs/{r}/clone"), "cloneRun", RunHandlers.clone),
        Route(.get, path("test_runs/{r}/test_cases"), "listRunCases", MemberHandlers.list),
        Route(.put, path("test_runs/{r}/test_cases"), "updateRunCases", MemberHandlers.update),
        Route(.put, path("test_runs/{r}/assign_user"), "assignUser", MemberHandlers.assign),
        Route(
            .post, path("junit-import/test-run/{r}"), "importJUnit", cost: .importing, ImportHandlers.junit),
        Route(.get, path("junit-imports/{i}/status"), "importStatus", ImportHandlers.status),
    ]

    private static let plans: [Route] = [
        Route(.get, path("test_plans"), "listPlans", PlanHandlers.list),
        Route(.post, path("test_plans"), "createPlan", PlanHandlers.create),
        Route(.get, path("test_plans/{t}"), "getPlan", PlanHandlers.get),
        Route(.put, path("test_plans/{t}"), "updatePlan", PlanHandlers.update),
        Route(.delete, path("test_plans/{t}"), "deletePlan", PlanHandlers.delete),
        Route(.post, path("test_plans/{t}/complete"), "completePlan", PlanHandlers.complete),
        Route(.get, path("test_plans/{t}/test_runs"), "listPlanRuns", PlanHandlers.runs),
    ]

    private static let settings: [Route] = [
        Route(.get, "/api/v1/test_cases/statuses", "caseStatuses", ValueHandlers.choices("statuses") { $0.states }),
        Route(
            .get, "/api/v1/test_cases/priorities", "casePriorities",
            ValueHandlers.choices("priorities") { $0.priorities }),
        Route(.get, "/api/v1/test_cases/types", "caseTypes", ValueHandlers.choices("types") { $0.types }),
        Route(
            .get, "/api/v1/test_cases/automation_types", "automationTypes",
            ValueHandlers.choices("automation_types") { $0.automations }),
        Route(.get, "/api/v1/test_runs/statuses", "runStatuses", ValueHandlers.statuses),
        Route(.get, "/api/v1/icons/{file}", "icon", access: .anyone, cost: .free, ValueHandlers.icon),
        Route(.get, "/api/v1/users", "listUsers", UserHandlers.list),
        Route(.get, "/api/v1/users/me", "currentUser", UserHandlers.me),
        Route(.get, "/api/v1/labels", "listLabels", LabelHandlers.list),
        Route(.post, "/api/v1/labels", "createLabel", LabelHandlers.create),
        Route(.put, "/api/v1/labels/{l}", "updateLabel", LabelHandlers.update),
        Route(.delete, "/api/v1/labels/{l}", "deleteLabel", LabelHandlers.delete),
    ]
}

/// Paths that are not there: only callers with a token learn that (Testsigma API, 401 before routing).
enum Nowhere {
    private static let verbs: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

    static let routes: [Route] = verbs.map { verb in
        Route(verb, "/api/v1/{path*}", "nowhere\(verb.rawValue)", handle)
    }

    private static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let segments = call.path.split(separator: "/")
        var allowed: [String] = []
        for route in Routes.known where matches(route.path.split(separator: "/"), segments) {
            allowed.append(route.verb.rawValue)
        }
        guard allowed.isEmpty else {
            throw DomainError(
                .methodNotAllowed(allowed.sorted()), "\(call.method.rawValue) is not allowed here")
        }
        throw DomainError(.notFound, "no such path", entity: Refusal.noRoute)
    }

    private static func matches(_ pattern: [Substring], _ segments: [Substring]) -> Bool {
        guard pattern.count == segments.count else { return false }
        return zip(pattern, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
