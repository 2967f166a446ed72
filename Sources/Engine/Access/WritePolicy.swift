import Model
import Statements
import Store

/// Who may change what (TestPlanIt API, Access model).
extension Writing {
    /// Entities without a project that every user with the area may write, and those that only administrators may.
    func requireWritable(_ entity: EntityType) throws(DomainError) {
        if caller.isSystem { return }
        if caller.isAnonymous { throw refused(entity, "create") }
        if caller.isReadOnly { throw .forbidden("this token may only read") }
        if entity.ownership == .engine { throw refused(entity, "write") }
    }

    private func refused(_ entity: EntityType, _ operation: String) -> DomainError {
        DomainError(.forbidden, "\(entity.name) entities failed '\(operation)' check", entity: entity.name)
    }

    /// The area whose rights count for an entity: its own or its parent's.
    func area(of entity: EntityType) -> Area? {
        if let area = entity.area { return Area(rawValue: area) }
        guard case .parent(let relations) = entity.ownership, let first = relations.first,
            let relation = entity.relation(first)
        else { return nil }
        return area(of: schema[relation.target])
    }

    func requireInsert(_ drafts: [Draft], _ entity: EntityType) throws(DomainError) {
        if caller.isSystem { return }
        try requireOwnCreator(drafts, entity)
        switch entity.ownership {
        case .project:
            guard caller.level >= .projectAdministrator else { throw refused(entity, "create") }
        case .projectField, .parent:
            let projects = try self.projects(of: drafts, entity)
            try requireSameProject(drafts, projects, entity)
            if try EntityRules.of(entity.name).allowsInsert(drafts, self) { return }
            try require(.addEdit, entity, Set(projects), "create")
        case .user(let field):
            if caller.isAdministrator { return }
            for draft in drafts where draft[field]?.integer != caller.userId { throw refused(entity, "create") }
        case .shared:
            try requireShared(entity, .addEdit, "create")
        case .administrators, .engine:
            guard caller.isAdministrator else { throw refused(entity, "create") }
        }
    }

    func requireUpdate(_ old: [Int64: Row], _ changes: [Change], _ entity: EntityType) throws(DomainError) {
        if caller.isSystem { return }
        if EntityRules.of(entity.name).allowsUpdate(old, changes, caller) { return }
        switch entity.ownership {
        case .project:
            try require(.addEdit, .settings, Set(old.keys.map { Optional($0) }), entity, "update")
        case .projectField, .parent:
            let projects = try projects(of: entity, Array(old.keys))
            var action = Rights.Action.addEdit
            if changes.contains(where: { $0.values["isCompleted"] != nil }) { action = .close }
            let isDeletion = changes.contains { $0.values["isDeleted"]?.plain?.boolean == true }
            if isDeletion { action = .delete }
            try requireMoves(changes, projects, entity)
            try require(action, entity, Set(old.keys.map { projects[$0] }), "update")
        case .user(let field):
            if caller.isAdministrator { return }
            for row in old.values where row[field].integer != caller.userId { throw refused(entity, "update") }
            for change in changes where change.values[field] != nil { throw refused(entity, "update") }
        case .shared:
            try requireShared(entity, .addEdit, "update")
        case .administrators, .engine:
            guard caller.isAdministrator else { throw refused(entity, "update") }
        }
    }

    func requireDelete(_ old: [Row], _ entity: EntityType) throws(DomainError) {
        if caller.isSystem { return }
        if EntityRules.of(entity.name).allowsDelete(old, caller) { return }
        switch entity.ownership {
        case .project:
            let grants = try grants()
            for row in old where !caller.isAdministrator {
                let isOwn = row["createdBy"].integer == caller.userId
                let isManager = caller.level == .projectAdministrator && grants.rights(in: row.id) == .everything
                guard isOwn || isManager else { throw refused(entity, "delete") }
            }
        case .projectField, .parent:
            let projects = try projects(of: entity, old.map(\.id))
            try require(.delete, entity, Set(old.map { projects[$0.id] }), "delete")
        case .user(let field):
            if caller.isAdministrator { return }
            for row in old where row[field].integer != caller.userId { throw refused(entity, "delete") }
        case .shared:
            try requireShared(entity, .delete, "delete")
        case .administrators, .engine:
            guard caller.isAdministrator else { throw refused(entity, "delete") }
        }
    }

    /// Global configuration is the administrators'; an entity with an area of its own follows the caller's role.
    private func requireShared(_ entity: EntityType, _ action: Rights.Action, _ operation: String) throws(DomainError) {
        if caller.isAdministrator { return }
        guard let area = area(of: entity), caller.level > .none, try roleRights().allows(action, in: area) else {
            throw refused(entity, operation)
        }
    }

    /// What the caller's role allows where no project decides.
    private func roleRights() throws(DomainError) -> Rights {
        guard let role = caller.roleId else { return .readOnly }
        var rights = Rights.readOnly
        let found = try rows(
            "SELECT area, can_add_edit, can_delete, can_close FROM role_permission WHERE role_id = \(Value.int(role))")
        for row in found {
            guard let area = Area(rawValue: row[0].string ?? "") else { continue }
            rights.grant(
                area, addEdit: row[1].boolean == true, delete: row[2].boolean == true, close: row[3].boolean == true)
        }
        return rights
    }

