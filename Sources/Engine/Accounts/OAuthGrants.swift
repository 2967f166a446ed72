public import Model
import Statements
import Store

/// Access and refresh tokens for a name and a password (OAuth 2, sections 4.3 and 6).
extension Engine {
    /// How long the tokens of a grant work (milliseconds).
    public static let accessLifetime: Int64 = Timestamp.millisecondsPerDay
    public static let refreshLifetime: Int64 = 30 * Timestamp.millisecondsPerDay

    /// A pair of tokens as it is shown once.
    public struct NewGrant: Sendable {
        public let accessToken: String
        public let refreshToken: String
        /// Milliseconds, UTC.
        public let expiresAt: Int64
        public let userId: Int64
    }

    /// Tokens for e-mail and password, with the limits on guessing of every sign-in.
    public func grant(
        email: String, password: String, address: String, client: String?
    ) async throws(DomainError) -> NewGrant {
        let caller = try await check(email: email, password: password, address: address)
        guard let user = caller.userId else { throw refusal(.inactiveUser) }
        return try await write(as: .system) { work throws(DomainError) in
            work.effects.record("LOGIN", work.schema["User"], id: user, name: caller.name)
            return try work.makeGrant(user: user, address: address, client: client)
        }
    }

    /// A new pair for a refresh token, which works once. Throws `.unauthenticated` for any other.
    public func refreshGrant(_ token: String, address: String) async throws(DomainError) -> NewGrant {
        let hash = keyedHash(token)
        return try await write(as: .system) { work throws(DomainError) in
            try work.lock("grant \(hash)")
            let row = try work.rows(
                """
                SELECT g.id, g.refresh_expires_at, g.refreshed_at, g.revoked_at, u.id, u.is_active, u.is_deleted,
                g.client_name FROM oauth_grant AS g JOIN "user" AS u ON u.id = g.user_id
                WHERE g.refresh_token_hash = \(Value.text(hash))
                """
            ).first
            guard let row, let id = row[0].integer, let user = row[4].integer, row[1].integer ?? 0 > work.time,
                row[2].isNull, row[3].isNull, row[5].boolean == true, row[6].boolean != true
            else { throw work.engine.refusal(.invalidToken) }
            let spent: [String: Value] = ["refreshedAt": .int(work.time), "revokedAt": .int(work.time)]
            try work.apply(work.schema["OAuthGrant"], [Change(id, set: spent)])
            work.engine.grants.invalidate()
            return try work.makeGrant(user: user, address: address, client: row[7].string)
        }
    }

    /// Who calls with the access token of a grant; `nil` when there is no such grant.
    func granted(_ hash: String, address: String) async throws(DomainError) -> (caller: Caller, end: Int64)? {
        let row = try await read(as: .system) { work throws(DomainError) in
            try work.rows(
                """
                SELECT g.access_expires_at, g.revoked_at, u.id, u.uid, u.name, u.email, u.access, u.role_id,
                u.is_active, u.is_deleted FROM oauth_grant AS g JOIN "user" AS u ON u.id = g.user_id
                WHERE g.access_token_hash = \(Value.text(hash))
                """
            ).first
        }
        guard let row else { return nil }
        let end = row[0].integer ?? 0
        guard end > world.now() else { throw refusal(.expiredToken) }
        guard row[1].isNull else { throw refusal(.inactiveToken) }
        guard row[8].boolean == true, row[9].boolean != true else { throw refusal(.inactiveUser) }
        let caller = Caller(
            userId: row[2].integer, uid: row[3].string ?? "", name: row[4].string ?? "", email: row[5].string ?? "",
            level: Caller.Level(word: row[6].string ?? ""), roleId: row[7].integer, address: address)
        return (caller, end)
    }
}

extension Writing {
    func makeGrant(user: Int64, address: String, client: String?) throws(DomainError) -> Engine.NewGrant {
        let access = "oat_" + world.newToken()
        let refresh = "ort_" + world.newToken()
        let end = time + Engine.accessLifetime
        let names = [
            "accessTokenHash", "refreshTokenHash", "clientName", "address", "accessExpiresAt", "refreshExpiresAt",
            "userId",
        ]
        let row: [Value] = [
            .text(engine.keyedHash(access)), .text(engine.keyedHash(refresh)), .text(client), .text(address), .int(end),
            .int(time + Engine.refreshLifetime), .int(user),
        ]
        try store(schema["OAuthGrant"], names, [row])
        return Engine.NewGrant(accessToken: access, refreshToken: refresh, expiresAt: end, userId: user)
    }
}
