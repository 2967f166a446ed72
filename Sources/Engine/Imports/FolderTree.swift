public import Model
import Statements

/// The folders of a project by their path; missing ones are made.
struct FolderTree {
    private let work: Writing
    private let table: CaseTable
    private let root: (repository: Int64, folder: Int64)
    /// Path from the top to the id.
    private var known: [String: Int64] = [:]
    private var children: [String: Int64] = [:]

    init(_ table: CaseTable, _ work: Writing) throws(DomainError) {
        self.work = work
        self.table = table
        root = try work.rootFolder(project: table.project)
        for (id, path) in try work.folderPaths(project: table.project) { known[path.joined(separator: " > ")] = id }
        let rows = try work.rows(
            """
            SELECT id, parent_id, name FROM repository_folder WHERE project_id = \(Value.int(table.project))
            AND NOT is_deleted
            """)
        for row in rows { children["\(row[1].integer ?? 0)/\(row[2].string ?? "")"] = row[0].integer }
    }

    /// The folder of a cell.
    mutating func folder(_ cell: String) throws(DomainError) -> Int64 {
        let base = table.folder
        if cell.isEmpty || table.ignoresFolders { return base ?? root.folder }
        if base == nil, let id = known[cell] { return id }
        var parent = base
        for part in parts(cell).prefix(32) {
            let name = String(part.prefix(255))
            let key = "\(parent ?? 0)/\(name)"
            if let id = children[key] {
                parent = id
                continue
            }
            let draft = Draft([
                "projectId": .int(table.project), "repositoryId": .int(root.repository), "parentId": .int(parent),
                "name": .text(name),
            ])
            let id = try work.insert("RepositoryFolder", [draft])[0]
            children[key] = id
            parent = id
        }
        return parent ?? root.folder
    }

    private func parts(_ cell: String) -> [String] {
        let separator: Character?
        switch table.split {
        case .none: separator = nil
        case .slash: separator = "/"
        case .dot: separator = "."
        case .greater: separator = ">"
        case .usual: separator = cell.contains(">") ? ">" : "/"
        }
        guard let separator else { return [cell] }
        var result: [String] = []
        for part in cell.split(separator: separator) {
            var part = part
            while part.first == " " { part = part.dropFirst() }
            while part.last == " " { part = part.dropLast() }
            if !part.isEmpty { result.append(String(part)) }
        }
        return result
    }
}

extension Reading {
    /// The live folders of a project with the names from the top down to them.
    public func folderPaths(project: Int64) throws(DomainError) -> [Int64: [String]] {
        let rows = try find(
            Query(
                "RepositoryFolder", where: .equals("projectId", .int(project)) && .equals("isDeleted", false),
                fields: ["id", "parentId", "name"]))
        var parents: [Int64: (parent: Int64?, name: String)] = [:]
        for row in rows { parents[row.id] = (row["parentId"].integer, row.text("name")) }
        var result: [Int64: [String]] = [:]
        for id in parents.keys {
            var path: [String] = []
            var next: Int64? = id
            while let here = next, let folder = parents[here], path.count < 64 {
                path.append(folder.name)
                next = folder.parent
            }
            result[id] = path.reversed()
        }
        return result
    }
}
