import Engine
import HTTPTypes
import Model
import Wire

/// The audit log and everybody's tokens: `/app/api/admin/audit`, `/app/api/admin/tokens`.
enum AdminRecords {
    static let routes: [Route] = [
        Endpoint.get("/admin/audit", "admin.audit", audit),
        Endpoint.get("/admin/tokens", "admin.tokens", tokens),
        Endpoint.change(.delete, "/admin/tokens/{id}", "admin.tokens.revoke") { order, work throws(DomainError) in
            try AdminUsers.requireAdministrator(work)
            guard let key = RowKey(order.ask.parameter("id")), let row = try work.find("ApiToken", [key]).first else {
                throw .notFound("ApiToken")
            }
            try work.update("ApiToken", [Change(row.id, set: ["isActive": false])])
            return .nothing
        },
    ]

    static let audit: Endpoint.Read = { ask, work throws(DomainError) in
        try AdminUsers.requireAdministrator(work)
        var filter = Filter.all
        if let word = ask.text("project") { filter = filter && .equals("projectId", .int(try work.project(word).id)) }
        if let entity = ask.text("entity") { filter = filter && .equals("entityType", .text(entity)) }
        if let action = ask.text("action") { filter = filter && .equals("action", .text(action)) }
        if let person = ask.text("person") { filter = filter && .equals("userId", .text(person)) }
        if let from = try ask.integer("from") {
            filter = filter && .compare("timestamp", .greaterOrEqual, .int(from))
        }
        if let to = try ask.integer("to") { filter = filter && .compare("timestamp", .less, .int(to)) }
        for word in (ask.text("search") ?? "").split(separator: " ") {
            filter = filter && .text("entityName", .contains, String(word), .insensitive)
        }
        let page = try ask.page(default: 100)
        let rows = try work.find(
            Query(
                "AuditLog", where: filter,
                fields: [
                    "id", "timestamp", "userName", "userEmail", "action", "entityType", "entityId", "entityName",
                    "projectId", "changes", "address", "sequence", "tokenId",
                ],
                order: [.by("timestamp", .descending), .by("id", .descending)], page: page))
        let projects = try work.names("Project", rows.map { $0["projectId"].integer })
        return try Answer(capacity: 512 * rows.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.offset, page.offset)
                writer.put("more", rows.count == page.limit)
                try writer.array("entries", rows) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, row.id)
                        writer.put(.at, row["timestamp"])
                        writer.put("person", row["userName"].isNull ? row["userEmail"] : row["userName"])
                        writer.put("action", row["action"])
                        writer.put("entity", row["entityType"])
                        writer.put("entityId", row["entityId"])
                        writer.put(.title, row["entityName"])
                        writer.put(.project, row["projectId"].integer.flatMap { projects[$0] })
                        writer.put(.address, row["address"])
                        writer.put("byToken", !row["tokenId"].isNull)
                        writer.key("changes")
                        writer.raw(Array((row["changes"].string ?? "null").utf8))
                    }
                }
            }
        }
    }

    static let tokens: Endpoint.Read = { ask, work throws(DomainError) in
        try AdminUsers.requireAdministrator(work)
        let page = try ask.page(default: 200)
        let rows = try work.find(
            Query(
                "ApiToken", where: .all,
                fields: [
                    "id", "uid", "name", "tokenPrefix", "createdAt", "expiresAt", "lastUsedAt", "isActive", "userId",
                ],
                order: [.by("id", .descending)], page: page))
        let people = try work.names("User", rows.map { $0["userId"].integer })
        let total = try work.count("ApiToken")
        return try Answer(capacity: 256 * rows.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                try writer.array(.tokens, rows) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, row.uid)
                        writer.put(.name, row["name"])
                        writer.put(.prefix, row["tokenPrefix"])
                        writer.put("owner", row["userId"].integer.flatMap { people[$0] })
                        writer.put(.createdAt, row["createdAt"])
                        writer.put(.expiresAt, row["expiresAt"])
                        writer.put(.lastUsedAt, row["lastUsedAt"])
                        writer.put(.isActive, flag: row["isActive"])
                    }
                }
            }
        }
    }
}
