public import Model
import Statements
import Store
import Synchronization

/// What one caller may do in every project; the whole access model of the product is computed here.
///
/// TestPlanIt API, Access model: the first rule that matches decides.
public struct Grants: Sendable {
    let isAdministrator: Bool
    let isSystem: Bool
    let level: Caller.Level
    let userId: Int64?
    /// Live projects that a caller who is no administrator may read.
    let projects: [Int64: Rights]
    let deletedProjects: [Int64]

    static let system = Grants(
        isAdministrator: true, isSystem: true, level: .administrator, userId: nil, projects: [:], deletedProjects: [])

    /// The rights in a project; `nil` when the caller may not even read it.
    public func rights(in project: Int64) -> Rights? {
        if isSystem { return .everything }
        if isAdministrator { return deletedProjects.contains(project) ? nil : .everything }
        return projects[project]
    }

    /// The rows of an entity that the caller may read.
    func filter(for entity: EntityType, in schema: Schema) -> Filter {
        if isSystem { return .all }
        switch entity.ownership {
        case .project:
            if isAdministrator { return .equals("isDeleted", false) }
            return .oneOf("id", readable)
        case .projectField(let field):
            let isOptional = entity.field(field)?.isRequired != true
            if isAdministrator {
                if deletedProjects.isEmpty { return .all }
                let live = Filter.not(.oneOf(field, deletedProjects.map { .int($0) }))
                return isOptional ? live || .equals(field, .null) : live
            }
            return .oneOf(field, readable)
        case .parent(let relations):
            return parents(relations, of: entity, in: schema)
        case .user(let field):
            if isAdministrator { return .all }
            guard let userId else { return .none }
            return .equals(field, .int(userId))
        case .shared:
            if level > .none { return .all }
            guard entity.name == "User", let userId else { return .none }
            return .equals("id", .int(userId))
        case .administrators: return isAdministrator ? .all : .none
        case .engine: return .none
        }
    }

    private var readable: [Value] { projects.keys.sorted().map { .int($0) } }

    private func parents(_ relations: [String], of entity: EntityType, in schema: Schema) -> Filter {
        var alternatives: [Filter] = []
        for name in relations {
            guard let relation = entity.relation(name) else { continue }
            let inner = filter(for: schema[relation.target], in: schema)
            // When every parent is readable the child needs no look at it.
            if inner == .all { return .all }
            if inner == .none { continue }
            alternatives.append(.related(name, .some, inner))
        }
        if alternatives.isEmpty { return .none }
        return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
    }
}

/// The grants of the users who called lately.
final class GrantsCache: Sendable {
    /// On several nodes another node's change is seen after this long (milliseconds).
    static let lifetime: Int64 = 5000
    private static let limit = 10_000

    private struct Entry {
        let grants: Grants
        let generation: Int
        let madeAt: Int64
    }

    private struct State {
        var generation = 0
        var entries: [Int64: Entry] = [:]
    }

    private let state = Mutex(State())

    var generation: Int { state.withLock { $0.generation } }

    func invalidate() {
        state.withLock { state in
            state.generation += 1
            state.entries.removeAll(keepingCapacity: true)
        }
    }

    func grants(of user: Int64, now: Int64) -> Grants? {
        state.withLock { state in
            guard let entry = state.entries[user], entry.generation == state.generation,
                now - entry.madeAt < GrantsCache.lifetime
            else { return nil }
            return entry.grants
        }
    }

    /// Keeps grants that were read while `generation` was current.
    func keep(_ grants: Grants, of user: Int64, generation: Int, now: Int64) {
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= GrantsCache.limit { state.entries.removeAll() }
            state.entries[user] = Entry(grants: grants, generation: generation, madeAt: now)
        }
    }
}
