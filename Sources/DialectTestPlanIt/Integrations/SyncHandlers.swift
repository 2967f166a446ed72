import Engine
import HTTPTypes
import Model
import Wire

/// Refreshing issues from their tracker.
enum SyncHandlers {
    static func issue(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Issue")
        let id = try await engine.syncIssue(key, as: call.caller)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let query = Query("Issue", where: id.filter, fields: IssuePage.fields, include: IssuePage.include)
            let tree = try work.tree(query, uids: IssuePage.uids)
            var writer = JSONWriter(capacity: 1024)
            writer.beginObject()
            writer.member("success", flag: true)
            writer.key("issue")
            IssuePage.write(tree, 0, to: &writer)
            writer.endObject()
            return .json(writer.bytes)
        }
    }

    static func integration(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Integration")
        let job = try await engine.queueSync(key, as: call.caller)
        return .json([
            "success": true, "jobId": job.map { .string($0.uid) } ?? .null,
            "message": .string(job == nil ? "A synchronisation waits already." : "The synchronisation is queued."),
        ])
    }
}
