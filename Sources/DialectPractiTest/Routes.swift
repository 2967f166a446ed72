import Engine
import HTTPTypes
import Model
import Wire

/// The table of contents of the dialect; every path may also end in `.json`.
enum Routes {
    static let base = "/api/v2"
    static let project = "/api/v2/projects/{pid}"

    static let all: [Route] = people + fields + repository + execution + tracking + Links.routes + flat + Legacy.routes

    private static let people: [Route] = [
        Route(.get, "\(base)/projects", "listProjects", Projects.list),
        Route(.get, project, "getProject", Projects.get),
        Route(.get, "\(base)/users", "listUsers", Users.list),
        Route(.post, "\(base)/users", "createUser", Users.create),
        Route(.get, "\(base)/users/{id}", "getUser", Users.get),
        Route(.put, "\(base)/users/{id}", "updateUser", Users.update),
        Route(.patch, "\(base)/users/{id}", "patchUser", Users.update),
        Route(.get, "\(base)/users/{id}/projects", "listUserProjects", Users.projects),
        Route(.put, "\(base)/users/{id}/projects", "setUserProjects", Users.setProjects),
        Route(.put, "\(base)/users/{id}/groups", "setUserGroups", Users.setProjects),
        Route(.delete, "\(base)/users/{id}/projects", "revokeUserProjects", Users.revokeProjects),
        Route(.get, "\(project)/groups", "listGroups", Groups.list),
        Route(.get, "\(project)/groups/{id}", "getGroup", Groups.get),
    ]

    private static let fields: [Route] = [
        Route(.get, "\(project)/fields", "describeFields", Fields.describe),
        Route(.get, "\(project)/custom_fields", "listCustomFields", Fields.list),
        Route(.post, "\(project)/custom_fields", "createCustomField", Fields.create),
        Route(.get, "\(project)/custom_fields/{id}", "getCustomField", Fields.get),
        Route(.put, "\(project)/custom_fields/{id}", "updateCustomField", Fields.update),
        Route(.patch, "\(project)/custom_fields/{id}", "patchCustomField", Fields.update),
        Route(.delete, "\(project)/custom_fields/{id}", "deleteCustomField", Fields.delete),
        Route(
            .post, "\(project)/custom_fields/prepare_testrail_import", "prepareTestRailImport",
            Fields.prepareTestRailImport),
        Route(.get, "\(project)/attachments", "listAttachments", Attachments.list),
        Route(.post, "\(project)/attachments", "createAttachments", Attachments.create),
        Route(.get, "\(project)/attachments/{id}", "getAttachment", Attachments.get),
        Route(.delete, "\(project)/attachments/{id}", "deleteAttachment", Attachments.delete),
    ]

    /// GET, PUT, PATCH and DELETE of one member.
    private static func member(
        _ path: String, _ name: String, _ kind: Kind,
        update: @escaping @Sendable (Entry, Row, Writing, Int64) throws(DomainError) -> Void,
        before: (@Sendable (Writing, Row, Int64) throws(DomainError) -> Void)? = nil
    ) -> [Route] {
        let path = "\(project)/\(path)/{id}"
        return [
            Route(.get, path, "get\(name)", Handlers.get(kind)),
            Route(.put, path, "update\(name)", Handlers.update(kind, update)),
            Route(.patch, path, "patch\(name)", Handlers.update(kind, update)),
            Route(.delete, path, "delete\(name)", Handlers.delete(kind, before: before)),
        ]
    }

