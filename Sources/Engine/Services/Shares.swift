public import Model
import Statements
import Store

/// A shared thing as somebody with its address finds it.
public struct Share: Sendable {
    public let row: Row
    public let projectName: String?
    public let creatorName: String
    public let requiresPassword: Bool

    public var id: Int64 { row.id }
}

/// Why a share is not shown although its address is right.
public enum ShareRefusal: Sendable, Hashable { case revoked, expired }

extension Engine {
    /// How long a right password opens a share (milliseconds).
    public static let shareTokenLifetime: Int64 = 3_600_000
    private static let shareAttempts: Int64 = 5
    private static let shareWindow: Int64 = 900_000

    /// The share behind a key. Throws `.notFound` for an unknown one, `.unauthenticated` when it wants a user.
    public func share(_ key: String, for caller: Caller) async throws(DomainError) -> (
        share: Share, refusal: ShareRefusal?
    ) {
        let now = world.now()
        let found = try await read(as: .system) { work throws(DomainError) -> Share? in
            let query = Query("ShareLink", where: .equals("shareKey", .text(key)) && .equals("isDeleted", false))
            guard let row = try work.tree(query, uids: ["projectId", "createdById"]).first else { return nil }
            let project = try row["projectId"].integer.map { id throws(DomainError) in
                try work.find("Project", [.id(id)], fields: ["id", "name"]).first?.text("name")
            }
            if row["projectId"].integer != nil, project == .some(nil) { return nil }
            let creator = try work.find(
                "User", [.id(row["createdById"].integer ?? 0)], fields: ["id", "name"], deleted: .shown)
            return Share(
                row: row, projectName: project ?? nil, creatorName: creator.first?.text("name") ?? "",
                requiresPassword: row.text("mode") == "PASSWORD_PROTECTED")
        }
        guard let found else { throw .notFound("Share") }
        if found.row.flag("isRevoked") { return (found, .revoked) }
        if let end = found.row["expiresAt"].integer, end <= now { return (found, .expired) }
        if found.row.text("mode") == "AUTHENTICATED" {
            guard !caller.isAnonymous else { throw DomainError(.unauthenticated(.noToken), "this share needs a user") }
            if let project = found.row["projectId"].integer {
                let isReadable = try await read(as: caller) { work throws(DomainError) in
                    try !work.find("Project", [.id(project)], fields: ["id"]).isEmpty
                }
                guard isReadable else { throw .notFound("Share") }
            }
        }
        return (found, nil)
    }

    /// Counts and notes that somebody looked at a share.
    public func noteAccess(
        to share: Share, by caller: Caller, address: String, agent: String?
    ) async throws(DomainError) {
        try await write(as: .system) { work throws(DomainError) in
            let row: [Value] = [
                .text(address), .text(agent.map { String($0.prefix(500)) }), .bool(!caller.isAnonymous),
                .int(work.time),
                .int(share.id), .int(caller.userId),
            ]
            let names = ["ipAddress", "userAgent", "wasAuthenticated", "accessedAt", "shareLinkId", "accessedById"]
            try work.store(work.schema["ShareLinkAccessLog"], names, [row])
            _ = try work.run { () throws(StoreError) in
                try work.session.execute(
                    """
                    UPDATE share_link SET view_count = view_count + 1, last_viewed_at = \(Value.int(work.time))
                    WHERE id = \(Value.int(share.id))
                    """)
            }
            work.effects.record(
                "SHARE_LINK_ACCESSED", work.schema["ShareLink"], id: share.id, project: share.row["projectId"].integer,
                name: share.row["title"].string)
            guard share.row.flag("notifyOnView"), share.row["createdById"].integer != caller.userId else { return }
            let title = share.row["title"].string ?? "A share"
            let note: [Value] = [
                .text("\(title) was viewed"), .text("Somebody opened the link you shared."), .text(share.row.uid),
                "ShareLink", "SHARE_LINK_ACCESSED", share.row["createdById"],
            ]
            try work.store(
                work.schema["Notification"],
                ["title", "message", "relatedEntityId", "relatedEntityType", "type", "userId"], [note])
        }
    }

    /// A token that opens a share for an hour. Throws `.forbidden` for a wrong password, `.rateLimited` after five.
    public func openShare(
        _ share: Share, password: String, address: String
    ) async throws(DomainError) -> String {
        let identifier = "share:\(share.row.uid)"
        let since = Value.int(world.now() - Engine.shareWindow)
        let stored = share.row["passwordHash"].string
        try await write(as: .system) { work throws(DomainError) in
            try work.lock(identifier)
            let failed = try work.value(
                """
                SELECT COUNT(*) FROM login_attempt WHERE identifier = \(Value.text(identifier))
                AND created_at > \(since) AND NOT succeeded
                """)
            guard failed?.integer ?? 0 < Engine.shareAttempts else {
                throw DomainError(.rateLimited(retryAfter: 900), "too many wrong passwords, try again later")
            }
            // Noted before the password is looked at, so that guesses at the same time count.
            try work.store(
                work.schema["LoginAttempt"], ["identifier", "address", "succeeded", "kind"],
                [[.text(identifier), .text(address), false, "SHARE"]])
        }
        guard try await passwords.matches(password, stored) else { throw .forbidden("wrong password") }
        try await write(as: .system) { work throws(DomainError) in
            _ = try work.run { () throws(StoreError) in
                try work.session.execute(
                    "DELETE FROM login_attempt WHERE identifier = \(Value.text(identifier)) AND NOT succeeded")
            }
        }
        let end = world.now() + Engine.shareTokenLifetime
        let nonce = world.newToken()
        return "\(end).\(nonce).\(keyedHash("share\n\(share.row.uid)\n\(stored ?? "")\n\(end)\n\(nonce)"))"
    }

    /// Whether a token opens a share now; a changed password ends it.
    public func isOpen(_ share: Share, token: String?) -> Bool {
        if !share.requiresPassword { return true }
        let parts = (token ?? "").split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 3, let end = Int64(parts[0]), end > world.now() else { return false }
        let stored = share.row["passwordHash"].string ?? ""
        return Engine.isSame(parts[2], keyedHash("share\n\(share.row.uid)\n\(stored)\n\(end)\n\(parts[1])"))
    }

    /// Whoever made a share, with the rights of now; `nil` when the account is closed.
    public func sharer(_ share: Share) async throws(DomainError) -> Caller? {
        let id = share.row["createdById"].integer ?? 0
        let row = try await read(as: .system) { work throws(DomainError) in try work.find("User", [.id(id)]).first }
        guard let row, row.flag("isActive") else { return nil }
        return Engine.caller(row, address: nil)
    }
}
