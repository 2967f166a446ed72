import Catalog
public import Model
import Statements
import Store

/// A project's own group and the rights of its members.
public struct ProjectGroupFacts: Sendable, Hashable {
    /// Of the group, as assignments name it.
    public let groupId: Int64
    public let projectId: Int64
    public let name: String
    public let createdAt: Int64
    public let rights: Rights
}

extension Writing {
    /// Gives a project the groups that every project has; safe to repeat.
    func equipGroups(project: Int64) throws(DomainError) {
        let own = Value.int(project)
        let known = Set(
            try rows("SELECT name FROM project_group WHERE project_id = \(own)").compactMap { $0[0].string })
        let missing = BootData.projectGroups.filter { !known.contains($0.name) }
        guard !missing.isEmpty else { return }
        var roles: [String: Int64] = [:]
        for row in try rows("SELECT id, name FROM role WHERE NOT is_deleted") {
            roles[row[1].string ?? ""] = row[0].integer
        }
        // Group names are unique on the server, those of projects in the project only.
        let groups = try store(
            schema["Group"], ["name"], missing.map { [.text("\($0.name) (project \(project))")] })
        var access: [[Value]] = []
        var named: [[Value]] = []
        for (group, id) in zip(missing, groups) {
            let role = Value.int(roles[group.role])
            access.append([.text("SPECIFIC_ROLE"), .int(id), own, role])
            named.append([.text(group.name), .text(group.permissions), own, .int(id), role])
        }
        try store(
            schema["GroupProjectPermission"], ["accessType", "groupId", "projectId", "roleId"], access)
        try store(schema["ProjectGroup"], ["name", "permissions", "projectId", "groupId", "roleId"], named)
    }

    /// Gives a user exactly these groups; projects that are not named are closed to them.
    ///
    /// An administrator of the server and whoever made a project keep their access.
    public func setGroups(of user: Int64, _ wanted: [Int64: Set<Int64>]) throws(DomainError) {
        guard caller.isAdministrator || caller.isSystem else { throw .forbidden("only administrators may do this") }
        let own = Value.int(user)
        try lockRows("User", [user])
        _ = try row("User", .id(user), fields: ["id"])
        _ = try run { () throws(StoreError) in
            try session.execute(
                """
                DELETE FROM group_assignment WHERE user_id = \(own)
                AND group_id IN (SELECT group_id FROM group_project_permission)
                """)
            try session.execute("DELETE FROM user_project_permission WHERE user_id = \(own)")
            return try session.execute("DELETE FROM project_assignment WHERE user_id = \(own)")
        }
        let groups = wanted.values.reduce(into: Set<Int64>()) { $0.formUnion($1) }.sorted()
        try store(
            schema["GroupAssignment"], ["userId", "groupId"], groups.map { [own, .int($0)] }, onConflict: .skip)
        try store(
            schema["ProjectAssignment"], ["userId", "projectId"], wanted.keys.sorted().map { [own, .int($0)] },
            onConflict: .skip)
        let all = try rows("SELECT id FROM project WHERE NOT is_deleted ORDER BY id").compactMap { $0[0].integer }
        let closed = all.filter { wanted[$0] == nil }
        try store(
            schema["UserProjectPermission"], ["accessType", "userId", "projectId"],
            closed.map { [.text("NO_ACCESS"), own, .int($0)] })
        effects.record("PERMISSION_GRANT", schema["User"], id: user)
        effects.grantsChanged(in: self)
    }
}

extension Reading {
    /// The groups of a project that the caller may read, by name.
    public func groups(of project: Int64) throws(DomainError) -> [ProjectGroupFacts] {
        _ = try row("Project", .id(project), fields: ["id"])
        let roles = try run { () throws(StoreError) in try GrantsReader(session: session, caller: caller).roles() }
        let found = try rows(
            """
            SELECT group_id, name, created_at, role_id, permissions FROM project_group
            WHERE project_id = \(Value.int(project)) ORDER BY name, id
            """)
        return found.map { row in
            let role = row[3].integer.flatMap { roles[$0] } ?? .readOnly
            return ProjectGroupFacts(
                groupId: row[0].integer ?? 0, projectId: project, name: row[1].string ?? "",
                createdAt: row[2].integer ?? 0, rights: role.changed(by: row[4].string))
        }
    }

