import Engine
import Model

/// People, their roles, and what the instance is connected with.
enum People {
    static let all = [user, accessRole, policy, policyRows, notifications, integration]

    private static func isOpen(_ row: Row, _ lens: Lens) -> Bool { lens.isAdministrator || row.id == lens.caller }

    private static func name(_ name: String, _ part: @escaping @Sendable (String) -> String?) -> Column {
        Column(
            name: name, shape: .text, access: .writable, takesNull: true,
            show: { row, _ in part(row.text("name")).map { .string($0) } ?? .null }, store: { _, _, _ in })
    }

    private static let user = Resource(
        "user", "User", "User",
        [
            name("given_name") { $0.split(separator: " ", maxSplits: 1).first.map { String($0) } },
            name("family_name") {
                let parts = $0.split(separator: " ", maxSplits: 1)
                return parts.count > 1 ? String(parts[1]) : nil
            }, .field("email", .text, "email"), .field("picture", .text, "image"),
            Column(
                name: "settings", shape: .object, access: .writable,
                show: { row, lens in isOpen(row, lens) ? Shape.object.shown(row["settings"]) : .null },
                store: { value, entry, _ in entry.values["settings"] = value }),
            .field("color", .text, "color", .writable),
            Column(
                name: "last_login", shape: .time, access: .readOnly,
                show: { row, lens in isOpen(row, lens) ? Shape.time.shown(row["lastLoginAt"]) : .null }),
            Column(
                name: "verified", shape: .flag, access: .readOnly,
                show: { row, lens in .bool(isOpen(row, lens) ? !row["emailVerified"].isNull : true) }),
            .constant("is_system", .flag, false), .constant("version_id", .integer, 1),
            Column(
                name: "is_expired", shape: .flag, access: .readOnly, show: { row, _ in .bool(!row.flag("isActive")) },
                match: { wanted, _ in
                    var filter = Filter.none
                    if wanted.contains(.value(true)) { filter = filter || .equals("isActive", false) }
                    if wanted.contains(.value(false)) { filter = filter || .equals("isActive", true) }
                    return filter
                }),
            Column(
                name: "access_role_id", shape: .reference, access: .readOnly, isHidden: true, show: { _, _ in .null },
                match: { wanted, lens in lens.isAdministrator ? Column.filter("roleId", .reference, wanted) : .none }),
        ], author: Author.server
    ).with { resource in
        resource.verbs = [.update]
        resource.links = [
            .many("notifications", by: "notifiable_id"),
            Link(name: "access_role", target: "access_role", kind: .many("user_id"), isNested: true, isShown: false),
        ]
        resource.update = { old, entry, work, _ throws(DomainError) in
            var values = entry.merged(old)
            let parts = old.text("name").split(separator: " ", maxSplits: 1).map { String($0) }
            if entry.body["given_name"] != nil || entry.body["family_name"] != nil {
                let given = entry.body["given_name"].map { $0.string ?? "" } ?? parts.first ?? ""
                let family = entry.body["family_name"].map { $0.string ?? "" } ?? (parts.count > 1 ? parts[1] : "")
                let name = [given, family].filter { !$0.isEmpty }.joined(separator: " ")
                guard !name.isEmpty else { throw .invalid("given_name", "The given_name field is required.") }
                values["name"] = .text(name)
            }
            try work.update("User", [Change(old.id, set: values)])
        }
    }

    /// The names of this API for roles of the core.
    private static let roles: [(core: String, name: String)] = [
        ("admin", "Administrator"), ("Manager", "Project Manager"), ("Contributor", "Test Developer"),
    ]

