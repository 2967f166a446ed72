public import Model
import Statements

/// The order of the steps of a case: counted from 0, each place taken once.
extension Writing {
    /// The place behind the last step of a case.
    public func nextStepOrder(of id: Int64) throws(DomainError) -> Int64 {
        let last = try value(
            """
            SELECT COALESCE(MAX("order"), -1) FROM step WHERE test_case_id = \(Value.int(id)) AND NOT is_deleted
            """)
        return (last?.integer ?? -1) + 1
    }

    /// Moves the step that stands at a place, and those behind it, on by one.
    public func makeRoom(forStepAt order: Int64, of id: Int64, except step: Int64? = nil) throws(DomainError) {
        let steps = try rows(
            """
            SELECT id, "order" FROM step WHERE test_case_id = \(Value.int(id)) AND NOT is_deleted
            AND "order" >= \(Value.int(order)) AND id <> \(Value.int(step ?? 0)) ORDER BY "order", id
            """)
        var next = order
        for row in steps {
            guard let id = row[0].integer, let place = row[1].integer, place <= next else { break }
            next = place + 1
            try derive(schema["Step"], [Change(id, set: ["order": .int(next)])])
        }
    }

    /// Deletes a step and moves those behind it up.
    public func removeStep(_ id: Int64) throws(DomainError) {
        let step = try row("Step", .id(id))
        try delete("Step", ids: [id])
        let behind = try rows(
            """
            SELECT id, "order" FROM step WHERE test_case_id = \(step["testCaseId"]) AND NOT is_deleted
            AND "order" > \(step["order"]) ORDER BY "order", id
            """)
        for row in behind {
            guard let id = row[0].integer, let place = row[1].integer else { continue }
            try derive(schema["Step"], [Change(id, set: ["order": .int(place - 1)])])
        }
    }

    /// The place behind the last case of a folder, from 1.
    public func nextCaseOrder(in folder: Int64) throws(DomainError) -> Int64 {
        let last = try value(
            """
            SELECT COALESCE(MAX("order"), 0) FROM repository_case WHERE folder_id = \(Value.int(folder))
            AND NOT is_deleted
            """)
        return (last?.integer ?? 0) + 1
    }

    /// Throws `.conflict` when the run is completed.
    public func requireOpen(run: Int64) throws(DomainError) { try Results.requireOpen([run], self) }

    /// Brings back a deleted case, into another folder when its own is gone.
    public func restoreCase(_ id: Int64, into folder: Int64?) throws(DomainError) {
        let old = try row("RepositoryCase", .id(id), deleted: .shown)
        guard old.flag("isDeleted") else { return }
        var values: [String: Value] = ["isDeleted": false]
        let home = folder ?? old["folderId"].integer ?? 0
        if try find("RepositoryFolder", [.id(home)], fields: ["id"]).isEmpty {
            values["folderId"] = .int(try rootFolder(project: old["projectId"].integer ?? 0).folder)
        } else if folder != nil {
            values["folderId"] = .int(home)
        }
        try update("RepositoryCase", [Change(id, set: values)])
    }

    /// Brings back a deleted folder with what was deleted with it, below the root folder when the one above is gone.
    public func restoreFolderTree(_ id: Int64) throws(DomainError) {
        let old = try row("RepositoryFolder", .id(id), deleted: .shown)
        guard old.flag("isDeleted") else { return }
        if let parent = old["parentId"].integer, try find("RepositoryFolder", [.id(parent)], fields: ["id"]).isEmpty {
            let root = try rootFolder(project: old["projectId"].integer ?? 0).folder
            try derive(schema["RepositoryFolder"], [Change(id, set: ["parentId": .int(root)])])
        }
        try restoreFolder(id)
    }
}
