import Logging
public import Model
import Statements
import Store

/// Takes due jobs out of the queues and performs them; several runners on several nodes share the same queues.
public final class JobRunner: Sendable {
    public let engine: Engine
    /// Names this process in `job.locked_by`.
    public let worker: String
    private let kinds: [String: JobKind]
    private let queues: Set<String>

    public init(engine: Engine, kinds: [JobKind]) {
        self.engine = engine
        worker = engine.world.newUid()
        var table: [String: JobKind] = [:]
        for kind in kinds {
            precondition(table["\(kind.queue)/\(kind.name)"] == nil, "two kinds of job with one name")
            table["\(kind.queue)/\(kind.name)"] = kind
        }
        self.kinds = table
        queues = Set(kinds.map(\.queue))
    }

    /// Makes the rows of queues that the database does not know yet.
    public func prepare() async throws(DomainError) {
        let queues = queues
        try await engine.write(as: .system) { work throws(DomainError) in
            let known = Set(try work.rows("SELECT name FROM job_queue").compactMap { $0[0].string })
            let rows = queues.subtracting(known).sorted().map { [Value.text($0)] }
            try work.store(work.schema["JobQueue"], ["name"], rows, onConflict: .skip)
        }
    }

    /// The queues of this runner in which something is due.
    public func dueQueues() async throws(DomainError) -> [String] {
        let queues = queues
        return try await engine.read(as: .system) { work throws(DomainError) in
            let found = try work.rows(
                """
                SELECT q.name FROM job_queue AS q WHERE NOT q.is_paused AND EXISTS (
                SELECT 1 FROM job AS j WHERE j.queue = q.name AND j.state IN ('WAITING', 'DELAYED')
                AND j.run_at <= \(Value.int(work.now))) ORDER BY q.name
                """)
            return found.compactMap { $0[0].string }.filter { queues.contains($0) }
        }
    }

    /// Takes at most `limit` due jobs of a queue, within what the queue may run at once on all nodes together.
    public func claim(_ queue: String, limit: Int) async throws(DomainError) -> [JobContext] {
        let (worker, engine) = (worker, engine)
        return try await engine.write(as: .system) { work throws(DomainError) in
            // The row of the queue is the turnstile: one node counts and claims at a time.
            let state = try work.rows(
                """
                SELECT concurrency FROM job_queue WHERE name = \(Value.text(queue)) AND NOT is_paused\
                \(work.session.flavor.rowLock)
                """
            ).first
            guard let concurrency = state?[0].integer else { return [] }
            let active = try work.value(
                "SELECT COUNT(*) FROM job WHERE queue = \(Value.text(queue)) AND state = 'ACTIVE'")
            let room = min(Int64(limit), concurrency - (active?.integer ?? 0))
            guard room > 0 else { return [] }
            let due = try work.rows(
                """
                SELECT id, uid, name, payload, attempts, user_id FROM job WHERE queue = \(Value.text(queue))
                AND state IN ('WAITING', 'DELAYED') AND run_at <= \(Value.int(work.time))
                ORDER BY priority DESC, run_at, id LIMIT \(Value.int(room))\(work.session.flavor.claimLock)
                """)
            guard !due.isEmpty else { return [] }
            let list = SQLText.list(due.map { $0[0] })
            _ = try work.run { () throws(StoreError) in
                try work.session.execute(
                    """
                    UPDATE job SET state = 'ACTIVE', attempts = attempts + 1, locked_by = \(Value.text(worker)),
                    locked_until = \(Value.int(work.time + JobLease.length)), started_at = \(Value.int(work.time)),
                    finished_at = NULL, updated_at = \(Value.int(work.time)) WHERE id IN (\(list))
                    """)
            }
            return due.map { row in
                JobContext(
                    engine: engine, key: JobKey(id: row[0].integer ?? 0, uid: row[1].string ?? ""), queue: queue,
                    name: row[2].string ?? "", payload: JobRunner.json(row[3]), attempt: (row[4].integer ?? 0) + 1,
                    userId: row[5].integer, worker: worker)
            }
        }
    }

