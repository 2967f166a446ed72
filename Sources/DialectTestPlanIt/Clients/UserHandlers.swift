import Engine
import HTTPTypes
import Model
import Wire

/// `/api/users/{id}` and the change of one's own password.
enum UserHandlers {
    /// What everybody sees of everybody.
    private static let open = ["name", "email", "image", "access", "isActive"]
    /// What only the user and administrators see.
    private static let closed = ["isApi", "authMethod", "twoFactorEnabled", "mustChangePassword"]

    private static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Reply {
        let row = try work.row("User", key)
        let isOwn = row.id == work.caller.userId || work.caller.isAdministrator
        let tag = EntityTag(row)
        var reply = try Reply.json { writer throws(DomainError) in
            writer.beginObject()
            writer.key(.data)
            writer.beginObject()
            writer.key(.id)
            writer.value(row.uid)
            for name in open {
                writer.key(name)
                if name == "isActive" { writer.value(row.flag(name)) } else { writer.value(row[name]) }
            }
            if isOwn {
                for name in closed {
                    writer.key(name)
                    if name == "authMethod" { writer.value(row[name]) } else { writer.value(row.flag(name)) }
                }
                for name in ["emailVerified", "lastLoginAt", "createdAt", "updatedAt"] {
                    writer.key(name)
                    writer.time(row[name])
                }
                writer.key("roleId")
                writer.value(row["roleId"])
                writer.key("preferences")
                writer.value(try work.preferences(of: row.id))
            }
            writer.endObject()
            writer.endObject()
        }
        reply.headers[.eTag] = tag.text
        return reply
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "User")
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(key, in: work) }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "User")
        var input = Input(try await call.object())
        var values: [String: Value] = [:]
        let name = input.text("name")
        if name.isGiven, let name = input.required("name", name) { values["name"] = .text(name) }
        let email = input.text("email")
        if email.isGiven, let email = input.required("email", email) { values["email"] = .text(email) }
        values.set("image", input.text("image"))
        if let access = input.word("access", ["NONE", "USER", "PROJECTADMIN", "ADMIN"]).value {
            values["access"] = .text(access)
        }
        for flag in ["isActive", "isApi", "isDeleted"] {
            if let value = input.bool(flag).value { values[flag] = .bool(value) }
        }
        let role = input.key("roleId")
        try input.finish()
        let given = values
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("User", key)
            try EntityTag(row).check(call)
            var values = given
            if case .value(let role) = role { values["roleId"] = .int(try work.named("Role", role, by: "roleId").id) }
            // What stays as it is needs no right to change it.
            for (name, value) in values {
                let isFlag = value.boolean != nil && row[name].boolean == value.boolean
                if row[name] == value || isFlag { values[name] = nil }
            }
            if values.isEmpty, row.id == work.caller.userId || work.caller.isAdministrator { return }
            try work.update("User", [Change(row.id, set: values)])
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            if given["isDeleted"]?.boolean == true { return .success }
            return try rendered(key, in: work)
        }
    }

    static func changePassword(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "User")
        var input = Input(try await call.object())
        let present = input.required("currentPassword", input.text("currentPassword"))
        let new = input.required("newPassword", input.text("newPassword"))
        try input.finish()
        guard key == .uid(call.caller.uid) || key == call.caller.userId.map({ .id($0) }) else {
            throw .forbidden("only one's own password is changed here")
        }
        do throws(DomainError) {
            try await engine.changePassword(
                of: call.caller, from: present ?? "", to: new ?? "", keeping: call.browserSession?.id)
        } catch {
            guard error.issues.first?.field == "password" else { throw error }
            throw .invalid("newPassword", error.message)
        }
        return .success
    }
}
