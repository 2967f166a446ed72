import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/users` (TestWorthy API, Users).
enum UserHandlers {
    /// This API's roles and the core's roles behind them; administrators have a level of their own.
    private static let roles: [(name: String, core: String)] = [
        ("Project Manager", "Manager"), ("QA", "Tester"), ("Developer", "Contributor"), ("Guest", "Viewer"),
    ]

    /// The roles of the core by id and by word.
    private struct Roles {
        private let names: [Int64: String]

        init(_ work: Reading) throws(DomainError) {
            var names: [Int64: String] = [:]
            let query = Query("Role", where: .equals("isDeleted", false), fields: ["id", "name"])
            for row in try work.find(query) { names[row.id] = row.text("name") }
            self.names = names
        }

        func shown(_ user: Row) -> String {
            if user.text("access") == Caller.Level.administrator.word { return "Admin" }
            let core = names[user["roleId"].integer ?? 0] ?? "user"
            return UserHandlers.roles.first { $0.core == core }?.name ?? core
        }

        /// The role behind a word; `nil` when there is none.
        func named(_ word: String) -> Int64? {
            let wanted = Words.folded(word)
            let core = UserHandlers.roles.first { Words.folded($0.name) == wanted }?.core ?? word
            let folded = Words.folded(core)
            return names.filter { Words.folded($0.value) == folded }.map(\.key).min()
        }

        /// Columns of a role that a body names.
        func columns(_ word: String) throws(DomainError) -> [String: Value] {
            if Words.folded(word) == "admin" {
                return ["access": .text(Caller.Level.administrator.word), "roleId": .int(named("admin") ?? 1)]
            }
            guard let id = named(word) else { throw .invalid("role", "there is no role \(word)") }
            return ["access": .text(Caller.Level.user.word), "roleId": .int(id)]
        }
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, sorting: Listing.common(status: "isActive"))
        let isActive = try call.queryFlag("isActive")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            var filter = Filter.equals("isDeleted", false)
            if let text = call.query["search"], !text.isEmpty {
                filter =
                    filter
                    && (.text("name", .contains, text, .insensitive) || .text("email", .contains, text, .insensitive))
            }
            if let isActive { filter = filter && .equals("isActive", .bool(isActive)) }
            if let word = call.query["role"], !word.isEmpty {
                let columns = try Roles(work).columns(word)
                let isAdmin = Filter.equals("access", .text(Caller.Level.administrator.word))
                let own = Filter.equals("roleId", columns["roleId"] ?? .null)
                filter = filter && (Words.folded(word) == "admin" ? isAdmin : own && .not(isAdmin))
            }
            let rows = try work.find(Query("User", where: filter, order: listing.order(), page: listing.window))
            return listing.reply(try rendered(rows, in: work), total: try work.count("User", where: filter))
        }
    }

    private static func rendered(_ rows: [Row], in work: Reading) throws(DomainError) -> [JSON] {
        let roles = try Roles(work)
        return rows.map { row in
            let name = PersonName(row.text("name"))
            let members: [(String, JSON)] = [
                ("id", .integer(row.id)), ("uuid", .string(row.uid)), ("email", .of(row["email"])),
                ("name", .of(row["name"])), ("firstName", .string(name.first)), ("lastName", .string(name.last)),
                ("role", .string(roles.shown(row))), ("isActive", .bool(row.flag("isActive"))),
                ("status", .string(status(row))), ("lastLoginAt", .time(row["lastLoginAt"])),
            ]
            return .members(members + row.times)
        }
    }

    private static func status(_ row: Row) -> String {
        if !row.flag("isActive") { return "Inactive" }
        return row["password"].isNull && row.text("authMethod") == "INTERNAL" ? "Invited" : "Active"
    }

    private static func one(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered([try work.row("User", key)], in: work)[0]
        }
    }

    private static func key(_ call: Call) throws(DomainError) -> RowKey {
        if call.parameter("userId") == "me", let user = call.caller.userId { return .id(user) }
        return try call.key("userId", "User")
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(try await one(try key(call), call, engine))
    }

    /// What a body says about a user.
    private struct Body: Sendable {
        let email: String?
        let name: String?
        let first: String?
        let last: String?
        let role: String?
        let password: String?
        let isActive: Bool?

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            let email = input.text("email")
            self.email = isNew || email.isGiven ? input.required("email", email) : nil
            let name = input.text("name")
            first = input.text("firstName").value
            last = input.text("lastName").value
            let needsName = name.isGiven || (isNew && first == nil && last == nil)
            self.name = needsName ? input.required("name", name) : nil
            if let name = self.name { input.checkLength("name", name, 1...255) }
            role = input.text("role").value
            let password = input.text("password").value
            self.password = password?.isEmpty == true ? nil : password
            isActive = input.bool("isActive").value
            try input.finish()
        }

        /// The name of the core; both parts may be written instead.
        func name(present: String) -> String? {
            if let name { return name }
            guard first != nil || last != nil else { return nil }
            let known = PersonName(present)
            let parts = [first ?? known.first, last ?? known.last].filter { !$0.isEmpty }
            return parts.joined(separator: " ")
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try requireAdministrator(call)
        let body = try Body(try await call.fields(), isNew: true)
        let hash = try await hashed(body.password, engine)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            var draft = Draft(try Roles(work).columns(body.role ?? "QA"))
            draft["email"] = .text(body.email)
            draft["name"] = .text(body.name(present: ""))
            draft["isActive"] = .bool(body.isActive ?? true)
            draft["isApi"] = true
            draft["createdById"] = .int(work.caller.userId)
            draft["invitedAt"] = .int(work.time)
            if let hash {
                draft["password"] = .text(hash)
                draft["passwordChangedAt"] = .int(work.time)
                draft["emailVerified"] = .int(work.time)
            }
            return try work.insert("User", [draft])[0]
        }
        return .created(try await one(.id(id), call, engine), at: "/v1/users/\(id)")
    }

    private static func requireAdministrator(_ call: Call) throws(DomainError) {
        guard call.caller.isAdministrator else { throw .forbidden("only administrators manage users") }
    }

    private static func hashed(_ password: String?, _ engine: Engine) async throws(DomainError) -> String? {
        guard let password else { return nil }
        return try await engine.hashed(password: password)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try requireAdministrator(call)
        let key = try key(call)
        let body = try Body(try await call.fields(), isNew: false)
        let hash = try await hashed(body.password, engine)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("User", key)
            var values: [String: Value] = [:]
            if let role = body.role { values = try Roles(work).columns(role) }
            if let email = body.email { values["email"] = .text(email) }
            if let name = body.name(present: row.text("name")) { values["name"] = .text(name) }
            if let isActive = body.isActive { values["isActive"] = .bool(isActive) }
            if let hash {
                values["password"] = .text(hash)
                values["passwordChangedAt"] = .int(work.time)
            }
            try work.update("User", [Change(row.id, set: values)])
            return row.id
        }
        return .json(try await one(.id(id), call, engine))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try requireAdministrator(call)
        let key = try key(call)
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("User", key)
            guard row.id != work.caller.userId else { throw .conflict("nobody deletes their own account") }
            try work.delete("User", ids: [row.id])
        }
        return .noContent
    }
}
