import Crypto
import Logging
public import Model
import Statements
import Store

/// How an authorization at a tracker ended.
public enum AuthorizationEnd: Sendable, Hashable {
    case granted
    /// The state is unknown, used, too old or somebody else's.
    case invalidState
    /// The tracker refused the code.
    case exchangeFailed
}

/// Letting the server act for a person at a tracker: OAuth 2.0 with an authorization code and PKCE.
extension Engine {
    /// How long a person has for the tracker's page (milliseconds).
    private static let stateLifetime: Int64 = 600_000

    /// The address of the tracker's page for the caller. `redirect` is where it sends the browser back to.
    public func beginAuthorization(
        _ key: RowKey, as caller: Caller, redirect: String
    ) async throws(DomainError) -> String {
        let (row, account) = try await read(as: caller) { work throws(DomainError) in
            let row = try work.row("Integration", key)
            try work.requireUse(of: row)
            return (row, try work.trackerAccount(row))
        }
        guard let authorization = try outside.trackers.authorization(account) else {
            throw .invalid("integrationId", "the integration does not use OAuth 2.0")
        }
        let (state, verifier) = (world.newToken(), Base64URL.encoded(world.random(32)))
        let challenge = Base64URL.encoded(SHA256.hash(data: Array(verifier.utf8)))
        let address = try authorization.address(state: state, redirect: redirect, challenge: challenge)
        try await write(as: .system) { work throws(DomainError) in
            _ = try work.run { () throws(StoreError) in
                try work.session.execute("DELETE FROM oauth_state WHERE expires_at < \(Value.int(work.time))")
            }
            let entity = work.schema["OAuthState"]
            let names = ["stateHash", "redirectTo", "expiresAt", "userId", "integrationId"]
            let values: [Value] = [
                .text(work.engine.keyedHash(state)), .text(redirect), .int(work.time + Engine.stateLifetime),
                .int(caller.userId), .int(row.id),
            ]
            let id = try work.store(entity, names, [values])[0]
            let sealed = try work.engine.sealed(Secret(verifier), for: Engine.verifierPlace(id))
            try work.apply(entity, [Change(id, set: ["verifier": .text(sealed)])])
        }
        return address
    }

    private static func verifierPlace(_ row: Int64) -> SecretPlace { SecretPlace("oauth_state", "verifier", row: row) }

    /// Takes the code that the tracker sent the browser back with; the state counts once.
    public func finishAuthorization(
        code: String, state: String, as caller: Caller
    ) async throws(DomainError) -> AuthorizationEnd {
        let now = world.now()
        let begun = try await write(as: .system) { work throws(DomainError) in
            let entity = work.schema["OAuthState"]
            try work.lock("authorization \(work.engine.keyedHash(state))")
            let row = try work.first(
                Query("OAuthState", where: .equals("stateHash", .text(work.engine.keyedHash(state)))))
            guard let row, row["usedAt"].isNull, row["expiresAt"].integer ?? 0 > now,
                let user = caller.userId, row["userId"].integer == user, let integration = row["integrationId"].integer
            else { return (Row, Row, TrackerAccount)?.none }
            try work.apply(entity, [Change(row.id, set: ["usedAt": .int(now)])])
            guard let found = try work.find("Integration", [.id(integration)]).first else { return nil }
            return (row, found, try work.trackerAccount(found))
        }
        guard let (begin, integration, account) = begun else { return .invalidState }
        guard let verifier = opened(begin.text("verifier"), from: Engine.verifierPlace(begin.id)),
            let authorization = try outside.trackers.authorization(account)
        else { return .exchangeFailed }
        var grant: TrackerGrant
        do throws(DomainError) {
            grant = try await authorization.exchange(
                code: code, verifier: verifier.text, redirect: begin.text("redirectTo"), now: now)
            var whole = account
            whole.grant = grant
            grant.user = try await outside.trackers.tracker(whole).user()
        } catch {
            world.log.warning("an authorization was refused", metadata: ["integration": "\(integration.id)"])
            return .exchangeFailed
        }
        try await keep(grant, of: integration.id, for: caller)
        return .granted
    }

    private func keep(_ grant: TrackerGrant, of integration: Int64, for caller: Caller) async throws(DomainError) {
        try await write(as: .system) { work throws(DomainError) in
            guard let user = caller.userId else { return }
            let entity = work.schema["UserIntegrationAuth"]
            try work.lock("grant \(user) \(integration)")
            let known = try work.first(
                Query(
                    entity.name, where: .equals("userId", .int(user)) && .equals("integrationId", .int(integration)),
                    fields: ["id"]))
            var id = known?.id
            if id == nil {
                let names = ["accessToken", "userId", "integrationId"]
                id = try work.store(entity, names, [["", .int(user), .int(integration)]])[0]
            }
            if let id { try work.keep(grant, in: id) }
            work.effects.record(
                "PERMISSION_GRANT", entity, id: id, name: caller.name, changes: ["integrationId": .integer(integration)]
            )
        }
    }

    /// What is known about the caller's standing with an integration.
    public struct AuthorizationStatus: Sendable {
        public var isAuthorized: Bool
        public var user: TrackerUser?
        /// Milliseconds, UTC.
        public var expiresAt: Int64?
    }

    /// Whether the caller can use the integration: by an own grant, or by the integration's credentials.
    public func authorizationStatus(_ key: RowKey, as caller: Caller) async throws(DomainError) -> AuthorizationStatus {
        do throws(DomainError) {
            let connection = try await connect(key, as: caller)
            if connection.account.authType == "OAUTH2" {
                let grant = connection.account.grant
                return AuthorizationStatus(isAuthorized: true, user: grant?.user, expiresAt: grant?.expiresAt)
            }
            return AuthorizationStatus(isAuthorized: true, user: try await connection.tracker.user(), expiresAt: nil)
        } catch {
            switch error.code {
            case .unauthenticated, .upstream, .invalid:
                return AuthorizationStatus(isAuthorized: false, user: nil, expiresAt: nil)
            default: throw error
            }
        }
    }
}
