import Engine
import HTTPTypes
import Model
import Wire

/// `/users` (Testsigma API, Settings).
enum UserHandlers {
    /// Which roles may write.
    struct Roles: Sendable {
        private let writing: Set<Int64>

        init(_ work: Reading) throws(DomainError) {
            let query = Query("RolePermission", where: .equals("canAddEdit", true), fields: ["id", "roleId"])
            writing = Set(try work.find(query).compactMap { $0["roleId"].integer })
        }

        func word(_ user: Row) -> String {
            if user.text("access") == Caller.Level.administrator.word { return "Admin" }
            return user["roleId"].integer.map { writing.contains($0) } == true ? "Admin" : "Read Only"
        }
    }

    static func json(_ row: Row, _ roles: Roles) -> JSON {
        let name = PersonName(row.text("name"))
        let isInvited = row["password"].isNull && row.text("authMethod") == "INTERNAL"
        let status = row.flag("isActive") ? (isInvited ? "INVITED" : "ACTIVE") : "INACTIVE"
        return [
            "id": .string(row.uid), "email": .of(row["email"]), "first_name": .string(name.first),
            "last_name": .string(name.last), "status": .string(status), "identity_user_uuid": .string(row.uid),
            "role": .string(roles.word(row)), "created_at": .ms(row["createdAt"]), "updated_at": .ms(row["updatedAt"]),
        ]
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, Listing.Sorting(Listing.Sorting.times.merging(["email": "email"]) { $1 }))
        let invited = Filter.equals("password", .null) && .equals("authMethod", "INTERNAL")
        let active = Filter.equals("isActive", true)
        let filters = FieldFilters([
            "email": .text("email"), "first_name": .text("name"), "last_name": .text("name"),
            "status": .words([
                "ACTIVE": active && .not(invited), "INVITED": active && invited,
                "INACTIVE": .equals("isActive", false),
            ]),
        ])
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let filter = Filter.equals("isDeleted", false) && (try filters.filter(call, in: work))
            let page = try listing.page(Query("User", where: filter), in: work)
            let roles = try Roles(work)
            // The one list whose rows stand directly under `data`.
            return .json([
                "message": "", "data": .array(page.rows.map { json($0, roles) }), "page_info": page.info,
            ])
        }
    }

    static func me(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard let user = call.caller.userId else { throw .notFound("User") }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            Envelope.one("user", json(try work.row("User", .id(user)), try Roles(work)))
        }
    }
}
