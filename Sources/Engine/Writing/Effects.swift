import Model
import Statements
import Store

/// What the changes of one transaction bring with them, collected while it runs and written once at its end.
final class Effects {
    private(set) var touchesGrants = false
    private(set) var touchesBooks = false
    private let audit = AuditTrail()
    private var stale: [String: Set<Int64>] = [:]
    private var fresh: [String: Set<Int64>] = [:]
    private var newCases: [Int64] = []
    private var changedCases: Set<Int64> = []
    private var numberedCases: Set<Int64> = []
    /// Cases whose change may move them into runs that follow conditions, or out of them.
    private var movedCases: Set<Int64> = []
    private var movedProjects: Set<Int64> = []
    private let outbox = Outbox()
    /// Secrets of new rows, which are sealed as soon as their rows have ids.
    var waitingSecrets: [Secret] = []

    /// More rows than this in one call make one audit entry for all.
    private static let bulk = 20

    func inserted(_ entity: EntityType, _ ids: [Int64], _ drafts: [Draft], in work: Writing) throws(DomainError) {
        note(entity, work)
        for (id, draft) in zip(ids, drafts) { touched(entity, id, draft.values) }
        if SearchText.covers(entity.name) { fresh[entity.name, default: []].formUnion(ids) }
        if entity.name == "RepositoryCase" {
            newCases += ids
            movedCases.formUnion(ids)
        }
        guard AuditTrail.covers(entity) else { return }
        let projects = try work.projects(of: drafts, entity)
        if ids.count > Effects.bulk {
            audit.add(entity, "BULK_CREATE", ids: ids, project: projects[0], name: nil, changes: nil)
        } else {
            for (index, id) in ids.enumerated() {
                let project = entity.ownership == .project ? id : projects[index]
                audit.add(
                    entity, "CREATE", ids: [id], project: project, name: AuditTrail.name(drafts[index].values),
                    changes: AuditTrail.changes(entity, new: drafts[index].values))
            }
        }
        try outbox.inserted(entity, ids, projects, in: work)
    }

    func updated(_ entity: EntityType, _ old: [Int64: Row], _ changes: [Change], in work: Writing) throws(DomainError) {
        note(entity, work)
        for change in changes {
            guard let row = old[change.id] else { continue }
            touched(entity, change.id, Dictionary(uniqueKeysWithValues: zip(row.layout.names, row.values)))
            touched(entity, change.id, change.values.compactMapValues(\.plain))
        }
        let ids = changes.map(\.id)
        if SearchText.covers(entity.name) { stale[entity.name, default: []].formUnion(ids) }
        if entity.name == "RepositoryCase" {
            changedCases.formUnion(ids)
            movedCases.formUnion(ids)
            // Clients of the RPC count the versions themselves.
            for change in changes where change.values["currentVersion"] != nil { numberedCases.insert(change.id) }
        }
        guard AuditTrail.covers(entity) else { return }
        let projects = try work.projects(of: entity, ids)
        if ids.count > Effects.bulk {
            audit.add(
                entity, "BULK_UPDATE", ids: ids, project: projects[ids[0]], name: nil,
                changes: AuditTrail.changes(entity, new: changes[0].values.compactMapValues(\.plain)))
        } else {
            for change in changes {
                guard let row = old[change.id] else { continue }
                let difference = AuditTrail.changes(entity, old: row, change)
                audit.add(
                    entity, AuditTrail.action(entity, change), ids: [change.id],
                    project: entity.ownership == .project ? change.id : projects[change.id],
                    name: AuditTrail.name(row), changes: difference)
            }
        }
        try outbox.updated(entity, old, changes, projects, in: work)
    }

    func deleted(_ entity: EntityType, _ old: [Row], in work: Writing) throws(DomainError) {
        note(entity, work)
        if entity.name == "RepositoryCase" { movedProjects.formUnion(old.compactMap { $0["projectId"].integer }) }
        for row in old { touched(entity, row.id, Dictionary(uniqueKeysWithValues: zip(row.layout.names, row.values))) }
        if SearchText.covers(entity.name) { stale[entity.name, default: []].formUnion(old.map(\.id)) }
        guard AuditTrail.covers(entity) else { return }
        let projects = try work.projects(of: entity, old.map(\.id))
        if old.count > Effects.bulk {
            audit.add(entity, "BULK_DELETE", ids: old.map(\.id), project: projects[old[0].id], name: nil, changes: nil)
        } else {
            for row in old {
                audit.add(
                    entity, "DELETE", ids: [row.id], project: entity.ownership == .project ? row.id : projects[row.id],
                    name: AuditTrail.name(row), changes: entity.isSoftDeleted ? nil : AuditTrail.last(entity, row))
            }
        }
    }

