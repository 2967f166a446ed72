public import Model
import Statements

/// Refreshing our copies of a tracker's issues.
public enum IssueSync {
    static let queue = "issue-sync"
    static let name = "sync-integration"
    /// Issues between two signs of life.
    private static let batch = 50

    /// Refreshes every copy of an integration with its own credentials.
    public static let kind = JobKind(queue: queue, name: name) { (context) throws(DomainError) in
        guard let integration = context.payload["integrationId"]?.integer else {
            return .failed("the job names no integration")
        }
        do throws(DomainError) {
            return .done(["synced": .integer(try await run(integration, context))])
        } catch {
            try await note(integration, context.engine, error: error.message)
            if case .unauthenticated = error.code { return .failed("the integration needs a person's authorization") }
            if error.code == .notFound || error.code == .invalid { return .failed(error.message) }
            throw error
        }
    }

    private static func run(_ integration: Int64, _ context: JobContext) async throws(DomainError) -> Int64 {
        let engine = context.engine
        let connection = try await engine.connect(.id(integration), as: .system)
        let total = try await engine.read(as: .system) { work throws(DomainError) in
            try work.count("Issue", where: live(integration))
        }
        var done = 0
        var last: Int64 = 0
        while true {
            let after = last
            let page = try await engine.read(as: .system) { work throws(DomainError) in
                try work.find(
                    Query(
                        "Issue", where: live(integration) && .compare("id", .greater, .int(after)),
                        fields: ["id", "externalKey", "projectId"], order: [.by("id")], page: .init(limit: batch)))
            }
            guard let end = page.last else { break }
            last = end.id
            for row in page {
                try await engine.refresh(row, connection)
                done += 1
            }
            try await context.progress(total == 0 ? 100 : done * 100 / total, "\(done) of \(total) issues")
        }
        try await note(integration, engine, error: nil)
        return Int64(done)
    }

    private static func live(_ integration: Int64) -> Filter {
        .equals("integrationId", .int(integration)) && .equals("isDeleted", false)
            && .not(.equals("externalKey", .null))
    }

    private static func note(_ integration: Int64, _ engine: Engine, error: String?) async throws(DomainError) {
        try await engine.write(as: .system) { work throws(DomainError) in
            var values: [String: Value] = ["lastError": .text(error)]
            if error == nil { values["lastSyncAt"] = .int(work.time) }
            try work.apply(work.schema["Integration"], [Change(integration, set: values)])
            let uses = try work.find(
                Query(
                    "ProjectIntegration", where: .equals("integrationId", .int(integration)),
                    fields: ["id", "projectId"]))
            for use in uses {
                let own = live(integration) && .equals("projectId", use["projectId"])
                var values: [String: Value] = [
                    "syncStatus": error == nil ? "SUCCESS" : "ERROR", "syncError": .text(error),
                    "issueCount": .int(try work.count("Issue", where: own)),
                ]
                if error == nil { values["lastSyncAt"] = .int(work.time) }
                try work.apply(work.schema["ProjectIntegration"], [Change(use.id, set: values)])
            }
        }
    }
}

extension Engine {
    /// Refreshes one copy from its tracker. Throws `.invalid` for an issue of no tracker.
    public func syncIssue(_ key: RowKey, as caller: Caller) async throws(DomainError) -> RowKey {
        let row = try await write(as: caller) { work throws(DomainError) in
            let row = try work.row("Issue", key)
            try work.requireUpdatable("Issue", [row.id])
            return row
        }
        guard let integration = row["integrationId"].integer, row["externalKey"].string != nil else {
            throw .invalid("id", "the issue belongs to no tracker")
        }
        let connection = try await connect(.id(integration), as: caller)
        guard try await refresh(row, connection) else {
            throw DomainError(.notFound, "the tracker has no issue \(row.text("externalKey"))", entity: "Issue")
        }
        return .id(row.id)
    }

    /// False when the tracker does not know the issue any more; our copy then stays as it is.
    @discardableResult
    func refresh(_ row: Row, _ connection: TrackerConnection) async throws(DomainError) -> Bool {
        guard let project = row["projectId"].integer else { return false }
        let issue: TrackerIssue
        do throws(DomainError) {
            issue = try await connection.tracker.issue(row.text("externalKey"))
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
        let found = issue
        try await write(as: .system) { work throws(DomainError) in
            _ = try work.keep(found, integration: connection.row.id, project: project)
        }
        return true
    }

    /// Queues the refresh of an integration's issues.
    public func queueSync(_ key: RowKey, as caller: Caller) async throws(DomainError) -> JobKey? {
        try await write(as: caller) { work throws(DomainError) in
            let row = try work.row("Integration", key)
            try work.requireUpdatable("Integration", [row.id])
            return try work.enqueue(
                NewJob(IssueSync.kind, ["integrationId": .integer(row.id)], uniqueKey: "issue-sync \(row.id)"))
        }
    }
}
