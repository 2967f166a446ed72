import Model
import Statements

/// Which project a row belongs to.
extension Writing {
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
    func requireSameProject(
        _ drafts: [Draft], _ projects: [Int64?], _ entity: EntityType
    ) throws(DomainError) {
        for field in entity.fields {
            guard let target = field.target.map({ schema[$0] }), target.isProjectOwned else { continue }
            let ids = Set(drafts.compactMap { $0[field.name]?.integer })
            guard !ids.isEmpty else { continue }
            let owners = try self.projects(of: target, Array(ids))
            for (index, draft) in drafts.enumerated() {
                guard let id = draft[field.name]?.integer, let owner = owners[id], owner != projects[index] else {
                    continue
                }
                throw DomainError(
                    .missingReference, "\(field.name) belongs to another project",
                    issues: [Issue(field: field.name, message: "\(field.name) belongs to another project")],
                    entity: target.name, fields: [field.name])
            }
        }
    }

    /// The same for changes; returns the projects that rows move to, `nil` where they leave all of them.
    func requireMoves(
        _ old: [Int64: Row], _ changes: [Change], _ projects: [Int64: Int64], _ entity: EntityType
    ) throws(DomainError) -> Set<Int64?> {
        var drafts: [Draft] = []
        var owners: [Int64?] = []
        var destinations: Set<Int64?> = []
        for change in changes {
            var owner = projects[change.id]
            var isMoved = false
            if case .projectField(let field) = entity.ownership, let given = change.values[field]?.plain {
                isMoved = given.integer != owner
                if isMoved { destinations.insert(given.integer) }
                owner = given.integer
            }
            var draft = Draft()
            for field in entity.fields {
                guard field.target.map({ schema[$0].isProjectOwned }) == true else { continue }
                // What moves takes along only what belongs to its new project.
                draft[field.name] = change.values[field.name]?.plain ?? (isMoved ? old[change.id]?[field.name] : nil)
            }
            if draft.values.isEmpty { continue }
            drafts.append(draft)
            owners.append(owner)
        }
        if !drafts.isEmpty { try requireSameProject(drafts, owners, entity) }
        return destinations
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