    /// The projects that a user may read, newest first, each with the user's groups in it.
    ///
    /// Users ask about themselves, administrators about everybody.
    public func projects(
        of user: Int64
    ) throws(DomainError) -> [(project: Int64, groups: [(id: Int64, name: String)])] {
        guard user == caller.userId || caller.isAdministrator || caller.isSystem else {
            throw .forbidden("only administrators see the projects of others")
        }
        let person = try row("User", .id(user))
        let other = Engine.caller(person, address: nil)
        let grants = try run { () throws(StoreError) in try GrantsReader(session: session, caller: other).grants() }
        var all = try rows("SELECT id FROM project WHERE NOT is_deleted ORDER BY id DESC").compactMap { $0[0].integer }
        all = all.filter { grants.rights(in: $0) != nil }
        let member = Value.int(user)
        let condition: SQLText =
            other.isAdministrator
            ? "g.name = 'Administrators'"
            : "g.group_id IN (SELECT group_id FROM group_assignment WHERE user_id = \(member))"
        var groups: [Int64: [(id: Int64, name: String)]] = [:]
        for row in try rows(
            "SELECT g.project_id, g.group_id, g.name FROM project_group AS g WHERE \(condition) ORDER BY g.name, g.id")
        {
            groups[row[0].integer ?? 0, default: []].append((row[1].integer ?? 0, row[2].string ?? ""))
        }
        return all.map { ($0, groups[$0] ?? []) }
    }

    /// The live users whom the caller may see in lists: administrators everybody, others themselves and whoever shares
    /// a project with them. `onlyMembers` leaves out users without any project.
    public func knownUsers(onlyMembers: Bool) throws(DomainError) -> Filter {
        let live = Filter.equals("isDeleted", false)
        if caller.isAdministrator || caller.isSystem, !onlyMembers { return live }
        var shared: SQLText = "NOT p.is_deleted"
        if !caller.isAdministrator, !caller.isSystem {
            let own = Filter.equals("isDeleted", false)
            shared = try condition(try visible("Project") && own, on: "Project", alias: "p")
        }
        let found = try rows(
            """
            SELECT u.id FROM "user" AS u WHERE NOT u.is_deleted AND EXISTS (SELECT 1 FROM project AS p WHERE \(shared)
            AND NOT p.is_deleted AND \(Reading.mayRead))
            """)
        var ids = found.compactMap { $0[0].integer }
        if !onlyMembers, let user = caller.userId, !ids.contains(user) { ids.append(user) }
        return live && .oneOf("id", ids.map { .int($0) })
    }

    /// The condition that user `u` may read project `p`; the rules are those of `GrantsReader`.
    private static let mayRead: SQLText = """
        (u.access = 'ADMIN' OR (u.access <> 'NONE' AND (p.created_by = u.id
        OR (u.access = 'PROJECTADMIN' AND EXISTS (SELECT 1 FROM project_assignment AS a
        WHERE a.user_id = u.id AND a.project_id = p.id))
        OR CASE (SELECT own.access_type FROM user_project_permission AS own
        WHERE own.user_id = u.id AND own.project_id = p.id AND own.access_type <> 'DEFAULT')
        WHEN 'NO_ACCESS' THEN FALSE WHEN 'SPECIFIC_ROLE' THEN TRUE WHEN 'GLOBAL_ROLE' THEN TRUE
        ELSE p.default_access_type <> 'NO_ACCESS' OR EXISTS (SELECT 1 FROM project_assignment AS a
        WHERE a.user_id = u.id AND a.project_id = p.id) OR EXISTS (SELECT 1 FROM group_project_permission AS gp
        JOIN group_assignment AS ga ON ga.group_id = gp.group_id JOIN "group" AS g ON g.id = ga.group_id
        AND NOT g.is_deleted WHERE ga.user_id = u.id AND gp.project_id = p.id
        AND gp.access_type IN ('SPECIFIC_ROLE', 'GLOBAL_ROLE')) END)))
        """
}

extension Rights {
    /// The rights after a group's own differences: an object of areas with the actions that are allowed there.
    func changed(by permissions: String?) -> Rights {
        guard let permissions, let object = CustomFieldFormat.object(.text(permissions)) else { return self }
        var rights = self
        for member in object.members {
            guard let area = Area(rawValue: member.name) else { continue }
            let actions = member.value.array ?? []
            rights.set(
                area, addEdit: actions.contains("edit"), delete: actions.contains("delete"),
                close: actions.contains("close"))
        }
        return rights
    }

    private mutating func set(_ area: Area, addEdit: Bool, delete: Bool, close: Bool) {
        revoke(area)
        grant(area, addEdit: addEdit, delete: delete, close: close)
    }
}

/// Whether a text can be an e-mail address.
public enum EmailText {
    public static func isValid(_ text: String) -> Bool { Validation.isEmail(text) }
}

extension Writing {
    /// The parts of a name that one product's API keeps for a user, who may change the own ones.
    public func setOwnNames(_ user: Int64, _ settings: JSONObject) throws(DomainError) {
        guard caller.isAdministrator || caller.userId == user else { throw .forbidden("only the user may do this") }
        try apply(schema["User"], [Change(user, set: ["settings": .text(JSON.object(settings).text)])])
    }
}