    func linked(
        _ entity: EntityType, _ old: [Int64: Row], _ relation: Relation, _ others: [Int64], in work: Writing
    ) throws(DomainError) {
        for (id, row) in old {
            touched(entity, id, [:])
            if SearchText.covers(entity.name) { stale[entity.name, default: []].insert(id) }
            if entity.name == "RepositoryCase" {
                changedCases.insert(id)
                movedCases.insert(id)
            }
            guard AuditTrail.covers(entity) else { continue }
            let project = try work.projects(of: entity, [id])[id]
            audit.add(
                entity, "UPDATE", ids: [id], project: project, name: AuditTrail.name(row),
                changes: [relation.name: .array(others.map { .integer($0) })])
        }
        if relation.target == "RepositoryCase" {
            stale["RepositoryCase", default: []].formUnion(others)
            changedCases.formUnion(others)
        }
    }

    /// An audit entry for something that is no change of a row, such as a sign-in.
    func record(
        _ action: String, _ entity: EntityType, id: Int64?, project: Int64? = nil, name: String? = nil,
        changes: JSON? = nil
    ) {
        audit.add(entity, action, ids: id.map { [$0] } ?? [], project: project, name: name, changes: changes)
    }

    /// Bulk paths that store rows themselves say here what their rows need.
    func refreshSearch(_ entity: String, _ ids: some Sequence<Int64>) { stale[entity, default: []].formUnion(ids) }

    /// Bulk paths that change who may do what say so.
    func grantsChanged(in work: Writing) {
        touchesGrants = true
        work.forgetGrants()
        work.engine.grants.invalidate()
    }

    /// Rows that a bulk path made: the webhooks hear of each.
    func imported(_ entity: String, _ ids: [Int64], project: Int64, in work: Writing) throws(DomainError) {
        if entity == "RepositoryCase" { movedProjects.insert(project) }
        try outbox.inserted(work.schema[entity], ids, ids.map { _ in project }, in: work)
    }

    /// Changes of a child row that change the case it belongs to.
    func caseChanged(_ id: Int64) {
        changedCases.insert(id)
        movedCases.insert(id)
        stale["RepositoryCase", default: []].insert(id)
    }

    /// True when this transaction has changed the case or its parts.
    func changesCase(_ id: Int64) -> Bool { changedCases.contains(id) }

    private func note(_ entity: EntityType, _ work: Writing) {
        if GrantsReader.sources.contains(entity.name) {
            touchesGrants = true
            work.forgetGrants()
            work.engine.grants.invalidate()
        }
        if BookCache.sources.contains(entity.name) {
            touchesBooks = true
            work.engine.books.invalidate()
        }
        if entity.name == "ApiToken" || entity.name == "User" || entity.name == "BrowserSession" {
            touchesGrants = true
            work.engine.grants.invalidate()
        }
    }

    /// Child rows of a case make it another version and change its search entry.
    private func touched(_ entity: EntityType, _ id: Int64, _ values: [String: Value]) {
        switch entity.name {
        case "Step", "CaseFieldValue":
            if let parent = values["testCaseId"]?.integer { caseChanged(parent) }
        case "SharedStepItem":
            if let parent = values["sharedStepGroupId"]?.integer {
                stale["SharedStepGroup", default: []].insert(parent)
            }
        default: return
        }
    }

    func flush(in work: Writing) throws(DomainError) {
        try refreshSelections(in: work)
        let created = Set(newCases)
        let numbered = numberedCases.subtracting(created)
        try CaseVersions.write(
            numbered: newCases + numbered.sorted(),
            changed: changedCases.subtracting(created).subtracting(numbered).sorted(), in: work)
        for (entity, ids) in stale {
            let old = ids.subtracting(fresh[entity] ?? [])
            try SearchText.refresh(entity, old.sorted(), isNew: false, in: work)
        }
        for (entity, ids) in fresh { try SearchText.refresh(entity, ids.sorted(), isNew: true, in: work) }
        try outbox.changed(cases: changedCases.subtracting(created).sorted(), in: work)
        try outbox.flush(in: work)
        try audit.flush(in: work)
    }

    /// Runs that follow conditions see the cases as they are now.
    private func refreshSelections(in work: Writing) throws(DomainError) {
        if !movedCases.isEmpty {
            let moved = try work.projects(of: work.schema["RepositoryCase"], movedCases.sorted())
            movedProjects.formUnion(moved.values)
        }
        if !movedProjects.isEmpty { try work.refreshSelections(projects: movedProjects) }
    }
}
