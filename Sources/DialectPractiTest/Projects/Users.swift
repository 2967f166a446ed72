import Engine
import HTTPTypes
import Model
import Wire

/// People and what they have access to (PractiTest API, Users).
enum Users {
    private static func write(_ work: Reading, _ rows: [Row], to writer: inout JSONWriter) throws(DomainError) {
        let zones = try work.find(
            Query(
                "UserPreferences", where: .oneOf("userId", rows.map { .int($0.id) }), fields: ["userId", "timezone"]))
        var zoneOf: [Int64: String] = [:]
        for zone in zones { zoneOf[zone["userId"].integer ?? 0] = zone["timezone"].string }
        for row in rows {
            let settings = StoredJSON.object(row["settings"])
            writer.beginResource(row.id, "users")
            writer.member("first-name", settings["firstName"]?.string)
            writer.member("last-name", settings["lastName"]?.string)
            writer.member("display-name", row.text("name"))
            writer.member("email", row.text("email"))
            writer.member("time-zone", zoneOf[row.id])
            writer.member("created-at", zulu: row["createdAt"])
            writer.endObject()
            writer.endObject()
        }
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            var filter = try work.knownUsers(onlyMembers: request.parameters.isTrue("active"))
            if let email = request.parameters["email"] {
                filter = filter && .text("email", .equals, email, .insensitive)
            }
            let page = Page(request.parameters)
            let found = try work.page(
                "User", where: filter, order: [.by("id")], limit: page.size, offset: page.offset)
            var writer = JSONWriter(capacity: 4096)
            try write(work, try work.rows("User", ids: found.ids), to: &writer)
            return .list(writer.bytes, PageFrame(request: request, page: page, total: found.total))
        }
    }

    /// A user whom the caller may see; others are not found.
    private static func row(_ request: Request, _ work: Reading) throws(DomainError) -> Row {
        let id = try request.id("id", "User")
        let filter = try work.knownUsers(onlyMembers: false) && .equals("id", .int(id))
        guard let row = try work.first(Query("User", where: filter)) else { throw Refusal.missing("User", id) }
        return row
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try resource(try row(request, work), work)
        }
    }

    private static func resource(_ row: Row, _ work: Reading) throws(DomainError) -> Reply {
        var writer = JSONWriter(capacity: 512)
        try write(work, [row], to: &writer)
        return .resource(writer.bytes)
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        guard call.caller.isAdministrator else { throw .forbidden("only administrators make users") }
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            var element = try request.element()
            let first = element.text("first-name", limit: 255).value
            let last = element.text("last-name", limit: 255).value
            let full = [first, last].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
            var name = element.text("display-name", limit: 255).value ?? ""
            if name.allSatisfy(\.isWhitespace) { name = full }
            let email = element.text("email", limit: 255).value ?? ""
            if email.isEmpty {
                element.miss("email")
            } else if !EmailText.isValid(email) {
                element.fail("email", "it is no e-mail address")
            } else if try work.count("User", where: .text("email", .equals, email, .insensitive)) > 0 {
                element.fail("email", "a user has it already")
            }
            try element.finish()
            let role = try work.first(
                Query("Role", where: .equals("isDefault", true) && .equals("isDeleted", false), fields: ["id"]))
            let settings: JSON = [
                "firstName": first.map { .string($0) } ?? .null, "lastName": last.map { .string($0) } ?? .null,
            ]
            let draft = Draft([
                "email": .text(email), "name": .text(name.isEmpty ? email : name), "access": "USER", "isApi": true,
                "roleId": .int(role?.id ?? 1), "settings": .text(settings.text), "invitedAt": .int(work.now),
                "createdById": .int(call.caller.userId),
            ])
            let ids = try work.insert("User", [draft])
            return try resource(try work.row("User", .id(ids[0])), work)
        }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try row(request, work)
            guard row.id == call.caller.userId || call.caller.isAdministrator else {
                throw .forbidden("only administrators change others")
            }
            var element = try request.element()
            var values: [String: Value] = [:]
            if let name = element.name(["display-name"], isNew: false).value { values["name"] = .text(name) }
            var settings = StoredJSON.object(row["settings"]).object ?? JSONObject()
            for (member, key) in [("first-name", "firstName"), ("last-name", "lastName")] {
                let given = element.text(member, limit: 255)
                if given.isGiven { settings[key] = given.value.map { .string($0) } ?? .null }
            }
            try element.finish()
            try work.update("User", [Change(row.id, set: values)])
            try work.setOwnNames(row.id, settings)
            return try resource(try work.row("User", .id(row.id)), work)
        }
    }

    // MARK: Access

    static func projects(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let id = try target(request, work)
            return try projects(of: id, request, work)
        }
    }

    /// The user of the path; who is no administrator asks about nobody else.
    private static func target(_ request: Request, _ work: Reading) throws(DomainError) -> Int64 {
        let id = try request.id("id", "User")
        guard id == work.caller.userId || work.caller.isAdministrator else {
            throw .forbidden("only administrators see the projects of others")
        }
        return try row(request, work).id
    }

    private static func projects(
        of user: Int64, _ request: Request, _ work: Reading
    ) throws(DomainError) -> Reply {
        let all = try work.projects(of: user)
        let page = Page(request.parameters)
        let shown = all.dropFirst(page.offset).prefix(page.size)
        var groups: [Int64: [(id: Int64, name: String)]] = [:]
        for entry in shown { groups[entry.project] = entry.groups }
        var writer = JSONWriter(capacity: 2048)
        for row in try work.rows("Project", ids: shown.map(\.project)) {
            Projects.write(row, groups: groups[row.id] ?? [], to: &writer)
        }
        return .list(
            writer.bytes, PageFrame(request: request, page: page, total: all.count, showsAll: true))
    }

    static func setProjects(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        guard call.caller.isAdministrator else { throw .forbidden("only administrators give access") }
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let user = try row(request, work).id
            let element = try request.element()
            let given = element.beside.member("projects") ?? element.member("projects")
            guard let projects = given?.array else { throw .invalid("/data/projects", "projects is missing") }
            var wanted: [Int64: Set<Int64>] = [:]
            var issues: [Issue] = []
            for (index, project) in projects.enumerated() {
                let place = "/data/projects/\(index)"
                guard let id = Names.id(project["id"]), !(try work.find("Project", [.id(id)], fields: ["id"])).isEmpty
                else {
                    issues.append(Issue(field: "\(place)/id", message: "id is invalid: there is no such project"))
                    continue
                }
                let known = Set(try work.groups(of: id).map(\.groupId))
                let groups = project["groups"]?.array ?? []
                if groups.isEmpty { issues.append(Issue(field: "\(place)/groups", message: "groups is missing")) }
                for (position, group) in groups.enumerated() {
                    guard let group = Names.id(group["id"] ?? group), known.contains(group) else {
                        issues.append(
                            Issue(
                                field: "\(place)/groups/\(position)",
                                message: "groups is invalid: there is no such group in the project"))
                        continue
                    }
                    wanted[id, default: []].insert(group)
                }
            }
            if !issues.isEmpty { throw .invalid(issues) }
            try work.setGroups(of: user, wanted)
            return try Users.projects(of: user, request, work)
        }
    }

    static func revokeProjects(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        guard call.caller.isAdministrator else { throw .forbidden("only administrators revoke access") }
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let user = try row(request, work).id
            try work.setGroups(of: user, [:])
            return try projects(of: user, request, work)
        }
    }
}
