public import Model
import Statements
import Store

/// What an attempt knows about its job, and how it tells its progress.
public struct JobContext: Sendable {
    public let engine: Engine
    public let key: JobKey
    public let queue: String
    public let name: String
    public let payload: JSON
    /// Counts from 1.
    public let attempt: Int64
    /// Who queued it.
    public let userId: Int64?
    let worker: String

    /// Shows how far the work is, and keeps the lease. Throws `.conflict` when another worker has taken the job.
    public func progress(_ percent: Int, _ text: String? = nil) async throws(DomainError) {
        let percent = Value.int(min(max(percent, 0), 100))
        try await touch("progress = \(percent), progress_text = \(Value.text(text)), ")
    }

    /// Keeps the lease without more to say.
    func renew() async throws(DomainError) { try await touch("") }

    private func touch(_ assignments: SQLText) async throws(DomainError) {
        let (id, worker, attempt) = (key.id, worker, attempt)
        let isOurs = try await engine.write(as: .system) { work throws(DomainError) in
            let count = try work.run { () throws(StoreError) in
                try work.session.execute(
                    """
                    UPDATE job SET \(assignments)locked_until = \(Value.int(work.time + JobLease.length)),
                    updated_at = \(Value.int(work.time))
                    WHERE id = \(Value.int(id)) AND state = 'ACTIVE' AND locked_by = \(Value.text(worker))
                    AND attempts = \(Value.int(attempt))
                    """)
            }
            return count == 1
        }
        guard isOurs else { throw .conflict("the job was taken from this worker") }
    }
}

/// How long a worker keeps a job without a sign of life.
enum JobLease {
    /// Milliseconds.
    static let length: Int64 = 60_000
    /// Between two signs of life.
    static let renewal = Duration.seconds(15)
}
