import Model
import Statements
import Store

/// Reads the rows behind the access model and applies its rules.
struct GrantsReader {
    let session: any Session
    let caller: Caller

    /// Entities whose changes change somebody's grants.
    static let sources: Set<String> = [
        "User", "Role", "RolePermission", "GroupAssignment", "Group", "Project", "ProjectAssignment",
        "UserProjectPermission", "GroupProjectPermission",
    ]

    func grants() throws(StoreError) -> Grants {
        let projects = try session.rows(
            "SELECT id, created_by, default_access_type, default_role_id, is_deleted FROM project")
        var deleted: [Int64] = []
        for row in projects where row[4].boolean == true { deleted.append(row[0].integer ?? 0) }
        guard let userId = caller.userId, !caller.isAdministrator, caller.level != .none else {
            return Grants(
                isAdministrator: caller.isAdministrator, isSystem: false, level: caller.level, userId: caller.userId,
                projects: [:], deletedProjects: deleted)
        }
        let user = Value.int(userId)
        let assigned = Set(
            try session.rows("SELECT project_id FROM project_assignment WHERE user_id = \(user)").compactMap {
                $0[0].integer
            })
        let roles = try self.roles()
        let own = try rules("user_project_permission", "user_id = \(user)")
        let groups = try groupRules(of: user)
        var granted: [Int64: Rights] = [:]
        for row in projects where row[4].boolean != true {
            guard let id = row[0].integer else { continue }
            let project = ProjectFacts(
                isCreator: row[1].integer == userId, isAssigned: assigned.contains(id),
                access: row[2].string ?? "NO_ACCESS", role: row[3].integer)
            granted[id] = rights(project, own: own[id] ?? [], groups: groups[id] ?? [], roles: roles)
        }
        return Grants(
            isAdministrator: false, isSystem: false, level: caller.level, userId: userId, projects: granted,
            deletedProjects: deleted)
    }

    private struct ProjectFacts {
        let isCreator: Bool
        let isAssigned: Bool
        let access: String
        let role: Int64?
    }

    private struct Rule {
        let access: String
        let role: Int64?
        /// Where a project's own group differs from its role.
        var permissions: String?
    }

    private func groupRules(of user: Value) throws(StoreError) -> [Int64: [Rule]] {
        var result: [Int64: [Rule]] = [:]
        let rows = try session.rows(
            """
            SELECT p.project_id, p.access_type, p.role_id, own.permissions FROM group_project_permission AS p
            LEFT JOIN project_group AS own ON own.group_id = p.group_id AND own.project_id = p.project_id
            WHERE p.group_id IN (SELECT a.group_id FROM group_assignment AS a JOIN "group" AS g ON g.id = a.group_id
            WHERE a.user_id = \(user) AND NOT g.is_deleted)
            """)
        for row in rows {
            guard let project = row[0].integer else { continue }
            result[project, default: []].append(
                Rule(access: row[1].string ?? "DEFAULT", role: row[2].integer, permissions: row[3].string))
        }
        return result
    }

    private func rules(_ table: String, _ condition: SQLText) throws(StoreError) -> [Int64: [Rule]] {
        var result: [Int64: [Rule]] = [:]
        let rows = try session.rows(
            "SELECT project_id, access_type, role_id FROM \(name: table) WHERE \(condition)")
        for row in rows {
            guard let project = row[0].integer else { continue }
            result[project, default: []].append(Rule(access: row[1].string ?? "DEFAULT", role: row[2].integer))
        }
        return result
    }

    func roles() throws(StoreError) -> [Int64: Rights] {
        var result: [Int64: Rights] = [:]
        for row in try session.rows("SELECT id, name FROM role WHERE NOT is_deleted") {
            guard let id = row[0].integer else { continue }
            result[id] = row[1].string == "Project Admin" ? .everything : .readOnly
        }
        let permissions = try session.rows(
            """
            SELECT p.role_id, p.area, p.can_add_edit, p.can_delete, p.can_close FROM role_permission AS p
            JOIN role AS r ON r.id = p.role_id WHERE NOT r.is_deleted
            """)
        for row in permissions {
            guard let id = row[0].integer, let area = Area(rawValue: row[1].string ?? "") else { continue }
            result[id, default: .readOnly].grant(
                area, addEdit: row[2].boolean == true, delete: row[3].boolean == true, close: row[4].boolean == true)
        }
        return result
    }

    private func rights(
        _ project: ProjectFacts, own: [Rule], groups: [Rule], roles: [Int64: Rights]
    ) -> Rights? {
        if project.isCreator { return .everything }
        if caller.level == .projectAdministrator, project.isAssigned { return .everything }
        let usersRole = caller.roleId.flatMap { roles[$0] } ?? .readOnly
        for rule in own {
            switch rule.access {
            case "NO_ACCESS": return nil
            case "SPECIFIC_ROLE": return rule.role.flatMap { roles[$0] } ?? .readOnly
            case "GLOBAL_ROLE": return usersRole
            default: continue
            }
        }
        var union: Rights?
        for rule in groups {
            switch rule.access {
            case "SPECIFIC_ROLE":
                let granted = (rule.role.flatMap { roles[$0] } ?? .readOnly).changed(by: rule.permissions)
                union = union?.union(granted) ?? granted
            case "GLOBAL_ROLE": union = union?.union(usersRole) ?? usersRole
            default: continue
            }
        }
        if let union { return union }
        switch project.access {
        case "GLOBAL_ROLE", "DEFAULT": return usersRole
        case "SPECIFIC_ROLE": return project.role.flatMap { roles[$0] } ?? .readOnly
        default: return project.isAssigned ? usersRole : nil
        }
    }
}