    private static let accessRole = Resource(
        "access_role", "AccessRole", "Role",
        [
            Column(
                name: "name", shape: .text, access: .writable, isRequired: true, takesNull: false,
                show: { row, _ in
                    let own = row.text("name")
                    return .string(roles.first { $0.core == own }?.name ?? own)
                },
                match: { wanted, _ in
                    var filter = Column.filter("name", .text, wanted)
                    for item in wanted {
                        guard case .value(.text(let text)) = item else { continue }
                        for pair in roles where pair.name.lowercased() == text.lowercased() {
                            filter = filter || .equals("name", .text(pair.core))
                        }
                    }
                    return filter
                }, order: .field("name"), field: "name", store: { value, entry, _ in entry.values["name"] = value }),
            .field("is_system", .flag, "isSystem"), .field("is_default", .flag, "isDefault"),
            Column(
                name: "user_id", shape: .reference, access: .readOnly, isHidden: true, show: { _, _ in .null },
                match: { wanted, _ in .related("users", .some, Column.filter("id", .reference, wanted)) }),
        ], author: Author.server
    ).with { resource in
        resource.links = [
            .many("policy", by: "access_role_id"), .many("project", by: "access_role_id"),
            .many("user", by: "access_role_id"),
        ]
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                let name = entry.values["name"]?.string ?? ""
                let isWord = roles.contains { $0.name.lowercased() == name.lowercased() }
                let taken = Filter.text("name", .equals, name, .insensitive)
                let known = try work.first(Query("Role", where: taken, fields: ["id"]))
                if isWord || known != nil {
                    throw DomainError(.duplicate, "There is a role \(name) already.", entity: "Role", fields: ["name"])
                }
                made.append(Resource.Made(id: try work.insert("Role", [Draft(["name": .text(name)])])[0]))
            }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            guard !old.flag("isSystem") else { throw .conflict("System rows cannot be changed or deleted.") }
            try work.update("Role", [Change(old.id, set: entry.merged(old))])
        }
        resource.delete = { id, work, _ throws(DomainError) in
            guard try !work.row("Role", .id(id)).flag("isSystem") else {
                throw .conflict("System rows cannot be changed or deleted.")
            }
            try work.delete("Role", ids: [id])
        }
    }

    private static let policy = Resource(
        "policy", "Policy", "RolePermission",
        [
            .field("access_role_id", .reference, "roleId", .once, required: true),
            .field("name", .text, "area", .once, required: true), .constant("can_view", .flag, true),
            .constant("can_list", .flag, true), .field("can_create", .flag, "canAddEdit", .writable),
            .field("can_edit", .flag, "canAddEdit", .writable), .field("can_delete", .flag, "canDelete", .writable),
            .field("can_close", .flag, "canClose", .writable),
            Column(
                name: "can_execute", shape: .flag, access: .readOnly,
                show: { row, _ in row.text("area") == "TestRunResults" ? .bool(row.flag("canAddEdit")) : .null }),
            .constant("all_rows", .flag, true), .through("is_system", .flag, ["role"], "isSystem"),
        ], author: Author.server
    ).with { resource in
        resource.links = [.one("access_role"), .many("policy_rows", by: "policy_id")]
    }

    /// Projects that are bound to one role limit what its policies reach.
    private static let policyRows = Resource(
        "policy_rows", "PolicyRows", "Project",
        [
            Column(
                name: "policy_id", shape: .reference, access: .readOnly,
                match: { wanted, _ in
                    let policies = Filter.related("rolePermissions", .some, Column.filter("id", .reference, wanted))
                    return .related("defaultRole", .some, policies)
                }), .constant("column_name", .text, "project_id"), .field("column_value", .integer, "id"),
        ], author: Author.own("createdBy")
    ).with { resource in
        resource.scope = .equals("defaultAccessType", "SPECIFIC_ROLE") && .not(.equals("defaultRoleId", .null))
        resource.verbs = []
        resource.figures = { rows, work, _ throws(DomainError) in
            var figures: [Int64: [String: JSON]] = [:]
            let roles = rows.compactMap { row in row["defaultRoleId"].integer.map { Value.int($0) } }
            var first: [Int64: Int64] = [:]
            let order = [Query.Order.by("id", .descending)]
            for row in try work.find(Query("RolePermission", where: .oneOf("roleId", roles), order: order)) {
                first[row["roleId"].integer ?? 0] = row.id
            }
            for row in rows {
                figures[row.id] = ["policy_id": first[row["defaultRoleId"].integer ?? 0].map { .integer($0) } ?? .null]
            }
            return figures
        }
    }

    private static let notifications = Resource(
        "notifications", "Notifications", "Notification",
        [
            .field("type", .text, "type"), .constant("notifiable_type", .text, "User"),
            .field("notifiable_id", .integer, "userId"),
            Column(
                name: "data", shape: .text, access: .readOnly,
                show: { row, _ in
                    let text: JSON = ["title": .string(row.text("title")), "message": .string(row.text("message"))]
                    return .string(text.text)
                }),
            Column(
                name: "read_at", shape: .time, access: .writable,
                show: { row, _ in row.flag("isRead") ? Shape.time.shown(row["updatedAt"]) : .null },
                match: { wanted, _ in wanted.contains(.null) ? .equals("isRead", false) : .none },
                store: { value, entry, _ in entry.values["isRead"] = .bool(!value.isNull) }),
        ], author: Author.own("userId", updater: nil)
    ).with { resource in
        resource.isNestedOnly = true
        resource.verbs = [.update, .delete]
        resource.visible = { lens in .equals("userId", .int(lens.caller)) }
        resource.columns[0] = .field("id", .text, "uid")
        resource.update = { old, entry, work, _ throws(DomainError) in
            let isRead = entry.values["isRead"] ?? true
            try work.update("Notification", [Change(old.id, set: ["isRead": isRead])])
        }
    }

    private static let integration = Resource(
        "integration", "Integration", "Integration",
        [
            .field("name", .text, "name"), setting("default_url", "baseUrl"), setting("default_app_url", "appUrl"),
            .constant("is_project_default", .flag, false),
            flag("is_basic_authentication", "API_KEY"), flag("is_oauth2_authentication", "OAUTH2"),
            .constant("is_reported_by", .flag, false), .constant("base_integration_id", .integer, .null),
            .constant("settings", .object, .null), .constant("org", .text, .null), .constant("logo", .text, .null),
            .field("description", .text, "provider"), .constant("external_reference_id", .text, .null),
            .constant("username", .text, .null), .constant("scope", .text, .null),
            .constant("version_id", .integer, 1),
            Column(
                name: "project_id", shape: .reference, access: .readOnly, isHidden: true, show: { _, _ in .null },
                match: { wanted, _ in
                    .related("projectIntegrations", .some, Column.filter("projectId", .reference, wanted))
                }),
        ], author: Author.own("createdById")
    ).with { resource in
        // Connections are set up by administrators of the instance; their secrets never leave it.
        resource.verbs = [.delete]
    }

    private static func setting(_ name: String, _ member: String) -> Column {
        Column(
            name: name, shape: .text, access: .readOnly,
            show: { row, lens in
                guard lens.isAdministrator else { return .null }
                return Shape.parsed(row["settings"].string ?? "")[member] ?? .null
            })
    }

    private static func flag(_ name: String, _ kind: String) -> Column {
        Column(
            name: name, shape: .flag, access: .readOnly, show: { row, _ in .bool(row.text("authType") == kind) },
            match: { wanted, _ in
                var filter = Filter.none
                if wanted.contains(.value(true)) { filter = filter || .equals("authType", .text(kind)) }
                if wanted.contains(.value(false)) { filter = filter || .not(.equals("authType", .text(kind))) }
                return filter
            })
    }
}
