import Engine
import HTTPTypes
import Model
import Wire

/// Tokens, the caller's own identity and what users may do.
enum TokenHandlers {
    /// Tokens without a word about their end live one year (milliseconds).
    private static let lifetime: Int64 = 365 * Timestamp.millisecondsPerDay

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let name = input.required("name", input.text("name"))
        let expiresAt = input.time("expiresAt")
        let scopes = input.texts("scopes").value ?? []
        try input.finish()
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let user = work.caller.userId, let name else { throw .forbidden() }
            let end: Int64? = expiresAt.isGiven ? expiresAt.value : work.time + lifetime
            let made = try work.createToken(user: user, name: name, expiresAt: end, scopes: scopes)
            let row = try work.row("ApiToken", .id(made.id))
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                writer.key(.id)
                writer.value(row.uid)
                writer.key(.name)
                writer.value(row["name"])
                writer.key("tokenPrefix")
                writer.value(row["tokenPrefix"])
                writer.key(.createdAt)
                writer.time(row["createdAt"])
                writer.key("expiresAt")
                writer.time(row["expiresAt"])
                writer.key("isActive")
                writer.value(row.flag("isActive"))
                writer.key("scopes")
                writer.value(JSON.array(scopes.map { .string($0) }))
                writer.key("token")
                writer.value(made.token)
                writer.endObject()
            }
        }
    }

    static func whoami(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let caller = call.caller
        return .json([
            "id": .string(caller.uid), "name": .string(caller.name), "email": .string(caller.email),
            "access": .string(caller.level.word), "scopes": .array(caller.scopes.map { .string($0) }),
            "readOnly": .bool(caller.isReadOnly), "isAgent": false,
        ])
    }

    /// Somebody's rights in a project: one's own, or anybody's for those who manage it.
    static func permissions(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let user = input.required("userId", input.key("userId"))
        let project = input.required("projectId", input.key("projectId"))
        let word = input.text("area").value
        let isBrief = input.bool("checkAccessOnly").value ?? false
        let area = word.flatMap { Area(rawValue: $0) }
        if word != nil, area == nil {
            input.fail("area", "must be one of \(Area.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        try input.finish()
        guard let user, let project else { throw .invalid(input.issues) }
        let access = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.access(of: user, in: project)
        }
        var body = JSONObject()
        body["hasAccess"] = .bool(access.rights != nil)
        if !isBrief {
            body["effectiveRole"] = access.role.map { .string($0) } ?? .null
            body["accessType"] = .string(access.type)
            if let area {
                body["permissions"] = triple(access.rights, area)
            } else {
                body["permissions"] = .members(Area.allCases.map { ($0.rawValue, triple(access.rights, $0)) })
            }
        }
        return .json(.object(body))
    }

    private static func triple(_ rights: Rights?, _ area: Area) -> JSON {
        [
            "canAddEdit": .bool(rights?.allows(.addEdit, in: area) ?? false),
            "canDelete": .bool(rights?.allows(.delete, in: area) ?? false),
            "canClose": .bool(rights?.allows(.close, in: area) ?? false),
        ]
    }
}
