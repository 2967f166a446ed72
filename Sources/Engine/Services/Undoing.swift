public import Model
import Statements

extension Writing {
    /// Takes a result back: the author within its open run, or whoever may delete results.
    public func undoResult(_ id: Int64) throws(DomainError) -> Row {
        let result = try row("TestRunResult", .id(id))
        let run = try row("TestRun", .id(result["testRunId"].integer ?? 0), fields: ["id", "isCompleted"])
        guard !run.flag("isCompleted") else { throw .conflict("the test run is completed") }
        guard caller.userId != nil, result["executedById"].integer == caller.userId else {
            try delete("TestRunResult", ids: [id])
            return result
        }
        let entity = schema["TestRunResult"]
        try requireWritable(entity)
        let old = try locked(entity, [id])
        try apply(entity, [Change(id, set: ["isDeleted": true])])
        try effects.deleted(entity, Array(old.values), in: self)
        if let test = result["testRunCaseId"].integer { try Results.settle([test], self) }
        return result
    }

    /// Brings back what was deleted together with a folder: the folder and those above that are deleted too.
    public func restoreFolder(_ id: Int64) throws(DomainError) {
        let folder = try row("RepositoryFolder", .id(id), deleted: .shown)
        guard folder.flag("isDeleted") else { return }
        let time = folder["updatedAt"].integer ?? 0
        let below = try rows(
            """
            WITH RECURSIVE below(id) AS (SELECT id FROM repository_folder WHERE id = \(Value.int(id))
            UNION ALL SELECT f.id FROM repository_folder AS f JOIN below ON f.parent_id = below.id
            WHERE f.is_deleted AND f.updated_at = \(Value.int(time))) SELECT id FROM below
            """
        ).compactMap { $0[0].integer }
        // Rows that were deleted in the same moment went with the folder.
        let list = SQLText.list(below.map { Value.int($0) })
        let cases = try rows(
            """
            SELECT id FROM repository_case WHERE folder_id IN (\(list)) AND is_deleted AND updated_at = \(Value.int(time))
            """
        ).compactMap { $0[0].integer }
        try update("RepositoryFolder", below.map { Change($0, set: ["isDeleted": false]) })
        try update("RepositoryCase", cases.map { Change($0, set: ["isDeleted": false]) })
    }
}
