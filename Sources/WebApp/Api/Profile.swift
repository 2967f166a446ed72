import Engine
import HTTPTypes
import Model
import Wire

/// `/app/api/profile`
enum Profile {
    static let routes: [Route] = [
        Endpoint.get("/profile", "profile.get", get),
        Endpoint.change(
            .put, "/profile", "profile.update",
            current: { ask, work throws(DomainError) in
                try show(ask, lists: false, in: work)
            }, update),
        Route(.post, "/app/api/profile/password", "profile.password", cost: .signIn) {
            call, engine async throws(DomainError) in
            try await changePassword(call, engine)
        },
        Endpoint.change(.post, "/profile/tokens", "profile.tokens.create", createToken),
        Endpoint.change(.delete, "/profile/tokens/{id}", "profile.tokens.delete") { order, work throws(DomainError) in
            let token = try own("ApiToken", order.ask, in: work)
            try work.update("ApiToken", [Change(token.id, set: ["isActive": false])])
            return .nothing
        },
        Endpoint.change(.delete, "/profile/sessions/{id}", "profile.sessions.end") { order, work throws(DomainError) in
            guard let key = RowKey(order.ask.parameter("id")), case .uid(let uid) = key else {
                throw .notFound("BrowserSession")
            }
            guard try work.endOwnSession(uid) else { throw .notFound("BrowserSession") }
            return .nothing
        },
        Endpoint.change(.delete, "/profile/sessions", "profile.sessions.endAll") { order, work throws(DomainError) in
            guard let user = work.caller.userId else { throw .forbidden() }
            let others = try work.ownSessions().filter { $0.id != order.ask.session }.count
            try work.endSessions(of: user, except: order.ask.session)
            return try Answer { writer throws(DomainError) in
                try writer.object { writer throws(DomainError) in writer.put(.ended, others) }
            }
        },
    ]

