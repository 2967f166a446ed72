public import Model
import Statements

/// Where a folder stands: the folder that is nearest below the root or at the top, and the way down from there.
public struct FolderPlace: Sendable, Hashable {
    /// The top-level folder, a child of the root folder, or the root folder itself.
    public let top: Int64
    /// True when the folder is that folder itself.
    public let isTop: Bool
}

extension Reading {
    /// The places of folders that the caller has read already, with one statement for all.
    public func places(ofFolders folders: [Int64]) throws(DomainError) -> [Int64: FolderPlace] {
        guard !folders.isEmpty else { return [:] }
        let list = SQLText.list(Set(folders).sorted().map { Value.int($0) })
        let found = try rows(
            """
            WITH RECURSIVE way(start, id, parent_id, depth) AS (
            SELECT f.id, f.id, f.parent_id, 0 FROM repository_folder AS f WHERE f.id IN (\(list))
            UNION ALL SELECT way.start, f.id, f.parent_id, way.depth + 1 FROM way
            JOIN repository_folder AS f ON f.id = way.parent_id WHERE NOT f.is_root AND way.depth < 64)
            SELECT start, id, depth FROM way ORDER BY start, depth
            """)
        var result: [Int64: FolderPlace] = [:]
        for row in found {
            guard let start = row[0].integer, let id = row[1].integer else { continue }
            result[start] = FolderPlace(top: id, isTop: row[2].integer == 0)
        }
        return result
    }

    /// The id of the root folder of each project.
    public func rootFolders(ofProjects projects: [Int64]) throws(DomainError) -> [Int64: Int64] {
        guard !projects.isEmpty else { return [:] }
        let list = SQLText.list(Set(projects).sorted().map { Value.int($0) })
        var result: [Int64: Int64] = [:]
        for row in try rows(
            """
            SELECT project_id, id FROM repository_folder WHERE project_id IN (\(list)) AND parent_id IS NULL
            AND NOT is_deleted ORDER BY project_id, CASE WHEN is_root THEN 1 ELSE 0 END, "order" DESC, id DESC
            """)
        {
            result[row[0].integer ?? 0] = row[1].integer
        }
        return result
    }
}
