public import Model
import Statements
import Store

/// One browser that is signed in as the caller.
public struct OwnSession: Sendable {
    public let id: Int64
    public let uid: String
    public let createdAt: Int64
    public let lastSeenAt: Int64
    public let address: String?
    public let agent: String?
}

extension Reading {
    /// The caller's sessions that have not ended, the latest first.
    public func ownSessions() throws(DomainError) -> [OwnSession] {
        guard let user = caller.userId else { return [] }
        return try rows(
            """
            SELECT id, uid, created_at, last_seen_at, address, user_agent FROM browser_session
            WHERE user_id = \(Value.int(user)) AND expires_at > \(Value.int(now))
            AND last_seen_at > \(Value.int(now - Engine.sessionIdle)) ORDER BY last_seen_at DESC, id DESC
            """
        ).map { row in
            OwnSession(
                id: row[0].integer ?? 0, uid: row[1].string ?? "", createdAt: row[2].integer ?? 0,
                lastSeenAt: row[3].integer ?? 0, address: row[4].string, agent: row[5].string)
        }
    }
}

extension Writing {
    /// Ends one of the caller's own sessions; false when there is no such one.
    public func endOwnSession(_ uid: String) throws(DomainError) -> Bool {
        guard let session = try ownSessions().first(where: { $0.uid == uid }) else { return false }
        _ = try run { () throws(StoreError) in
            try self.session.execute("DELETE FROM browser_session WHERE id = \(Value.int(session.id))")
        }
        return true
    }
}
