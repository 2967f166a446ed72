import Engine
import HTTPTypes
import Model
import Wire

/// Making an account for oneself, or as an administrator for somebody else.
enum SignUpHandlers {
    static func signUp(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let name = input.required("name", input.text("name"))
        let email = input.required("email", input.text("email"))
        let password = input.required("password", input.text("password"))
        let access = input.word("access", ["NONE", "USER", "PROJECTADMIN", "ADMIN"]).value
        let role = input.key("roleId").value
        try input.finish()
        guard let name, let email, let password else { throw .invalid(input.issues) }
        let request = SignUp(
            name: name, email: email, password: password, level: access.map { Caller.Level(word: $0) }, role: role)
        let id = try await engine.signUp(request, as: call.caller)
        return try await engine.read(as: .system) { work throws(DomainError) in
            let row = try work.row("User", .id(id), fields: ["id", "uid", "name", "email", "access", "createdAt"])
            return try Reply.json(status: .created) { writer throws(DomainError) in
                writer.beginObject()
                writer.key(.data)
                writer.beginObject()
                writer.key(.id)
                writer.value(row.uid)
                for name in ["name", "email", "access"] {
                    writer.key(name)
                    writer.value(row[name])
                }
                writer.key(.createdAt)
                writer.time(row["createdAt"])
                writer.endObject()
                writer.endObject()
            }
        }
    }
}
