import Engine
import HTTPTypes
import Model
import Wire

/// Roles and what each allows in which area: `/app/api/admin/roles`.
enum AdminRoles {
    static let routes: [Route] = [
        Endpoint.get("/admin/roles", "admin.roles", list),
        Endpoint.change(.post, "/admin/roles", "admin.roles.create", create),
        Endpoint.change(.put, "/admin/roles/{id}", "admin.roles.update", update),
        Endpoint.change(.delete, "/admin/roles/{id}", "admin.roles.delete") { order, work throws(DomainError) in
            try AdminUsers.requireAdministrator(work)
            let row = try work.row("Role", .id(try order.ask.id()))
            guard !row.flag("isDefault") else { throw .conflict("new people get this role; make another the default") }
            guard try work.count("User", where: .equals("roleId", .int(row.id)) && .equals("isDeleted", false)) == 0
            else {
                throw .conflict("people have this role")
            }
            try work.delete("Role", ids: [row.id])
            return try show(in: work)
        },
    ]

    static let list: Endpoint.Read = { _, work throws(DomainError) in try show(in: work) }

    private static func show(status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        try AdminUsers.requireAdministrator(work)
        let roles = try work.find(Query("Role", where: .equals("isDeleted", false), order: [.by("id")]))
        let permissions = try work.find(
            Query("RolePermission", where: .oneOf("roleId", roles.map { .int($0.id) }), order: [.by("area")]))
        let users = try work.find(
            Query("User", where: .equals("isDeleted", false), fields: ["id", "roleId"], page: .init(limit: 100_000)))
        var count: [Int64: Int] = [:]
        for user in users { count[user["roleId"].integer ?? 0, default: 0] += 1 }
        let areas = Area.allCases.map(\.rawValue)
        return try Answer(capacity: 4096, status: status) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array("areas", areas) { writer, area throws(DomainError) in writer.value(area) }
                try writer.array("roles", roles) { writer, role throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, role.id)
                        writer.put(.name, role["name"])
                        writer.put(.description, role["description"])
                        writer.put("isDefault", flag: role["isDefault"])
                        writer.put("users", count[role.id] ?? 0)
                        // [area, may add and edit, may delete, may close]
                        try writer.array("permissions", permissions.filter { $0["roleId"].integer == role.id }) {
                            writer, row throws(DomainError) in
                            writer.beginArray()
                            writer.value(row["area"])
                            for field in ["canAddEdit", "canDelete", "canClose"] { writer.value(row.flag(field)) }
                            writer.endArray()
                        }
                    }
                }
            }
        }
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        try AdminUsers.requireAdministrator(work)
        let id = try work.insert("Role", [Draft(["name": .text(try order.title("name"))])])[0]
        try write(order, role: id, in: work)
        return try show(status: 201, in: work)
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        try AdminUsers.requireAdministrator(work)
        let row = try work.row("Role", .id(try order.ask.id()))
        if order.has("name") {
            try work.update("Role", [Change(row.id, set: ["name": .text(try order.title("name"))])])
        }
        if try order.flag("isDefault") == true {
            let others = try work.find(
                Query("Role", where: .equals("isDefault", true) && .not(.equals("id", .int(row.id))), fields: ["id"]))
            try work.update(
                "Role",
                others.map { Change($0.id, set: ["isDefault": false]) } + [Change(row.id, set: ["isDefault": true])])
        }
        try write(order, role: row.id, in: work)
        return try show(in: work)
    }

    private static func write(_ order: Order, role: Int64, in work: Writing) throws(DomainError) {
        guard let wanted = try order.array("permissions") else { return }
        let known = try work.find(Query("RolePermission", where: .equals("roleId", .int(role))))
        var drafts: [Draft] = []
        var changes: [Change] = []
        for entry in wanted {
            guard let parts = entry.array, parts.count == 4, let word = parts[0].string, Area(rawValue: word) != nil
            else { throw .invalid("permissions", "an area and three flags are needed") }
            let values: [String: Value] = [
                "canAddEdit": .bool(parts[1].bool == true), "canDelete": .bool(parts[2].bool == true),
                "canClose": .bool(parts[3].bool == true),
            ]
            if let row = known.first(where: { $0.text("area") == word }) {
                changes.append(Change(row.id, set: values))
            } else {
                drafts.append(Draft(values.merging(["roleId": .int(role), "area": .text(word)]) { $1 }))
            }
        }
        try work.update("RolePermission", changes)
        try work.insert("RolePermission", drafts)
    }
}
