public import Model
import Statements

/// What a script may look up by name (TestPlanIt's command line).
public enum LookupKind: String, Sendable, CaseIterable {
    case project, state, config, milestone, tag, folder, testRun
}

extension Reading {
    /// The id of a live row by its exact name; `nil` when there is none that the caller may see.
    ///
    /// `project` bounds what lives in projects. States are enabled ones of runs that the project has, folders those of
    /// the active repository, runs the newest of a name.
    public func lookup(_ kind: LookupKind, _ name: String, project: Int64?) throws(DomainError) -> Row? {
        let named = Filter.equals("name", .text(name))
        let live = named && .equals("isDeleted", false)
        let own = Filter.equals("projectId", .int(project))
        switch kind {
        case .project: return try first(Query("Project", where: live, fields: ["id", "name"]))
        case .state:
            let filter =
                live && .equals("scope", "RUNS") && .equals("isEnabled", true)
                && .related("projects", .some, own)
            return try first(Query("Workflow", where: filter, fields: ["id", "name"], order: [.by("order")]))
        case .config:
            return try first(Query("Configuration", where: live && .equals("isEnabled", true), fields: ["id", "name"]))
        case .milestone: return try first(Query("Milestone", where: live && own, fields: ["id", "name"]))
        case .tag: return try first(Query("Tag", where: live, fields: ["id", "name"]))
        case .folder:
            let active = Filter.related("repository", .some, .equals("isActive", true) && .equals("isDeleted", false))
            return try first(Query("RepositoryFolder", where: live && own && active, fields: ["id", "name"]))
        case .testRun:
            return try first(
                Query(
                    "TestRun", where: live && own, fields: ["id", "name"],
                    order: [.by("createdAt", .descending), .by("id", .descending)]))
        }
    }
}
