public import Model
import Statements
import Store

extension Writing {
    /// Makes a project that is ready to use: a repository with a root folder, every template, state, status and
    /// milestone type assigned, the creator as member.
    public func createProject(_ draft: Draft) throws(DomainError) -> Int64 {
        guard caller.level >= .projectAdministrator || caller.isSystem else {
            throw .forbidden("only administrators and project administrators make projects")
        }
        var draft = draft
        let name = draft["name"]?.string ?? ""
        try lock("project names")
        try requireFreeName(name)
        if draft["key"]?.string == nil { draft["key"] = .text(try freeKey(for: name)) }
        let id = try insert("Project", [draft])[0]
        try equip(project: id)
        return id
    }

    /// Project names are unique without regard to case, deleted projects counted.
    public func requireFreeName(_ name: String, except: Int64? = nil) throws(DomainError) {
        let folded = session.flavor.folded("name")
        let wanted = session.flavor.folded(.binding(.text(name)))
        let taken = try rows(
            """
            SELECT id, is_deleted FROM project WHERE \(folded) = \(wanted) AND id <> \(Value.int(except ?? 0)) LIMIT 1
            """
        ).first
        guard let taken else { return }
        let isDeleted = taken[1].boolean == true
        throw .invalid("name", isDeleted ? "a deleted project has this name" : "a project of this name exists already")
    }

    /// A short unused key from the capitals or first letters of a name: `Web Shop` gives `WS`, then `WS2`.
    public func freeKey(for name: String) throws(DomainError) -> String {
        var letters = ""
        let words = name.uppercased().split { !$0.isLetter && !$0.isNumber }
        let plain = words.map { $0.filter { $0.isASCII } }.filter { !$0.isEmpty }
        if plain.count == 1 {
            letters = String(plain[0].prefix(5))
        } else {
            for word in plain.prefix(5) { letters += word.prefix(1) }
        }
        if letters.first?.isLetter != true { letters = "P" + letters }
        if letters.count < 2 { letters += "R" }
        var number = 1
        while true {
            let key = number == 1 ? letters : "\(letters)\(number)"
            if try value("SELECT id FROM project WHERE key = \(Value.text(key))") == nil { return key }
            number += 1
        }
    }

    /// Gives a project what it lacks; safe to repeat.
    public func equip(project: Int64) throws(DomainError) {
        let own = Value.int(project)
        let pairs: [(entity: String, field: String, rows: SQLText)] = [
            (
                "TemplateProjectAssignment", "templateId",
                """
                SELECT id FROM template WHERE is_enabled AND NOT is_deleted AND id NOT IN
                (SELECT template_id FROM template_project_assignment WHERE project_id = \(own)) ORDER BY id
                """
            ),
            (
                "ProjectWorkflowAssignment", "workflowId",
                """
                SELECT id FROM workflow WHERE is_enabled AND NOT is_deleted AND id NOT IN
                (SELECT workflow_id FROM project_workflow_assignment WHERE project_id = \(own)) ORDER BY id
                """
            ),
            (
                "ProjectStatusAssignment", "statusId",
                """
                SELECT id FROM status WHERE is_enabled AND NOT is_deleted AND id NOT IN
                (SELECT status_id FROM project_status_assignment WHERE project_id = \(own)) ORDER BY id
                """
            ),
            (
                "MilestoneTypeAssignment", "milestoneTypeId",
                """
                SELECT id FROM milestone_type WHERE NOT is_deleted AND id NOT IN
                (SELECT milestone_type_id FROM milestone_type_assignment WHERE project_id = \(own)) ORDER BY id
                """
            ),
        ]
        for pair in pairs {
            let ids = try rows(pair.rows).compactMap { $0[0].integer }
            try store(schema[pair.entity], [pair.field, "projectId"], ids.map { [.int($0), own] }, onConflict: .skip)
        }
        if let user = caller.userId {
            let known = try value(
                "SELECT id FROM project_assignment WHERE project_id = \(own) AND user_id = \(Value.int(user))")
            if known == nil {
                try store(
                    schema["ProjectAssignment"], ["userId", "projectId"], [[.int(user), own]], onConflict: .skip)
            }
        }
        _ = try rootFolder(project: project)
        try completeReports(runs: [], projects: [project])
        try equipGroups(project: project)
        forgetGrants()
        engine.grants.invalidate()
    }

    /// The project's active repository and its first root folder, made when missing.
    @discardableResult
    public func rootFolder(project: Int64) throws(DomainError) -> (repository: Int64, folder: Int64) {
        let own = Value.int(project)
        var repository = try value(
            "SELECT id FROM repository WHERE project_id = \(own) AND is_active AND NOT is_deleted ORDER BY id LIMIT 1")?
            .integer
        if repository == nil {
            repository = try store(
                schema["Repository"], ["isArchived", "isActive", "projectId"], [[false, true, own]])[0]
        }
        guard let repository else { throw .fault("no repository") }
        let folder = try value(
            """
            SELECT id FROM repository_folder WHERE project_id = \(own) AND repository_id = \(Value.int(repository))
            AND parent_id IS NULL AND NOT is_deleted ORDER BY "order", id LIMIT 1
            """)?.integer
        if let folder { return (repository, folder) }
        var creator = caller.userId
        if creator == nil { creator = try value("SELECT created_by FROM project WHERE id = \(own)")?.integer }
        let made = try store(
            schema["RepositoryFolder"], ["name", "order", "isRoot", "projectId", "repositoryId", "creatorId"],
            [["Root Folder", 0, true, own, .int(repository), .int(creator)]])
        return (repository, made[0])
    }
}

extension Reading {
    /// A project by id, UUID, key or exact name.
    public func project(_ word: String) throws(DomainError) -> Row {
        var filter = Filter.equals("key", .text(word.uppercased())) || .equals("name", .text(word))
        switch RowKey(word) {
        case .id(let id): filter = filter || .equals("id", .int(id))
        case .uid(let uid): filter = filter || .equals("uid", .text(uid))
        case nil: break
        }
        let found = try find(Query("Project", where: filter && .equals("isDeleted", false)))
        // An id wins over a key, a key over a name.
        if let key = RowKey(word),
            let row = found.first(where: { RowKey.id($0.id) == key || RowKey.uid($0.uid) == key })
        {
            return row
        }
        if let row = found.first(where: { $0.text("key") == word.uppercased() }) ?? found.first { return row }
        throw .notFound("Project")
    }
}