    static func json(_ value: Value) -> JSON {
        guard let text = value.string else { return .null }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return .string(text)
        }
    }

    /// Performs a claimed job and writes down how it ended.
    public func run(_ job: JobContext) async throws(DomainError) {
        let log = engine.world.log
        let outcome: JobOutcome
        if let kind = kinds["\(job.queue)/\(job.name)"] {
            outcome = await perform(job, kind)
        } else {
            outcome = .failed("no worker knows the work \(job.name)")
        }
        let failure: String?
        switch outcome {
        case .done(let result):
            failure = nil
            try await settle(job, "COMPLETED", result: result)
        case .failed(let reason):
            failure = reason
            try await settle(job, "FAILED", error: reason)
        case .again(let reason):
            failure = reason
            let pauses = kinds["\(job.queue)/\(job.name)"]?.backoff ?? []
            let next = Int(job.attempt) - 1
            if next < pauses.count {
                try await settle(job, "DELAYED", error: reason, pause: pauses[next])
            } else {
                try await settle(job, "FAILED", error: reason)
            }
        }
        if let failure {
            log.warning(
                "job failed", metadata: ["job": "\(job.key.id)", "queue": "\(job.queue)", "reason": "\(failure)"])
        }
    }

    /// The work with a heartbeat beside it, so that a long job keeps its lease.
    private func perform(_ job: JobContext, _ kind: JobKind) async -> JobOutcome {
        await withTaskGroup(of: JobOutcome?.self) { group in
            group.addTask {
                do throws(DomainError) {
                    return try await kind.perform(job)
                } catch {
                    return .again(error.issues.first?.message ?? error.message)
                }
            }
            group.addTask {
                do {
                    while true {
                        try await ContinuousClock().sleep(for: JobLease.renewal)
                        try await job.renew()
                    }
                } catch {
                    return nil
                }
            }
            while let outcome = await group.next() {
                guard let outcome else { continue }
                group.cancelAll()
                return outcome
            }
            return .again("the worker stopped")
        }
    }

    /// Only the attempt that holds the job may end it.
    private func settle(
        _ job: JobContext, _ state: String, result: JSON? = nil, error: String? = nil, pause: Int64 = 0
    ) async throws(DomainError) {
        let worker = worker
        try await engine.write(as: .system) { work throws(DomainError) in
            let isOver = state != "DELAYED"
            let progress: SQLText = state == "COMPLETED" ? "progress = 100, " : ""
            _ = try work.run { () throws(StoreError) in
                try work.session.execute(
                    """
                    UPDATE job SET state = \(Value.text(state)), \(progress)result = \(Value.text(result?.text)),
                    error = \(Value.text(error.map { String($0.prefix(4000)) })), locked_by = NULL,
                    locked_until = NULL, run_at = \(Value.int(work.time + pause)),
                    finished_at = \(isOver ? Value.int(work.time) : Value.null), updated_at = \(Value.int(work.time))
                    WHERE id = \(Value.int(job.key.id)) AND state = 'ACTIVE' AND locked_by = \(Value.text(worker))
                    AND attempts = \(Value.int(job.attempt))
                    """)
            }
        }
    }

    /// Gives back jobs whose worker died: they wait again, or fail when they had their last attempt.
    @discardableResult
    public func recover() async throws(DomainError) -> Int {
        let kinds = kinds
        let expired = try await engine.read(as: .system) { work throws(DomainError) in
            try work.rows(JobRunner.expired(work.now))
        }
        guard !expired.isEmpty else { return 0 }
        return try await engine.write(as: .system) { work throws(DomainError) in
            let rows = try work.rows(JobRunner.expired(work.time) + work.session.flavor.claimLock)
            for row in rows {
                let pauses = kinds["\(row[1].string ?? "")/\(row[2].string ?? "")"]?.backoff ?? []
                let isOver = row[3].integer ?? 0 > Int64(pauses.count)
                let finished: Value = isOver ? .int(work.time) : .null
                _ = try work.run { () throws(StoreError) in
                    try work.session.execute(
                        """
                        UPDATE job SET state = \(Value.text(isOver ? "FAILED" : "WAITING")), locked_by = NULL,
                        locked_until = NULL, error = 'the worker stopped', run_at = \(Value.int(work.time)),
                        finished_at = \(finished), updated_at = \(Value.int(work.time)) WHERE id = \(row[0])
                        """)
                }
            }
            return rows.count
        }
    }

    private static func expired(_ now: Int64) -> SQLText {
        """
        SELECT id, queue, name, attempts FROM job WHERE state = 'ACTIVE' AND locked_until < \(Value.int(now))
        ORDER BY id LIMIT 100
        """
    }

    /// Performs everything that is due, one job after the other, until nothing is left; returns how many ran.
    @discardableResult
    public func drain() async throws(DomainError) -> Int {
        var count = 0
        try await recover()
        while true {
            var isIdle = true
            for queue in try await dueQueues() {
                for job in try await claim(queue, limit: 1) {
                    isIdle = false
                    count += 1
                    try await run(job)
                }
            }
            if isIdle { return count }
        }
    }
}