    struct Preferences {
        var look = Look()
        var singleKeys = true
        var locale = "en"

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.put(.theme, look.theme)
            writer.put(.density, look.density)
            writer.put(.singleKeys, singleKeys)
            writer.put(.locale, locale)
            writer.endObject()
        }
    }

    private static func row(in work: Reading) throws(DomainError) -> Row? {
        guard let user = work.caller.userId else { return nil }
        return try work.first(
            Query("UserPreferences", where: .equals("userId", .int(user)), fields: ["id", "theme", "settings"]))
    }

    private static func settings(_ row: Row?) -> JSONObject {
        guard let text = row?["settings"].string else { return JSONObject() }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text).object ?? JSONObject()
        } catch {
            return JSONObject()
        }
    }

    static func preferences(in work: Reading) throws(DomainError) -> Preferences {
        let own = settings(try row(in: work))["web"]
        var preferences = Preferences()
        if let theme = own?["theme"]?.string, Look.themes.contains(theme) { preferences.look.theme = theme }
        if let density = own?["density"]?.string, Look.densities.contains(density) {
            preferences.look.density = density
        }
        if let flag = own?["singleKeys"]?.bool { preferences.singleKeys = flag }
        if let locale = own?["locale"]?.string { preferences.locale = locale }
        return preferences
    }

    static let get: Endpoint.Read = { ask, work throws(DomainError) in try show(ask, lists: true, in: work) }

    private static func show(_ ask: Ask, lists: Bool, in work: Reading) throws(DomainError) -> Answer {
        guard let id = work.caller.userId else { throw .forbidden() }
        let user = try work.row("User", .id(id))
        let preferences = try preferences(in: work)
        return try Answer(capacity: 2048, version: user["epoch"].integer) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.object(.user) { writer throws(DomainError) in
                    writer.put(.id, user.uid)
                    writer.put(.name, user["name"])
                    writer.put(.email, user["email"])
                    writer.put(.access, user["access"])
                    writer.put(.epoch, user["epoch"])
                }
                writer.key(.preferences)
                preferences.write(to: &writer)
                if lists { try writeLists(ask, id, to: &writer, in: work) }
            }
        }
    }

    private static func writeLists(
        _ ask: Ask, _ user: Int64, to writer: inout JSONWriter, in work: Reading
    ) throws(DomainError) {
        let fields = ["id", "uid", "name", "tokenPrefix", "createdAt", "expiresAt", "lastUsedAt", "isActive"]
        let tokens = try work.find(
            Query("ApiToken", where: .equals("userId", .int(user)), fields: fields, order: [.by("id", .descending)]))
        try writer.array(.tokens, tokens) { writer, row throws(DomainError) in try writeToken(row, to: &writer) }
        try writer.array(.sessions, try work.ownSessions()) { writer, session throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.id, session.uid)
                writer.put(.current, session.id == ask.session)
                writer.put(.createdAt, session.createdAt)
                writer.put(.lastSeenAt, session.lastSeenAt)
                writer.put(.address, session.address)
                writer.put(.agent, session.agent)
            }
        }
    }

    private static func writeToken(_ row: Row, to writer: inout JSONWriter) throws(DomainError) {
        try writer.object { writer throws(DomainError) in
            writer.put(.id, row.uid)
            writer.put(.name, row["name"])
            writer.put(.prefix, row["tokenPrefix"])
            writer.put(.createdAt, row["createdAt"])
            writer.put(.expiresAt, row["expiresAt"])
            writer.put(.lastUsedAt, row["lastUsedAt"])
            writer.put(.isActive, flag: row["isActive"])
        }
    }

    private static func own(_ entity: String, _ ask: Ask, in work: Reading) throws(DomainError) -> Row {
        guard let key = RowKey(ask.parameter("id")), let row = try work.find(entity, [key]).first,
            row["userId"].integer == work.caller.userId
        else { throw .notFound(entity) }
        return row
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        guard let id = work.caller.userId else { throw .forbidden() }
        let user = try work.row("User", .id(id))
        if order.has("name") {
            try order.check(version: user["epoch"].integer ?? 0)
            try work.update("User", [Change(id, set: ["name": .text(try order.title("name"))])])
        }
        var own = try preferenceChanges(order)
        guard !own.isEmpty else { return .nothing }
        let row = try row(in: work)
        var settings = settings(row)
        for member in settings["web"]?.object?.members ?? [] where own[member.name] == nil {
            own[member.name] = member.value
        }
        settings["web"] = .object(own)
        let text = Value.text(JSON.object(settings).text)
        if let row {
            try work.update("UserPreferences", [Change(row.id, set: ["settings": text])])
        } else {
            try work.insert("UserPreferences", [Draft(["userId": .int(id), "settings": text])])
        }
        return .nothing
    }

    private static func preferenceChanges(_ order: Order) throws(DomainError) -> JSONObject {
        var own = JSONObject()
        for (name, known) in [("theme", Look.themes), ("density", Look.densities), ("locale", ["en"])] {
            guard let word = try order.text(name) else { continue }
            guard known.contains(word) else { throw .invalid(name, "must be one of \(known.joined(separator: ", "))") }
            own[name] = .string(word)
        }
        if let flag = try order.flag("singleKeys") { own["singleKeys"] = .bool(flag) }
        return own
    }

    private static let createToken: Endpoint.Write = { order, work throws(DomainError) in
        guard let user = work.caller.userId else { throw .forbidden() }
        let made = try work.createToken(
            user: user, name: try order.title("name"), expiresAt: try order.integer("expiresAt"))
        let row = try work.row("ApiToken", .id(made.id))
        return try Answer(status: 201) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.token, made.token)
                writer.key(.row)
                try writeToken(row, to: &writer)
            }
        }
    }

    private static func changePassword(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try Endpoint.guardToken(call, engine)
        let order = try await Endpoint.order(call)
        guard let present = try order.text("current"), let next = try order.text("next") else {
            throw .invalid("next", "both passwords are needed")
        }
        do throws(DomainError) {
            try await engine.changePassword(of: call.caller, from: present, to: next, keeping: call.browserSession?.id)
        } catch {
            var error = error
            for index in error.issues.indices {
                switch error.issues[index].field {
                case "currentPassword": error.issues[index].field = "current"
                case "password", "newPassword": error.issues[index].field = "next"
                default: continue
                }
            }
            throw error
        }
        return Answer.nothing.reply
    }
}
