public import Model

/// Finds or makes the folders of an import, without a run.
public final class FolderWriter {
    private var folders: PlanFolderPaths

    public init(_ work: Writing, _ order: PlanImport) throws(DomainError) {
        let root = try work.rootFolder(project: order.project)
        folders = PlanFolderPaths(
            work, project: order.project, repository: root.repository, base: order.folder ?? root.folder,
            plan: try work.requireRootPlan(of: order.project))
    }

    /// The folder at the end of a chain of names below the base.
    public func folder(_ names: [String]) throws(DomainError) -> Int64 { try folders.folder(names) }
}
