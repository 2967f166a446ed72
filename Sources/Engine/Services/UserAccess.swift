public import Model
import Statements
import Store

/// What a user may do in a project and where that comes from.
public struct UserAccess: Sendable, Hashable {
    /// `nil` when the user may not even read the project.
    public let rights: Rights?
    /// The name of the role that decides, where one does.
    public let role: String?
    /// NO_ACCESS, DEFAULT, GLOBAL_ROLE or SPECIFIC_ROLE.
    public let type: String
}

extension Reading {
    /// The access of a user to a project; everybody may ask about themselves, managers of the project about anybody.
    public func access(of user: RowKey, in project: RowKey) throws(DomainError) -> UserAccess {
        guard let person = try find("User", [user]).first else { throw .invalid("userId", "userId names no User") }
        let isOwn = person.id == caller.userId
        guard isOwn || caller.isAdministrator || caller.level == .projectAdministrator else {
            throw .forbidden("only administrators see the permissions of others")
        }
        let id: Int64
        if isOwn, try find("Project", [project], fields: ["id"]).isEmpty {
            return UserAccess(rights: nil, role: nil, type: "NO_ACCESS")
        } else {
            guard let row = try find("Project", [project], fields: ["id"]).first else {
                throw .invalid("projectId", "projectId names no Project")
            }
            id = row.id
        }
        guard person.flag("isActive") else { return UserAccess(rights: nil, role: nil, type: "NO_ACCESS") }
        let other = Engine.caller(person, address: nil)
        let grants = try run { () throws(StoreError) in try GrantsReader(session: session, caller: other).grants() }
        let rights = grants.rights(in: id)
        let (type, role) = try deciding(other, project: id, has: rights != nil)
        return UserAccess(rights: rights, role: role, type: type)
    }

    /// The kind of rule that decides, and its role.
    private func deciding(
        _ user: Caller, project: Int64, has: Bool
    ) throws(DomainError) -> (type: String, role: String?) {
        guard has else { return ("NO_ACCESS", nil) }
        if user.isAdministrator { return ("GLOBAL_ROLE", "ADMIN") }
        let owner = Value.int(user.userId)
        let facts = try rows(
            "SELECT created_by, default_access_type, default_role_id FROM project WHERE id = \(Value.int(project))"
        ).first
        if facts?[0] == owner { return ("SPECIFIC_ROLE", "Project Admin") }
        let own = try rows(
            """
            SELECT access_type, role_id FROM user_project_permission
            WHERE user_id = \(owner) AND project_id = \(Value.int(project))
            """
        ).first
        let byGroup = try rows(
            """
            SELECT access_type, role_id FROM group_project_permission WHERE project_id = \(Value.int(project))
            AND group_id IN (SELECT group_id FROM group_assignment WHERE user_id = \(owner)) ORDER BY group_id
            """)
        for rule in [own].compactMap({ $0 }) + byGroup where rule[0].string != "DEFAULT" {
            return (rule[0].string ?? "DEFAULT", try roleName(rule[1].integer ?? user.roleId))
        }
        if let type = facts?[1].string, type != "NO_ACCESS" {
            return (
                type == "SPECIFIC_ROLE" ? type : "GLOBAL_ROLE",
                try roleName(type == "SPECIFIC_ROLE" ? facts?[2].integer : user.roleId)
            )
        }
        return ("DEFAULT", try roleName(user.roleId))
    }

    private func roleName(_ id: Int64?) throws(DomainError) -> String? {
        guard let id else { return nil }
        return try value("SELECT name FROM role WHERE id = \(Value.int(id))")?.string
    }
}