    private static let repository: [Route] =
        [
            Route(
                .get, "\(project)/requirements", "listRequirements",
                Handlers.list(Requirements.kind, Requirements.narrow)),
            Route(
                .post, "\(project)/requirements", "createRequirements",
                Handlers.create(Requirements.kind, Requirements.create)),
            Route(.get, "\(project)/tests", "listTests", Handlers.list(Tests.kind, Tests.narrow)),
            Route(.post, "\(project)/tests", "createTests", Handlers.create(Tests.kind, TestChanges.create)),
            Route(.get, "\(project)/tests/run_statuses_count", "countTestStatuses", Tests.counts),
            Route(.post, "\(project)/tests/bulk_search", "searchTests", Tests.bulkSearch),
            Route(.get, "\(project)/steps", "listSteps", Handlers.list(Steps.kind, Steps.narrow)),
            Route(.post, "\(project)/steps", "createSteps", Steps.create),
        ]
        + member("requirements", "Requirement", Requirements.kind, update: Requirements.update)
        + member("tests", "Test", Tests.kind, update: TestChanges.update)
        + member("steps", "Step", Steps.kind, update: Steps.update)

    private static let execution: [Route] =
        [
            Route(.get, "\(project)/sets", "listSets", Handlers.list(Sets.kind, Sets.narrow)),
            Route(.post, "\(project)/sets", "createSets", Handlers.create(Sets.kind, Sets.create)),
            Route(.post, "\(project)/sets/{id}/clone", "cloneSet", Sets.clone),
            Route(.get, "\(project)/instances", "listInstances", Handlers.list(Instances.kind, Instances.narrow)),
            Route(
                .post, "\(project)/instances", "createInstances",
                Handlers.create(Instances.kind, Instances.create)),
            Route(.get, "\(project)/runs", "listRuns", Handlers.list(Runs.kind, Runs.narrow)),
            Route(.post, "\(project)/runs", "createRuns", RunChanges.create),
            Route(.post, "\(project)/runs/auto_create", "createRunAndTest", RunChanges.autoCreate),
            Route(.get, "\(project)/step_runs", "listStepRuns", Handlers.list(StepRuns.kind, StepRuns.narrow)),
            Route(.get, "\(project)/step_runs/{id}", "getStepRun", Handlers.get(StepRuns.kind)),
        ]
        + member("sets", "Set", Sets.kind, update: Sets.update)
        + member("instances", "Instance", Instances.kind, update: Instances.update)
        + member("runs", "Run", Runs.kind, update: Runs.update)

    private static let tracking: [Route] =
        [
            Route(
                .get, "\(project)/milestones", "listMilestones", Handlers.list(Milestones.kind, Milestones.narrow)),
            Route(
                .post, "\(project)/milestones", "createMilestones",
                Handlers.create(Milestones.kind, Milestones.create)),
            Route(.get, "\(project)/issues", "listIssues", Handlers.list(Issues.kind, Issues.narrow)),
            Route(.post, "\(project)/issues", "createIssues", Handlers.create(Issues.kind, Issues.create)),
            Route(
                .put, "\(project)/issues/{id}/update_status", "updateIssueStatus",
                Handlers.update(Issues.kind, Issues.updateStatus)),
            Route(.get, "\(project)/filters", "listFilters", Handlers.list(SavedViews.kind, SavedViews.narrow)),
            Route(
                .post, "\(project)/filters", "createFilters", Handlers.create(SavedViews.kind, SavedViews.create)),
        ]
        + member(
            "milestones", "Milestone", Milestones.kind, update: Milestones.update)
        + member("issues", "Issue", Issues.kind, update: Issues.update, before: Issues.requireDeletable)
        + member(
            "filters", "Filter", SavedViews.kind, update: SavedViews.update, before: SavedViews.requireSettings)

    /// The collections without their project in the path (PractiTest API, Legacy).
    private static let flat: [Route] = (fields + repository + execution + tracking).compactMap { route in
        let names: Set<Substring> = [
            "tests", "steps", "sets", "instances", "runs", "requirements", "issues", "milestones", "custom_fields",
        ]
        let rest = route.path.dropFirst(project.count + 1)
        guard names.contains(rest), route.verb == .get || route.verb == .post else { return nil }
        return Route(route.verb, "\(base)/\(rest)", "flat.\(route.name)", route.handler)
    }
}
