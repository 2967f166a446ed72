import Engine
import HTTPTypes
import Model
import Wire

/// People and what they may do: `/app/api/admin/users`; for administrators.
enum AdminUsers {
    static let routes: [Route] = [
        Endpoint.get("/admin/users", "admin.users", list),
        Route(.post, "/app/api/admin/users", "admin.users.create", access: .administrators, cost: .signIn) {
            call, engine async throws(DomainError) in
            try await create(call, engine)
        },
        Endpoint.change(.put, "/admin/users/{id}", "admin.users.update", update),
        Route(
            .post, "/app/api/admin/users/{id}/password", "admin.users.password", access: .administrators, cost: .signIn
        ) { call, engine async throws(DomainError) in
            try await newPassword(call, engine)
        },
    ]

    static func requireAdministrator(_ work: Reading) throws(DomainError) {
        guard work.caller.isAdministrator else { throw .forbidden("only administrators see this") }
    }

    static let list: Endpoint.Read = { ask, work throws(DomainError) in
        try requireAdministrator(work)
        var filter = Filter.equals("isDeleted", false)
        switch ask.text("state") ?? "all" {
        case "active": filter = filter && .equals("isActive", true)
        case "inactive": filter = filter && .equals("isActive", false)
        case "all": break
        default: throw .malformed("state must be active, inactive or all")
        }
        for word in (ask.text("search") ?? "").split(separator: " ") {
            let text = String(word)
            filter =
                filter
                && (.text("name", .contains, text, .insensitive) || .text("email", .contains, text, .insensitive))
        }
        let page = try ask.page(default: 100)
        let rows = try work.find(
            Query("User", where: filter, order: [.by("name"), .by("id")], page: page))
        let total = try work.count("User", where: filter)
        let roles = try roleRows(in: work)
        return try Answer(capacity: 256 * rows.count + 256) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                writer.put(.offset, page.offset)
                try writer.array("users", rows) { writer, row throws(DomainError) in try write(row, to: &writer) }
                try writer.array("roles", roles) { writer, row throws(DomainError) in
                    writer.put(id: row["id"], name: row["name"])
                }
            }
        }
    }

    static func roleRows(in work: Reading) throws(DomainError) -> [Row] {
        try work.find(
            Query("Role", where: .equals("isDeleted", false), fields: ["id", "name", "isDefault"], order: [.by("id")]))
    }

    private static func write(_ row: Row, to writer: inout JSONWriter) throws(DomainError) {
        try writer.object { writer throws(DomainError) in
            writer.put(.id, row.uid)
            writer.put(.name, row["name"])
            writer.put(.email, row["email"])
            writer.put(.access, row["access"])
            writer.put("roleId", row["roleId"])
            writer.put(.isActive, flag: row["isActive"])
            writer.put("isApi", flag: row["isApi"])
            writer.put("mustChangePassword", flag: row["mustChangePassword"])
            writer.put("twoFactorEnabled", flag: row["twoFactorEnabled"])
            writer.put("lastActiveAt", row["lastActiveAt"].isNull ? row["lastLoginAt"] : row["lastActiveAt"])
            writer.put(.createdAt, row["createdAt"])
        }
    }

    private static func user(_ word: String, in work: Reading) throws(DomainError) -> Row {
        try requireAdministrator(work)
        guard let key = RowKey(word), let row = try work.find("User", [key]).first else { throw .notFound("User") }
        return row
    }

    private static func show(_ id: Int64, password: String? = nil, status: Int, in work: Reading) throws(DomainError)
        -> Answer
    {
        let row = try work.row("User", .id(id))
        return try Answer(status: status) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.key(.user)
                try write(row, to: &writer)
                if let password { writer.put("password", password) }
            }
        }
    }

    private static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try Endpoint.guardToken(call, engine)
        let order = try await Endpoint.order(call)
        let (name, email) = (try order.title("name"), try order.title("email"))
        let access = try order.text("access") ?? "USER"
        let role = try order.integer("roleId")
        let password = String(engine.world.newToken().prefix(16))
        let id = try await engine.createUser(
            email: email, name: name, password: password, level: Caller.Level(word: access), as: call.caller)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            var values: [String: Value] = ["mustChangePassword": true]
            if let role { values["roleId"] = .int(role) }
            try work.update("User", [Change(id, set: values)])
            return try show(id, password: password, status: 201, in: work)
        }.reply
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try user(order.ask.parameter("id"), in: work)
        var values: [String: Value] = [:]
        if order.has("name") { values["name"] = .text(try order.title("name")) }
        if order.has("email") { values["email"] = .text(try order.title("email")) }
        if let access = try order.text("access") { values["access"] = .text(access) }
        if let role = try order.integer("roleId") { values["roleId"] = .int(role) }
        for name in ["isActive", "isApi"] {
            if let flag = try order.flag(name) { values[name] = .bool(flag) }
        }
        try work.update("User", [Change(row.id, set: values)])
        return try show(row.id, status: 200, in: work)
    }

    /// A password that works once, for somebody who has lost theirs.
    private static func newPassword(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try Endpoint.guardToken(call, engine)
        let word = call.parameter("id")
        let password = String(engine.world.newToken().prefix(16))
        let hash = try await engine.hashed(password: password)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try user(word, in: work)
            let change = Change(
                row.id,
                set: ["password": .text(hash), "passwordChangedAt": .int(work.time), "mustChangePassword": true])
            try work.update("User", [change])
            return try show(row.id, password: password, status: 201, in: work)
        }.reply
    }
}
