import Crypto
import Logging
public import Model
import Statements
import Store
import Synchronization

/// Personal access tokens (TestPlanIt API, Authentication).
extension Engine {
    /// A token as it is shown once.
    public struct NewToken: Sendable {
        public let id: Int64
        public let token: String
    }

    /// Who calls with this token. Throws `.unauthenticated` with the reason.
    public func authenticate(token: String, address: String) async throws(DomainError) -> Caller {
        guard !token.isEmpty else { throw refusal(.noToken) }
        guard token.utf8.count <= 512, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw refusal(.invalidFormat)
        }
        let hash = keyedHash(token)
        let time = world.now()
        if var caller = callers.caller(hash, generation: grants.generation, now: time) {
            caller.address = address
            return caller
        }
        let generation = grants.generation
        let row = try await read(as: .system) { work throws(DomainError) in
            try work.rows(
                """
                SELECT t.id, t.is_active, t.expires_at, t.scopes, t.last_used_at, t.is_read_only, u.id, u.uid, u.name,
                u.email, u.access, u.role_id, u.is_active, u.is_api, u.is_deleted
                FROM api_token AS t JOIN "user" AS u ON u.id = t.user_id WHERE t.token = \(Value.text(hash))
                """
            ).first
        }
        guard let row else {
            guard let grant = try await granted(hash, address: address) else { throw refusal(.invalidToken) }
            callers.keep(grant.caller, hash, until: grant.end, generation: generation, now: time)
            return grant.caller
        }
        guard row[1].boolean == true else { throw refusal(.inactiveToken) }
        if let end = row[2].integer, end <= time { throw refusal(.expiredToken) }
        guard row[12].boolean == true, row[14].boolean != true else { throw refusal(.inactiveUser) }
        guard row[13].boolean == true else { throw refusal(.apiAccessDisabled) }
        var scopes = JSON.texts(row[3].string)
        if row[5].boolean == true { scopes = ["read"] }
        let caller = Caller(
            userId: row[6].integer, uid: row[7].string ?? "", name: row[8].string ?? "", email: row[9].string ?? "",
            level: Caller.Level(word: row[10].string ?? ""), roleId: row[11].integer, tokenId: row[0].integer,
            scopes: scopes, address: address)
        callers.keep(caller, hash, until: row[2].integer, generation: generation, now: time)
        await noteUse(of: row[0].integer ?? 0, last: row[4].integer, address: address)
        return caller
    }

    func refusal(_ reason: AuthenticationFailure) -> DomainError {
        let message =
            switch reason {
            case .noToken: "No Bearer token provided"
            case .invalidFormat: "Invalid token format"
            case .invalidToken: "Invalid API token"
            case .inactiveToken: "API token has been revoked"
            case .expiredToken: "API token has expired"
            case .inactiveUser: "User account is inactive"
            case .apiAccessDisabled: "API access is disabled for this user"
            }
        return DomainError(.unauthenticated(reason), message)
    }

    /// The time and address of use, written at most once in ten minutes for each token.
    ///
    /// A database that takes no writes still lets people read.
    private func noteUse(of token: Int64, last: Int64?, address: String) async {
        guard world.now() - (last ?? 0) > 600_000 else { return }
        do throws(DomainError) {
            try await write(as: .system) { work throws(DomainError) in
                let change = Change(token, set: ["lastUsedAt": .int(work.time), "lastUsedIp": .text(address)])
                try work.apply(work.schema["ApiToken"], [change])
            }
        } catch {
            world.log.warning("use of a token not noted", metadata: ["token_id": "\(token)"])
        }
    }

    /// HMAC-SHA-256 of a secret text under the server's key, in hexadecimal.
    func keyedHash(_ text: String) -> String {
        let key = SymmetricKey(data: settings.secret)
        return Hex.text(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }
}

extension Writing {
    /// Makes a token for the caller, or for another user when the caller is an administrator.
    public func createToken(
        user: Int64, name: String, expiresAt: Int64?, scopes: [String] = []
    ) throws(DomainError) -> Engine.NewToken {
        let token = "tpi_" + world.newToken()
        let known: Set<String> = ["read", "write"]
        for scope in scopes where !known.contains(scope) { throw .invalid("scopes", "unknown scope \(scope)") }
        if let expiresAt, expiresAt <= time { throw .invalid("expiresAt", "expiresAt is in the past") }
        let draft = Draft([
            "name": .text(name), "token": .text(engine.keyedHash(token)),
            "tokenPrefix": .text(String(token.prefix(12))),
            "expiresAt": .int(expiresAt), "scopes": .text(JSON.array(scopes.map { .string($0) }).text),
            "isReadOnly": .bool(scopes == ["read"]), "userId": .int(user),
        ])
        isMakingToken = true
        defer { isMakingToken = false }
        let ids = try insert("ApiToken", [draft])
        return Engine.NewToken(id: ids[0], token: token)
    }
}

/// Tokens are made by `createToken` alone, so that no client chooses one.
struct ApiTokenRules: RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        guard work.isMakingToken || work.caller.isSystem else { throw .invalid("token", "tokens are not chosen") }
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for change in changes where change.values["token"] != nil || change.values["tokenPrefix"] != nil {
            throw .invalid("token", "token cannot be changed")
        }
    }
}

extension JSON {
    /// The texts of a stored list.
    static func texts(_ stored: String?) -> [String] {
        guard let stored, stored != "[]" else { return [] }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(stored).array?.compactMap(\.string) ?? []
        } catch {
            return []
        }
    }
}

/// Callers whose token was checked in the last seconds.
final class CallerCache: Sendable {
    private static let lifetime: Int64 = 5000
    private static let limit = 10_000

    private struct Entry {
        let caller: Caller
        let generation: Int
        let end: Int64
    }

    private let entries = Mutex<[String: Entry]>([:])

    func caller(_ hash: String, generation: Int, now: Int64) -> Caller? {
        entries.withLock { entries in
            guard let entry = entries[hash], entry.generation == generation, now < entry.end else { return nil }
            return entry.caller
        }
    }

    func keep(_ caller: Caller, _ hash: String, until: Int64?, generation: Int, now: Int64) {
        entries.withLock { entries in
            if entries.count >= CallerCache.limit { entries.removeAll() }
            let end = min(now + CallerCache.lifetime, until ?? .max)
            entries[hash] = Entry(caller: caller, generation: generation, end: end)
        }
    }
}
