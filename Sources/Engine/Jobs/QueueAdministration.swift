public import Model
import Statements
import Store

/// A queue with its jobs in numbers.
public struct QueueFigures: Sendable {
    public let name: String
    public let concurrency: Int64
    public let isPaused: Bool
    /// By state: WAITING, DELAYED, ACTIVE, COMPLETED, FAILED.
    public let counts: [String: Int64]

    public func count(_ state: String) -> Int64 { counts[state] ?? 0 }
}

/// What an administrator does with a whole queue.
public enum QueueAction: Sendable, Hashable {
    case pause, resume
    /// Removes finished jobs that ended before the grace time (milliseconds).
    case clean(grace: Int64, limit: Int64)
    /// Removes what waits.
    case drain
    /// Removes everything.
    case obliterate
}

extension Reading {
    /// Throws `.forbidden` to everybody but administrators.
    public func requireAdministrator() throws(DomainError) {
        guard caller.isAdministrator || caller.isSystem else { throw .forbidden("only administrators may do this") }
    }

    /// Every queue with its numbers, by name.
    public func queues() throws(DomainError) -> [QueueFigures] {
        try requireAdministrator()
        var counts: [String: [String: Int64]] = [:]
        for row in try rows("SELECT queue, state, COUNT(*) FROM job GROUP BY queue, state") {
            counts[row[0].string ?? "", default: [:]][row[1].string ?? ""] = row[2].integer ?? 0
        }
        return try rows("SELECT name, concurrency, is_paused FROM job_queue ORDER BY id").map { row in
            let name = row[0].string ?? ""
            return QueueFigures(
                name: name, concurrency: row[1].integer ?? 0, isPaused: row[2].boolean == true,
                counts: counts[name] ?? [:])
        }
    }

    /// One queue; `.notFound` for an unknown name.
    public func queue(_ name: String) throws(DomainError) -> QueueFigures {
        guard let queue = try queues().first(where: { $0.name == name }) else { throw .notFound("Queue") }
        return queue
    }

    /// Jobs of a queue in some states, the newest first.
    public func jobs(
        _ queue: String, states: [String], page: Query.Page
    ) throws(DomainError) -> (jobs: [Row], total: Int) {
        _ = try self.queue(queue)
        let filter = Filter.equals("queue", .text(queue)) && .oneOf("state", states.map { .text($0) })
        let query = Query(
            "Job", where: filter, order: [.by("createdAt", .descending), .by("id", .descending)], page: page)
        return (try find(query), try count("Job", where: filter))
    }

    public func job(_ queue: String, _ key: RowKey) throws(DomainError) -> Row {
        _ = try self.queue(queue)
        let row = try row("Job", key)
        guard row.text("queue") == queue else { throw .notFound("Job") }
        return row
    }
}

extension Writing {
    /// Does something with a whole queue; returns how many jobs are gone.
    public func perform(_ action: QueueAction, on name: String) throws(DomainError) -> Int {
        let queue = try queue(name)
        let place = Value.text(name)
        effects.record("SYSTEM_CONFIG_CHANGED", schema["JobQueue"], id: nil, name: "\(name): \(action.word)")
        switch action {
        case .pause, .resume:
            let isPaused = Value.bool(action == .pause)
            return try change("UPDATE job_queue SET is_paused = \(isPaused) WHERE name = \(place)") * 0
        case .clean(let grace, let limit):
            return try change(
                """
                DELETE FROM job WHERE id IN (SELECT id FROM job WHERE queue = \(place)
                AND state IN ('COMPLETED', 'FAILED') AND finished_at <= \(Value.int(time - grace))
                ORDER BY id LIMIT \(Value.int(limit)))
                """)
        case .drain:
            return try change("DELETE FROM job WHERE queue = \(place) AND state IN ('WAITING', 'DELAYED')")
        case .obliterate:
            guard queue.count("ACTIVE") == 0 else { throw .conflict("jobs of the queue are being performed") }
            return try change("DELETE FROM job WHERE queue = \(place)")
        }
    }

    private func change(_ statement: SQLText) throws(DomainError) -> Int {
        try run { () throws(StoreError) in try session.execute(statement) }
    }

    /// Puts a failed job into its queue again; one more attempt follows at once.
    public func retryJob(_ queue: String, _ key: RowKey) throws(DomainError) {
        let job = try locked(job: queue, key)
        guard job.text("state") == "FAILED" else { throw .invalid("jobId", "only a failed job can be retried") }
        try requeue(job)
    }

    /// Lets a delayed job run now.
    public func promoteJob(_ queue: String, _ key: RowKey) throws(DomainError) {
        let job = try locked(job: queue, key)
        guard job.text("state") == "DELAYED" else { throw .invalid("jobId", "only a delayed job can be promoted") }
        try requeue(job)
    }

    private func requeue(_ job: Row) throws(DomainError) {
        let values: [String: Value] = ["state": "WAITING", "runAt": .int(time), "finishedAt": .null, "error": .null]
        try apply(schema["Job"], [Change(job.id, set: values)])
    }

    /// Removes a job; one that is being performed only with force.
    public func removeJob(_ queue: String, _ key: RowKey, isForced: Bool) throws(DomainError) {
        let job = try locked(job: queue, key)
        guard isForced || job.text("state") != "ACTIVE" else { throw .conflict("the job is being performed") }
        _ = try change("DELETE FROM job WHERE id = \(Value.int(job.id))")
    }

    private func locked(job queue: String, _ key: RowKey) throws(DomainError) -> Row {
        let found = try job(queue, key)
        try lockRows("Job", [found.id])
        return try job(queue, .id(found.id))
    }
}

extension QueueAction {
    fileprivate var word: String {
        switch self {
        case .pause: "pause"
        case .resume: "resume"
        case .clean: "clean"
        case .drain: "drain"
        case .obliterate: "obliterate"
        }
    }
}
