public import Model
import Statements

/// Users and their passwords.
extension Engine {
    /// The hash of a new password; `.invalid` when it is too short, too long or too common.
    public func hashed(password: String) async throws(DomainError) -> String {
        guard PasswordWork.length.contains(password.unicodeScalars.count) else {
            throw .invalid(
                "password",
                "the password must have \(PasswordWork.length.lowerBound) to \(PasswordWork.length.upperBound) characters"
            )
        }
        guard !CommonPasswords.contains(password) else { throw .invalid("password", "the password is too common") }
        return try await passwords.hash(password, salt: world.random(16))
    }

    /// Makes a user with a password.
    public func createUser(
        email: String, name: String, password: String, level: Caller.Level, isApi: Bool = true, as caller: Caller
    ) async throws(DomainError) -> Int64 {
        let hash = try await hashed(password: password)
        return try await write(as: caller) { work throws(DomainError) in
            let role = try work.rows("SELECT id FROM role WHERE is_default AND NOT is_deleted ORDER BY id LIMIT 1")
                .first?[0]
            let draft = Draft([
                "email": .text(email), "name": .text(name), "password": .text(hash), "access": .text(level.word),
                "isApi": .bool(isApi), "roleId": role ?? 1, "emailVerified": .int(work.time),
                "passwordChangedAt": .int(work.time),
            ])
            return try work.insert("User", [draft])[0]
        }
    }

    /// The caller for a user of this e-mail address, for the command line.
    public func caller(email: String) async throws(DomainError) -> Caller {
        let row = try await read(as: .system) { work throws(DomainError) in
            try work.first(
                Query("User", where: .equals("email", .text(email.lowercased())) && .equals("isDeleted", false)))
        }
        guard let row else { throw .notFound("User") }
        return Engine.caller(row, address: nil)
    }

    static func caller(_ user: Row, address: String?) -> Caller {
        Caller(
            userId: user.id, uid: user.uid, name: user.text("name"), email: user.text("email"),
            level: Caller.Level(word: user.text("access")), roleId: user["roleId"].integer, address: address)
    }

    /// Changes the caller's own password after the present one was given; ends all other browser sessions.
    public func changePassword(
        of caller: Caller, from present: String, to new: String, keeping session: Int64?
    ) async throws(DomainError) {
        guard let user = caller.userId else { throw .forbidden() }
        let stored = try await read(as: .system) { work throws(DomainError) in
            try work.row("User", .id(user), fields: ["id", "password"]).text("password")
        }
        guard try await passwords.matches(present, stored) else {
            throw .invalid("currentPassword", "the present password is wrong")
        }
        let hash = try await hashed(password: new)
        try await write(as: caller) { work throws(DomainError) in
            let change = Change(
                user, set: ["password": .text(hash), "passwordChangedAt": .int(work.time), "mustChangePassword": false])
            work.keptSession = session
            try work.update("User", [change])
        }
    }
}

/// Users: addresses in lower case and unique, only administrators give rights, hidden fields stay hidden.
struct UserRules: RowRules {
    /// What users change of themselves; everything else is the administrators'.
    static let ownFields: Set<String> = [
        "name", "image", "password", "passwordChangedAt", "mustChangePassword", "color", "lastSeenVersion",
    ]

    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        for index in drafts.indices {
            if let email = drafts[index]["email"]?.string { drafts[index]["email"] = .text(email.lowercased()) }
        }
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for index in changes.indices {
            if let email = changes[index].values["email"]?.plain?.string {
                changes[index].values["email"] = .set(.text(email.lowercased()))
            }
        }
        let losing = changes.filter { change in
            change.values["access"]?.plain.map { $0 != "ADMIN" } ?? false
                || change.values["isActive"]?.plain?.boolean == false
                || change.values["isDeleted"]?.plain?.boolean == true
        }
        try keepAnAdministrator(losing.map(\.id), old, work)
    }

    func beforeDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        try keepAnAdministrator(Array(old.keys), old, work)
    }

    /// At least one active administrator stays when these users are none any more.
    private func keepAnAdministrator(
        _ losing: [Int64], _ old: [Int64: Row], _ work: Writing
    ) throws(DomainError) {
        guard losing.contains(where: { old[$0]?.text("access") == "ADMIN" }) else { return }
        try work.lock("administrators")
        let others = try work.value(
            """
            SELECT COUNT(*) FROM "user" WHERE access = 'ADMIN' AND is_active AND NOT is_deleted
            AND id NOT IN (\(SQLText.list(losing.map { Value.int($0) })))
            """)
        if others?.integer == 0 { throw .conflict("this is the last administrator") }
    }

    func allowsUpdate(_ old: [Int64: Row], _ changes: [Change], _ caller: Caller) -> Bool {
        changes.allSatisfy { change in
            change.id == caller.userId && change.values.keys.allSatisfy { UserRules.ownFields.contains($0) }
        }
    }

    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError) {
        for change in changes {
            let isShutOut =
                change.values["isActive"]?.plain?.boolean == false || change.values["isDeleted"]?.plain?.boolean == true
            let losesRights = change.values["access"] != nil || change.values["roleId"] != nil
            if isShutOut || losesRights {
                try work.endSessions(of: change.id, except: nil)
            } else if change.values["password"] != nil {
                try work.endSessions(of: change.id, except: work.keptSession)
            }
        }
    }

    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        for id in old.keys { try work.endSessions(of: id, except: nil) }
    }
}