    func require(
        _ action: Rights.Action, _ entity: EntityType, _ projects: Set<Int64?>, _ operation: String
    ) throws(DomainError) {
        guard let area = area(of: entity) else {
            // Without an area the right to read is enough, as for comments.
            let grants = try grants()
            for project in projects {
                guard let project else { continue }
                guard grants.rights(in: project) != nil else { throw refused(entity, operation) }
            }
            return
        }
        try require(action, area, projects, entity, operation)
    }

    private func require(
        _ action: Rights.Action, _ area: Area, _ projects: Set<Int64?>, _ entity: EntityType, _ operation: String
    ) throws(DomainError) {
        let grants = try grants()
        for project in projects {
            guard let project else {
                if caller.isAdministrator { continue }
                throw refused(entity, operation)
            }
            guard let rights = grants.rights(in: project), rights.allows(action, in: area) else {
                throw refused(entity, operation)
            }
        }
    }

    /// Naming another user as the creator needs an administrator.
    private func requireOwnCreator(_ drafts: [Draft], _ entity: EntityType) throws(DomainError) {
        if caller.isAdministrator { return }
        for field in entity.fields where field.fallback == .caller {
            for draft in drafts {
                guard let given = draft[field.name]?.integer, given != caller.userId else { continue }
                throw refused(entity, "create")
            }
        }
    }

    /// The project of each draft; `nil` where the row belongs to none.
    func projects(of drafts: [Draft], _ entity: EntityType) throws(DomainError) -> [Int64?] {
        switch entity.ownership {
        case .projectField(let field): return drafts.map { $0[field]?.integer }
        case .parent(let relations):
            var result = [Int64?](repeating: nil, count: drafts.count)
            for name in relations {
                guard let relation = entity.relation(name), case .toOne(let field) = relation.kind else { continue }
                let parents = Set(drafts.compactMap { $0[field]?.integer })
                guard !parents.isEmpty else { continue }
                let projects = try projects(of: schema[relation.target], Array(parents))
                for index in drafts.indices where result[index] == nil {
                    if let parent = drafts[index][field]?.integer { result[index] = projects[parent] }
                }
            }
            return result
        case .project, .user, .shared, .administrators, .engine:
            return [Int64?](repeating: nil, count: drafts.count)
        }
    }

    /// The projects of stored rows; rows that belong to none are left out.
    func projects(of entity: EntityType, _ ids: [Int64]) throws(DomainError) -> [Int64: Int64] {
        if entity.ownership == .project { return Dictionary(uniqueKeysWithValues: Set(ids).map { ($0, $0) }) }
        var result = projectsOfRows[entity.name] ?? [:]
        let missing = Set(ids).filter { result[$0] == nil }
        for chunk in chunked(Array(missing)) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            switch entity.ownership {
            case .projectField(let field):
                guard let column = entity.field(field)?.column else { continue }
                let found = try rows("SELECT id, \(name: column) FROM \(name: entity.table) WHERE id IN (\(list))")
                for row in found { result[row[0].integer ?? 0] = row[1].integer }
            case .parent(let relations):
                for name in relations {
                    guard let relation = entity.relation(name), case .toOne(let field) = relation.kind,
                        let column = entity.field(field)?.column
                    else { continue }
                    let found = try rows(
                        """
                        SELECT id, \(name: column) FROM \(name: entity.table)
                        WHERE id IN (\(list)) AND \(name: column) IS NOT NULL
                        """)
                    let parents = Set(found.compactMap { $0[1].integer })
                    let projects = try projects(of: schema[relation.target], Array(parents))
                    for row in found {
                        guard let id = row[0].integer, let parent = row[1].integer, result[id] == nil else { continue }
                        result[id] = projects[parent]
                    }
                }
            case .project, .user, .shared, .administrators, .engine: continue
            }
        }
        projectsOfRows[entity.name] = result
        return result
    }

    /// References inside a row lead to its own project only.
    private func requireSameProject(
        _ drafts: [Draft], _ projects: [Int64?], _ entity: EntityType
    ) throws(DomainError) {
        for field in entity.fields {
            guard let target = field.target.map({ schema[$0] }), target.isProjectOwned else { continue }
            let ids = Set(drafts.compactMap { $0[field.name]?.integer })
            guard !ids.isEmpty else { continue }
            let owners = try self.projects(of: target, Array(ids))
            for (index, draft) in drafts.enumerated() {
                guard let id = draft[field.name]?.integer, let owner = owners[id], owner != projects[index] else { continue }
                throw DomainError(
                    .missingReference, "\(field.name) belongs to another project",
                    issues: [Issue(field: field.name, message: "\(field.name) belongs to another project")],
                    entity: target.name, fields: [field.name])
            }
        }
    }

    private func requireMoves(
        _ changes: [Change], _ projects: [Int64: Int64], _ entity: EntityType
    ) throws(DomainError) {
        var drafts: [Draft] = []
        var owners: [Int64?] = []
        for change in changes {
            var draft = Draft()
            for field in entity.fields {
                guard field.target.map({ schema[$0].isProjectOwned }) == true else { continue }
                draft[field.name] = change.values[field.name]?.plain
            }
            if draft.values.isEmpty { continue }
            drafts.append(draft)
            owners.append(projects[change.id])
        }
        if !drafts.isEmpty { try requireSameProject(drafts, owners, entity) }
    }
}

extension EntityType {
    /// True for rows that live in one project.
    var isProjectOwned: Bool {
        switch ownership {
        case .projectField, .parent: true
        case .project, .user, .shared, .administrators, .engine: false
        }
    }
}
