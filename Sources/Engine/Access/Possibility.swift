public import Model
import Statements

extension Reading {
    /// What somebody may want to do with rows of an entity.
    public enum Possibility: Sendable, Hashable { case create, read, update, delete }

    /// Whether the caller may do it to some row, or to some row of one project; single rows may still be refused.
    public func may(_ what: Possibility, _ entityName: String, project: Int64? = nil) throws(DomainError) -> Bool {
        let entity = schema[entityName]
        if caller.isSystem { return true }
        if caller.isAnonymous { return false }
        if entity.ownership == .engine { return false }
        if what != .read, caller.isReadOnly { return false }
        switch entity.ownership {
        case .administrators, .engine: return caller.isAdministrator
        case .user: return true
        case .shared:
            if caller.isAdministrator { return true }
            if what == .read { return caller.level > .none || entityName == "User" }
            if entityName == "User", what == .update { return true }
            guard let area = area(of: entity), caller.level > .none else { return false }
            return try roleRights().allows(what == .delete ? .delete : .addEdit, in: area)
        case .project:
            if what == .create { return caller.level >= .projectAdministrator }
            return try anyRights(in: project) { rights in
                switch what {
                case .create, .read: true
                case .update: rights.allows(.addEdit, in: .settings)
                case .delete: rights == .everything
                }
            }
        case .projectField, .parent:
            let area = area(of: entity)
            return try anyRights(in: project) { rights in
                guard what != .read, let area else { return true }
                return rights.allows(what == .delete ? .delete : .addEdit, in: area)
            }
        }
    }

    private func anyRights(in project: Int64?, _ test: (Rights) -> Bool) throws(DomainError) -> Bool {
        let grants = try grants()
        if let project { return grants.rights(in: project).map(test) ?? false }
        if caller.isAdministrator { return true }
        return grants.projects.values.contains(where: test)
    }
}
