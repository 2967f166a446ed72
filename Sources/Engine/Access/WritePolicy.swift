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

    func refused(_ entity: EntityType, _ operation: String) -> DomainError {
        DomainError(.forbidden, "\(entity.name) entities failed '\(operation)' check", entity: entity.name)
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
            try requireRestricted(entity, zip(drafts, projects).map { ($0["fieldId"]?.integer, $1) }, "create")
            if try EntityRules.of(entity.name).allowsInsert(drafts, self) { return }
            var needs: Set<Need> = []
            for (draft, project) in zip(drafts, projects) {
                needs.insert(Need(action: .addEdit, area: area(of: entity) { draft[$0] ?? .null }, project: project))
            }
            try require(needs, entity, "create")
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
        try requireOwnCreator(old, changes, entity)
        if EntityRules.of(entity.name).allowsUpdate(old, changes, caller) { return }
        let isDeletion = changes.contains { $0.values["isDeleted"] != nil }
        switch entity.ownership {
        case .project:
            if isDeletion { return try requireProjectDelete(Array(old.values), entity, "update") }
            try require(Set(old.keys.map { Need(action: .addEdit, area: .settings, project: $0) }), entity, "update")
        case .projectField, .parent:
            try requireOwnedUpdate(old, changes, entity)
        case .user(let field):
            if caller.isAdministrator { return }
            for row in old.values where row[field].integer != caller.userId { throw refused(entity, "update") }
            for change in changes where change.values[field] != nil { throw refused(entity, "update") }
        case .shared:
            try requireShared(entity, isDeletion ? .delete : .addEdit, "update")
        case .administrators, .engine:
            guard caller.isAdministrator else { throw refused(entity, "update") }
        }
    }

    private func requireOwnedUpdate(
        _ old: [Int64: Row], _ changes: [Change], _ entity: EntityType
    ) throws(DomainError) {
        let projects = try projects(of: entity, Array(old.keys))
        let destinations = try requireMoves(old, changes, projects, entity)
        try requireRestricted(entity, old.values.map { ($0["fieldId"].integer, projects[$0.id]) }, "update")
        var needs: Set<Need> = []
        let completed = try completed(Array(old.values), entity)
        for change in changes {
            guard let row = old[change.id] else { continue }
            if try isOwn(row, entity) { continue }
            for action in actions(of: change, row, entity) {
                var area = area(of: entity) { row[$0] }
                let isReopened = change.values["isCompleted"]?.plain?.boolean == false
                if action != .close, completed.contains(row.id), !isReopened { area = closed(area) }
                needs.insert(Need(action: area == nil ? .close : action, area: area, project: projects[change.id]))
            }
        }
        for project in destinations {
            needs.insert(Need(action: .addEdit, area: area(of: entity) { _ in .null }, project: project))
        }
        try require(needs, entity, "update")
    }

    /// Parts of their parent: taking one away is editing the parent.
    private var parts: Set<String> {
        [
            "Step", "SharedStepItem", "CaseFieldValue", "SessionFieldValue", "ResultFieldValue", "CustomFieldValue",
            "CaseFieldVersionValue", "DataSetRow", "RequirementCoverage",
        ]
    }

    func requireDelete(_ old: [Row], _ entity: EntityType) throws(DomainError) {
        if caller.isSystem { return }
        if EntityRules.of(entity.name).allowsDelete(old, caller) { return }
        switch entity.ownership {
        case .project: try requireProjectDelete(old, entity, "delete")
        case .projectField, .parent:
            let projects = try projects(of: entity, old.map(\.id))
            try requireRestricted(entity, old.map { ($0["fieldId"].integer, projects[$0.id]) }, "delete")
            var needs: Set<Need> = []
            let completed = try completed(old, entity)
            for row in old {
                if try isOwn(row, entity) { continue }
                var area = area(of: entity) { row[$0] }
                if completed.contains(row.id) { area = closed(area) }
                let action: Rights.Action = parts.contains(entity.name) ? .addEdit : .delete
                needs.insert(Need(action: area == nil ? .close : action, area: area, project: projects[row.id]))
            }
            try require(needs, entity, "delete")
        case .user(let field):
            if caller.isAdministrator { return }
            for row in old where row[field].integer != caller.userId { throw refused(entity, "delete") }
        case .shared:
            try requireShared(entity, .delete, "delete")
        case .administrators, .engine:
            guard caller.isAdministrator else { throw refused(entity, "delete") }
        }
    }

    /// Projects are deleted by administrators, by whoever made them and by the administrators of the project.
    private func requireProjectDelete(_ old: [Row], _ entity: EntityType, _ operation: String) throws(DomainError) {
        let grants = try grants()
        for row in old where !caller.isAdministrator {
            let isOwn = row["createdBy"].integer == caller.userId
            let isManager = caller.level == .projectAdministrator && grants.rights(in: row.id) == .everything
            guard isOwn || isManager else { throw refused(entity, operation) }
        }
    }

    /// What a change is: deleting, restoring, completing and re-opening have rights of their own.
    private func actions(of change: Change, _ row: Row, _ entity: EntityType) -> Set<Rights.Action> {
        var actions: Set<Rights.Action> = []
        var rest = Set(change.values.keys)
        if let isDeleted = change.values["isDeleted"]?.plain?.boolean, isDeleted != row.flag("isDeleted") {
            actions.insert(.delete)
            rest.remove("isDeleted")
        }
        if WritePolicy.closing.contains(entity.name), let isCompleted = change.values["isCompleted"]?.plain?.boolean,
            isCompleted != row.flag("isCompleted")
        {
            actions.insert(.close)
            rest.subtract(WritePolicy.closingFields)
        }
        if !rest.isEmpty || actions.isEmpty { actions.insert(.addEdit) }
        return actions
    }

    /// The rows that are completed, or that belong to a run that is.
    private func completed(_ rows: [Row], _ entity: EntityType) throws(DomainError) -> Set<Int64> {
        if WritePolicy.closing.contains(entity.name) {
            return Set(rows.filter { $0.flag("isCompleted") }.map(\.id))
        }
        guard entity.name == "TestRunCase" else { return [] }
        var runs: Set<Int64> = []
        for chunk in chunked(Set(rows.compactMap { $0["testRunId"].integer }).sorted()) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            let found = try self.rows("SELECT id FROM test_run WHERE id IN (\(list)) AND is_completed")
            runs.formUnion(found.compactMap { $0[0].integer })
        }
        return Set(rows.filter { $0["testRunId"].integer.map { runs.contains($0) } ?? false }.map(\.id))
    }

    /// The area of completed rows.
    private func closed(_ area: Area?) -> Area? {
        if area == .testRuns { return .closedTestRuns }
        return area == .sessions ? .closedSessions : area
    }

    /// Where no area gives rights, as for comments, rows belong to whoever made them.
    private func isOwn(_ row: Row, _ entity: EntityType) throws(DomainError) -> Bool {
        guard area(of: entity, { row[$0] }) == nil, let user = caller.userId else { return false }
        if entity.fields.contains(where: { $0.fallback == .caller && row[$0.name].integer == user }) { return true }
        guard case .parent(let relations) = entity.ownership else { return false }
        for name in relations {
            guard let relation = entity.relation(name), case .toOne(let field) = relation.kind,
                let parent = row[field].integer
            else { continue }
            guard let above = try find(relation.target, [.id(parent)], deleted: .shown).first else { return false }
            return try isOwn(above, schema[relation.target])
        }
        return false
    }

    /// Global configuration is the administrators'; an entity with an area of its own follows the caller's role.
    private func requireShared(_ entity: EntityType, _ action: Rights.Action, _ operation: String) throws(DomainError) {
        if caller.isAdministrator { return }
        guard let area = area(of: entity), caller.level > .none, try roleRights().allows(action, in: area) else {
            throw refused(entity, operation)
        }
    }

    /// A right in a project; without an area `addEdit` is given by being able to read, anything else by all rights.
    private struct Need: Hashable {
        let action: Rights.Action
        let area: Area?
        let project: Int64?
    }

    /// The right to make rows of an entity in a project, for bulk paths that store rows themselves.
    func requireAdding(_ entity: EntityType, to project: Int64) throws(DomainError) {
        if caller.isSystem { return }
        try requireWritable(entity)
        try require([Need(action: .addEdit, area: area(of: entity), project: project)], entity, "create")
    }

    private func require(_ needs: Set<Need>, _ entity: EntityType, _ operation: String) throws(DomainError) {
        let grants = try grants()
        for need in needs {
            guard let project = need.project else {
                if caller.isAdministrator { continue }
                throw refused(entity, operation)
            }
            guard let rights = grants.rights(in: project) else { throw refused(entity, operation) }
            if let area = need.area {
                guard rights.allows(need.action, in: area) else { throw refused(entity, operation) }
            } else {
                guard need.action == .addEdit || rights == .everything else { throw refused(entity, operation) }
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

    private func requireOwnCreator(
        _ old: [Int64: Row], _ changes: [Change], _ entity: EntityType
    ) throws(DomainError) {
        if caller.isAdministrator { return }
        for field in entity.fields where field.fallback == .caller {
            for change in changes {
                guard let given = change.values[field.name]?.plain?.integer, given != caller.userId else { continue }
                guard given == old[change.id]?[field.name].integer else { throw refused(entity, "update") }
            }
        }
    }
}

enum WritePolicy {
    /// What is completed and re-opened with a right of its own.
    static let closing: Set<String> = ["TestRun", "Session", "Milestone"]

    /// What completing and re-opening change along.
    static let closingFields: Set<String> = ["isCompleted", "completedAt", "stateId", "closedById"]
}

extension Reading {
    /// The area whose rights count for an entity: its own or its first parent's.
    func area(of entity: EntityType) -> Area? { area(of: entity) { _ in .null } }

    /// The area whose rights count for one row: its own or that of the parent it has.
    func area(of entity: EntityType, _ value: (String) -> Value) -> Area? {
        if let area = entity.area { return Area(rawValue: area) }
        guard case .parent(let relations) = entity.ownership else { return nil }
        var first: EntityType?
        for name in relations {
            guard let relation = entity.relation(name), case .toOne(let field) = relation.kind else { continue }
            if !value(field).isNull { return area(of: schema[relation.target]) }
            if first == nil { first = schema[relation.target] }
        }
        return first.flatMap { area(of: $0) }
    }

    /// What the caller's role allows where no project decides.
    func roleRights() throws(DomainError) -> Rights {
        guard let role = caller.roleId else { return .readOnly }
        var rights = Rights.readOnly
        let found = try rows(
            """
            SELECT p.area, p.can_add_edit, p.can_delete, p.can_close FROM role_permission AS p
            JOIN role AS r ON r.id = p.role_id WHERE p.role_id = \(Value.int(role)) AND NOT r.is_deleted
            """)
        for row in found {
            guard let area = Area(rawValue: row[0].string ?? "") else { continue }
            rights.grant(
                area, addEdit: row[1].boolean == true, delete: row[2].boolean == true, close: row[3].boolean == true)
        }
        return rights
    }
}
