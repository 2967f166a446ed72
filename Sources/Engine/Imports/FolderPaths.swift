import Formats
import Model
import Statements

/// The folders that imported cases go into, by the parts of their class or suite.
struct FolderPaths {
    private let work: Writing
    private let order: ReportImport
    private let repository: Int64
    private var known: [String: Int64] = [:]
    private var orders: [Int64: Int64] = [:]
    private var base: Int64?

    private static let depthLimit = 16

    init(_ work: Writing, _ order: ReportImport, repository: Int64) {
        self.work = work
        self.order = order
        self.repository = repository
        base = order.parentFolder
    }

    /// The next place in a folder.
    mutating func nextOrder(_ folder: Int64) -> Int64 {
        let next = orders[folder] ?? 0
        orders[folder] = next + 1
        return next
    }

    /// The folder of a test: its class, else its suite, split at slashes or else at points.
    mutating func folder(for test: ReportTest, suite: String) throws(DomainError) -> Int64 {
        if order.foldersFollowSuites { return try suiteFolder(suite) }
        let path = test.className ?? suite
        if let folder = known[path] { return folder }
        var folder = try baseFolder()
        let separator: Character = path.contains("/") ? "/" : "."
        for part in path.split(separator: separator).prefix(FolderPaths.depthLimit) {
            folder = try child(of: folder, named: String(part.prefix(255)))
        }
        known[path] = folder
        return folder
    }

    private mutating func suiteFolder(_ suite: String) throws(DomainError) -> Int64 {
        if let folder = known[suite] { return folder }
        let name = suite.allSatisfy(\.isWhitespace) ? "Tests" : String(suite.prefix(255))
        let folder = try child(of: base, named: name)
        known[suite] = folder
        return folder
    }

    private mutating func baseFolder() throws(DomainError) -> Int64 {
        if let base { return base }
        let folder = try child(of: nil, named: "\(order.type) Imports")
        base = folder
        return folder
    }

    private func child(of parent: Int64?, named name: String) throws(DomainError) -> Int64 {
        let place: SQLText = parent.map { "parent_id = \(Value.int($0))" } ?? "parent_id IS NULL"
        let found = try work.value(
            """
            SELECT id FROM repository_folder WHERE project_id = \(Value.int(order.project))
            AND repository_id = \(Value.int(repository)) AND \(place) AND name = \(Value.text(name)) AND NOT is_deleted
            """)
        if let id = found?.integer { return id }
        let names = ["name", "order", "projectId", "repositoryId", "parentId", "creatorId"]
        let row: [Value] = [
            .text(name), 0, .int(order.project), .int(repository), .int(parent), .int(work.caller.userId),
        ]
        return try work.store(work.schema["RepositoryFolder"], names, [row])[0]
    }
}
