import Crypto
public import Model
import Statements
import Store

/// Signing in with a browser: sessions are rows, the cookie holds a random text of which only the hash is kept.
extension Engine {
    /// How long a session lasts and how long it may rest (milliseconds).
    public static let sessionLifetime: Int64 = 30 * Timestamp.millisecondsPerDay
    public static let sessionIdle: Int64 = 7 * Timestamp.millisecondsPerDay

    public struct NewSession: Sendable {
        public let cookie: String
        /// Milliseconds, UTC.
        public let expiresAt: Int64
        public let caller: Caller
    }

    /// Checks e-mail and password and opens a session. Throws `.unauthenticated(.invalidToken)` for any mismatch and
    /// `.rateLimited` after too many tries; an unknown address takes as long as a wrong password.
    public func signIn(
        email: String, password: String, address: String, agent: String?
    ) async throws(DomainError) -> NewSession {
        let caller = try await check(email: email, password: password, address: address)
        let cookie = world.newToken()
        let expiresAt = world.now() + Engine.sessionLifetime
        try await write(as: .system) { work throws(DomainError) in
            guard let user = caller.userId else { return }
            let row: [Value] = [
                .text(work.engine.keyedHash(cookie)), .text(address), .text(agent.map { String($0.prefix(300)) }),
                .int(expiresAt), .int(work.time), .int(user), "INTERNAL",
            ]
            let names = ["tokenHash", "address", "userAgent", "expiresAt", "lastSeenAt", "userId", "authMethod"]
            try work.store(work.schema["BrowserSession"], names, [row])
            try work.apply(work.schema["User"], [Change(user, set: ["lastLoginAt": .int(work.time)])])
            work.effects.record("LOGIN", work.schema["User"], id: user, name: caller.name)
        }
        return NewSession(cookie: cookie, expiresAt: expiresAt, caller: caller)
    }

    /// The user behind e-mail and password, with the limits on guessing.
    public func check(email: String, password: String, address: String) async throws(DomainError) -> Caller {
        let identifier = String(email.lowercased().prefix(254))
        let user = try await read(as: .system) { work throws(DomainError) in
            try work.requireFewAttempts(identifier, address)
            return try work.first(
                Query("User", where: .equals("email", .text(identifier)) && .equals("isDeleted", false)))
        }
        let stored = user?.text("password")
        let matches = try await passwords.matches(password, stored?.isEmpty == false ? stored : nil)
        let isRight = matches && user?.flag("isActive") == true
        var fresh: String?
        if isRight, let stored, PasswordWork.isWeak(stored) {
            fresh = try await passwords.hash(password, salt: world.random(16))
        }
        let stronger = fresh
        try await write(as: .system) { work throws(DomainError) in
            // Guesses that were hashed at the same time are counted one by one here.
            try work.lock("sign-in \(identifier)")
            try work.requireFewAttempts(identifier, address)
            let row: [Value] = [.text(identifier), .text(address), .bool(isRight), .int(user?.id), "PASSWORD"]
            try work.store(
                work.schema["LoginAttempt"], ["identifier", "address", "succeeded", "userId", "kind"], [row])
            if let stronger, let user {
                try work.apply(work.schema["User"], [Change(user.id, set: ["password": .text(stronger)])])
            }
            if !isRight { work.effects.record("LOGIN_FAILED", work.schema["User"], id: user?.id, name: identifier) }
        }
        guard isRight, let user else { throw DomainError(.unauthenticated(.invalidToken), "wrong e-mail or password") }
        return Engine.caller(user, address: address)
    }

    /// The caller of a session cookie; `nil` when there is no such session or it has ended.
    public func authenticate(
        session cookie: String, address: String
    ) async throws(DomainError) -> (caller: Caller, session: BrowserSessionIdentity)? {
        guard cookie.utf8.count == 43 else { return nil }
        let time = world.now()
        let hash = keyedHash(cookie)
        let row = try await read(as: .system) { work throws(DomainError) in
            try work.rows(
                """
                SELECT s.id, s.expires_at, s.last_seen_at, u.id, u.uid, u.name, u.email, u.access, u.role_id,
                u.is_active, u.is_deleted FROM browser_session AS s JOIN "user" AS u ON u.id = s.user_id
                WHERE s.token_hash = \(Value.text(hash))
                """
            ).first
        }
        guard let row, let id = row[0].integer, let end = row[1].integer, let seen = row[2].integer, end > time,
            time - seen < Engine.sessionIdle, row[9].boolean == true, row[10].boolean != true
        else { return nil }
        if time - seen > 300_000 {
            try await write(as: .system) { work throws(DomainError) in
                try work.apply(work.schema["BrowserSession"], [Change(id, set: ["lastSeenAt": .int(work.time)])])
            }
        }
        let caller = Caller(
            userId: row[3].integer, uid: row[4].string ?? "", name: row[5].string ?? "", email: row[6].string ?? "",
            level: Caller.Level(word: row[7].string ?? ""), roleId: row[8].integer, address: address)
        return (caller, BrowserSessionIdentity(id: id, expiresAt: end))
    }

    /// The secret that forms and scripts of a session must send along (SAFETY: CSRF).
    public func csrfToken(_ session: BrowserSessionIdentity) -> String { keyedHash("csrf:\(session.id)") }

    /// The hash that the NextAuth form of the check carries in its cookie.
    public func signedHash(_ text: String) -> String {
        Hex.text(SHA256.hash(data: Array(text.utf8) + settings.secret))
    }
}

extension Reading {
    /// At most ten failures for an account and fifty for an address in fifteen minutes.
    ///
    /// Where the owner of an account signed in lately the failures of other addresses do not count, so that guessing
    /// locks nobody out.
    func requireFewAttempts(_ identifier: String, _ address: String) throws(DomainError) {
        let since = Value.int(now - 900_000)
        let month = Value.int(now - 30 * Timestamp.millisecondsPerDay)
        let own = Value.text(address)
        let account = try value(
            """
            SELECT COUNT(*) FROM login_attempt WHERE identifier = \(Value.text(identifier)) AND created_at > \(since)
            AND NOT succeeded AND (address = \(own) OR NOT EXISTS (SELECT 1 FROM login_attempt AS known
            WHERE known.identifier = \(Value.text(identifier)) AND known.address = \(own) AND known.succeeded
            AND known.created_at > \(month)))
            """)
        let network = try value(
            """
            SELECT COUNT(*) FROM login_attempt WHERE address = \(Value.text(address)) AND created_at > \(since)
            AND NOT succeeded
            """)
        if account?.integer ?? 0 >= 10 || network?.integer ?? 0 >= 50 {
            throw DomainError(.rateLimited(retryAfter: 900), "too many failed sign-ins, try again in 15 minutes")
        }
    }
}

extension Writing {
    /// Ends the browser sessions of a user, but one.
    public func endSessions(of user: Int64, except kept: Int64?) throws(DomainError) {
        _ = try run { () throws(StoreError) in
            try session.execute(
                "DELETE FROM browser_session WHERE user_id = \(Value.int(user)) AND id <> \(Value.int(kept ?? 0))")
        }
    }

    /// Signs a browser out.
    public func signOut(_ identity: BrowserSessionIdentity) throws(DomainError) {
        _ = try run { () throws(StoreError) in
            try session.execute("DELETE FROM browser_session WHERE id = \(Value.int(identity.id))")
        }
        effects.record("LOGOUT", schema["User"], id: caller.userId, name: caller.name)
    }
}
