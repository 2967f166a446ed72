public import Model
import Statements

/// The administrator of the first start.
extension Engine {
    public struct FirstAdministrator: Sendable {
        public let email: String
        /// Works until somebody signs in with it; must be changed then.
        public let password: String
        public let userId: Int64
        /// True for the start that made the user.
        public let isNew: Bool
    }

    private static let passwordNote = "first password"

    /// Makes an administrator when there is no user at all.
    ///
    /// Until the first sign-in the same password is returned again, so that a server which dies before it could show
    /// it locks nobody out. It is kept sealed with the key file and forgotten at the first start after the sign-in.
    public func createFirstAdministrator() async throws(DomainError) -> FirstAdministrator? {
        let fresh = String(world.newToken().prefix(20))
        let isEmpty = try await read(as: .system) { work throws(DomainError) in try work.count("User") == 0 }
        let hash = isEmpty ? try await hashed(password: fresh) : nil
        let sealed = try sealed(fresh)
        return try await write(as: .system) { work throws(DomainError) in
            try work.lock(Engine.passwordNote)
            if let hash, try work.count("User") == 0 {
                let id = try work.insertAdministrator(password: hash)
                try work.setNote(Engine.passwordNote, "\(id) \(sealed)")
                return FirstAdministrator(
                    email: Writing.administrator, password: fresh, userId: id, isNew: true)
            }
            return try work.waitingAdministrator(Engine.passwordNote)
        }
    }
}

extension Writing {
    fileprivate static let administrator = "admin@example.com"

    fileprivate func insertAdministrator(password: String) throws(DomainError) -> Int64 {
        let role = try rows("SELECT id FROM role WHERE is_default AND NOT is_deleted ORDER BY id LIMIT 1").first?[0]
        let draft = Draft([
            "email": .text(Writing.administrator), "name": "Administrator", "password": .text(password),
            "access": .text(Caller.Level.administrator.word), "isApi": true, "roleId": role ?? 1,
            "emailVerified": .int(time), "passwordChangedAt": .int(time), "mustChangePassword": true,
        ])
        return try insert("User", [draft])[0]
    }

    /// The administrator who has not signed in yet, with the password of the first start.
    fileprivate func waitingAdministrator(_ note: String) throws(DomainError) -> Engine.FirstAdministrator? {
        guard let kept = try self.note(note) else { return nil }
        let parts = kept.split(separator: " ")
        if parts.count == 2, let id = Int64(parts[0]), let password = engine.opened(String(parts[1])) {
            let waiting =
                Filter.equals("id", .int(id)) && .equals("lastLoginAt", .null) && .equals("mustChangePassword", true)
                && .equals("isActive", true) && .equals("isDeleted", false)
            if let row = try first(Query("User", where: waiting)) {
                return Engine.FirstAdministrator(
                    email: row.text("email"), password: password, userId: id, isNew: false)
            }
        }
        try setNote(note, nil)
        return nil
    }
}
