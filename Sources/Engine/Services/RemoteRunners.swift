public import Model
import Statements
import Store

extension Writing {
    /// How long an instance that was given to a runner is not given to another (milliseconds).
    private static let handOutTime: Int64 = 600_000

    /// The oldest case in a run that waits for a remote runner: of this kind, never executed, its planned time passed.
    public func nextWaitingInstance(kind: String, clientType: String?) throws(DomainError) -> Row? {
        try lock("waiting instances")
        var owner = Filter.equals("testType", .text(kind)) && .equals("isDeleted", false)
        if let clientType {
            owner = owner && .json("automatedFields", path: ["client_type"], .equals(.string(clientType)))
        }
        let waiting =
            Filter.equals("statusId", .null) && .equals("lastExecutedAt", .null)
            && .compare("plannedExecution", .lessOrEqual, .int(time))
            && .related("testRun", .some, .equals("isDeleted", false) && .equals("isCompleted", false))
            && .related("repositoryCase", .some, owner)
        let found = try find(
            Query("TestRunCase", where: waiting, order: [.by("id")], page: Query.Page(limit: 200)))
        guard !found.isEmpty else { return nil }
        let keys = SQLText.list(found.map { Value.text(Writing.handOutKey($0.id)) })
        let taken = Set(
            try rows(
                "SELECT key FROM rate_limit_bucket WHERE key IN (\(keys)) AND expires_at > \(Value.int(time))"
            ).compactMap { $0[0].string })
        guard let row = found.first(where: { !taken.contains(Writing.handOutKey($0.id)) }) else { return nil }
        let key = Value.text(Writing.handOutKey(row.id))
        _ = try run { () throws(StoreError) in
            try session.execute("DELETE FROM rate_limit_bucket WHERE key = \(key)")
        }
        try store(
            schema["RateLimitBucket"], ["key", "tokens", "expiresAt"],
            [[key, .double(0), .int(time + Writing.handOutTime)]])
        return row
    }

    private static func handOutKey(_ id: Int64) -> String { "runner:\(id)" }
}
