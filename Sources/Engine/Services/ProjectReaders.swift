public import Model
import Statements
import Store

extension Reading {
    /// Active users who may read a project, by name; the caller must be able to read it too.
    ///
    /// `text` is a part of the name or the e-mail address; `among` limits the people.
    public func readers(
        of project: Int64, matching text: String = "", among keys: [RowKey]? = nil, limit: Int
    ) throws(DomainError) -> [Row] {
        var filter = SQLText.empty
        if !text.isEmpty {
            let flavor = session.flavor
            let part = Value.text("%" + ProjectReaders.escaped(text.lowercased()) + "%")
            filter += """
                 AND (\(flavor.folded("u.name")) LIKE \(part) ESCAPE '!'
                OR \(flavor.folded("u.email")) LIKE \(part) ESCAPE '!')
                """
        }
        if let keys {
            let found = try find("User", keys, fields: ["id"])
            if found.isEmpty { return [] }
            filter += " AND u.id IN (\(SQLText.list(found.map { Value.int($0.id) })))"
        }
        let rows = try self.rows(
            """
            SELECT u.id, u.uid, u.name, u.email, u.image, u.is_active, u.is_deleted,
            EXISTS (SELECT 1 FROM project_assignment AS m WHERE m.user_id = u.id AND m.project_id = p.id)
            FROM "user" AS u JOIN project AS p ON p.id = \(Value.int(project))
            WHERE NOT u.is_deleted AND u.is_active AND \(ProjectReaders.condition)\(filter)
            ORDER BY u.name, u.id LIMIT \(Value.int(limit))
            """)
        let layout = RowLayout(["id", "uid", "name", "email", "image", "isActive", "isDeleted", "isProjectMember"])
        return rows.map { Row(layout: layout, values: $0) }
    }
}

/// The rule of the access model for reading a project, as a condition on a user `u` and a project `p`; the same as
/// `GrantsReader` finds for one user.
enum ProjectReaders {
    static let condition: SQLText = """
        u.access <> 'NONE' AND NOT p.is_deleted AND (
        u.access = 'ADMIN' OR p.created_by = u.id
        OR (u.access = 'PROJECTADMIN' AND EXISTS (
        SELECT 1 FROM project_assignment AS a WHERE a.user_id = u.id AND a.project_id = p.id))
        OR EXISTS (SELECT 1 FROM user_project_permission AS own WHERE own.user_id = u.id AND own.project_id = p.id
        AND own.access_type IN ('SPECIFIC_ROLE', 'GLOBAL_ROLE'))
        OR (NOT EXISTS (SELECT 1 FROM user_project_permission AS own WHERE own.user_id = u.id
        AND own.project_id = p.id AND own.access_type <> 'DEFAULT')
        AND (EXISTS (SELECT 1 FROM group_project_permission AS shared
        JOIN group_assignment AS inside ON inside.group_id = shared.group_id
        JOIN "group" AS g ON g.id = shared.group_id
        WHERE inside.user_id = u.id AND shared.project_id = p.id AND NOT g.is_deleted
        AND shared.access_type IN ('SPECIFIC_ROLE', 'GLOBAL_ROLE'))
        OR p.default_access_type <> 'NO_ACCESS'
        OR EXISTS (SELECT 1 FROM project_assignment AS a WHERE a.user_id = u.id AND a.project_id = p.id))))
        """

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.prefix(200) {
            if character == "!" || character == "%" || character == "_" { result.append("!") }
            result.append(character)
        }
        return result
    }
}
