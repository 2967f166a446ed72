import Model
import Statements

/// Test cases: `automated` and `automationStatus` say the same; the order is the place in the folder.
struct RepositoryCaseRules: RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        for index in drafts.indices {
            if let status = drafts[index]["automationStatus"]?.string {
                drafts[index]["automated"] = .bool(status == "AUTOMATED")
            } else if let automated = drafts[index]["automated"]?.boolean {
                drafts[index]["automationStatus"] = automated ? "AUTOMATED" : "MANUAL"
            }
            drafts[index]["currentVersion"] = drafts[index]["currentVersion"] ?? 1
        }
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for index in changes.indices {
            forgetLabels(&changes[index], old[changes[index].id])
            // Whoever moves a case to a state takes away the free word that stood for one.
            if changes[index].values["stateId"] != nil, changes[index].values["stateLabel"] == nil {
                changes[index].values["stateLabel"] = .set(.null)
            }
            if let status = changes[index].values["automationStatus"]?.plain?.string {
                changes[index].values["automated"] = .set(.bool(status == "AUTOMATED"))
            } else if let automated = changes[index].values["automated"]?.plain?.boolean {
                let was = old[changes[index].id]?.flag("automated") == true
                if automated != was {
                    changes[index].values["automationStatus"] = .set(automated ? "AUTOMATED" : "MANUAL")
                }
            }
        }
    }
}

extension RepositoryCaseRules {
    /// The exact value that a product showed goes when what it stood for changes without it.
    private func forgetLabels(_ change: inout Change, _ old: Row?) {
        guard let old else { return }
        for (core, label) in [("stateId", "stateValueId"), ("automationStatus", "automationValueId")] {
            guard let new = change.values[core]?.plain, new != old[core], change.values[label] == nil,
                !old[label].isNull
            else { continue }
            change.values[label] = .set(.null)
        }
    }
}

/// Folders form a tree inside one repository, at most 32 levels deep.
struct RepositoryFolderRules: RowRules {
    static let depthLimit = 32

    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        for draft in drafts {
            guard let parent = draft["parentId"]?.integer else { continue }
            guard try depth(parent, work) < RepositoryFolderRules.depthLimit else {
                throw .invalid("parentId", "folders are at most \(RepositoryFolderRules.depthLimit) levels deep")
            }
        }
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for change in changes {
            guard let parent = change.values["parentId"]?.plain?.integer else { continue }
            var next: Int64? = parent
            var levels = 0
            while let folder = next {
                guard folder != change.id else { throw .invalid("parentId", "a folder cannot be inside itself") }
                levels += 1
                guard levels <= RepositoryFolderRules.depthLimit else {
                    throw .invalid("parentId", "folders are at most \(RepositoryFolderRules.depthLimit) levels deep")
                }
                next = try work.value("SELECT parent_id FROM repository_folder WHERE id = \(Value.int(folder))")?
                    .integer
            }
        }
    }

    private func depth(_ folder: Int64, _ work: Writing) throws(DomainError) -> Int {
        var levels = 0
        var next: Int64? = folder
        while let id = next, levels <= RepositoryFolderRules.depthLimit {
            levels += 1
            next = try work.value("SELECT parent_id FROM repository_folder WHERE id = \(Value.int(id))")?.integer
        }
        return levels
    }

    /// Deleting a folder takes its subfolders and cases with it.
    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError) {
        let gone = changes.filter { $0.values["isDeleted"]?.plain?.boolean == true }.map(\.id)
        try deleteContents(gone, work)
    }

    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        try deleteContents(Array(old.keys), work)
    }

    private func deleteContents(_ folders: [Int64], _ work: Writing) throws(DomainError) {
        for folder in folders {
            let inside = Filter.equals("folderId", .int(folder)) && .equals("isDeleted", false)
            let cases = try work.find(Query("RepositoryCase", where: inside, fields: ["id"])).map(\.id)
            try work.delete("RepositoryCase", ids: cases)
            let below = Filter.equals("parentId", .int(folder)) && .equals("isDeleted", false)
            let folders = try work.find(Query("RepositoryFolder", where: below, fields: ["id"])).map(\.id)
            try work.delete("RepositoryFolder", ids: folders)
        }
    }
}

/// Comments: anybody who reads the thing writes one, authors change their own.
struct CommentRules: RowRules {
    func allowsUpdate(_ old: [Int64: Row], _ changes: [Change], _ caller: Caller) -> Bool {
        old.values.allSatisfy { $0["creatorId"].integer == caller.userId }
    }

    func allowsDelete(_ old: [Row], _ caller: Caller) -> Bool {
        old.allSatisfy { $0["creatorId"].integer == caller.userId }
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for index in changes.indices where changes[index].values["content"] != nil {
            changes[index].values["isEdited"] = .set(true)
        }
    }

    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        try Mentions.settle(ids, work)
    }

    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError) {
        try Mentions.settle(changes.filter { $0.values["content"] != nil }.map(\.id), work)
    }
}
