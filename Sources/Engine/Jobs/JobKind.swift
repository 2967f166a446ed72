public import Model

/// One kind of background work: the queue it waits in, how often it is tried, and what to do.
///
/// Delivery is at least once: `perform` may run again for work that was already done, and must then change nothing.
public struct JobKind: Sendable {
    public let queue: String
    public let name: String
    /// The pauses before the second, third, … attempt in milliseconds; empty means one attempt only.
    public let backoff: [Int64]
    /// The work itself. What it throws ends the attempt; the next follows after the pause.
    public let perform: @Sendable (JobContext) async throws(DomainError) -> JobOutcome

    public init(
        queue: String, name: String, backoff: [Int64] = [5000, 30_000, 120_000],
        perform: @escaping @Sendable (JobContext) async throws(DomainError) -> JobOutcome
    ) {
        self.queue = queue
        self.name = name
        self.backoff = backoff
        self.perform = perform
    }
}

/// How an attempt ended.
public enum JobOutcome: Sendable {
    /// The work is done; the value is kept as the job's result.
    case done(JSON)
    /// Try again after the usual pause, for failures that are no errors of ours.
    case again(String)
    /// There is no use in trying again.
    case failed(String)
}

/// A job to be queued.
public struct NewJob: Sendable {
    public var queue: String
    public var name: String
    /// What to do; never a secret.
    public var payload: JSON
    /// Higher ones go first.
    public var priority: Int64
    /// Milliseconds UTC; at once when left out.
    public var runAt: Int64?
    /// While a job with this key waits, further ones are not queued.
    public var uniqueKey: String?
    public var project: Int64?

    public init(
        _ kind: JobKind, _ payload: JSON = .object(JSONObject()), priority: Int64 = 0, runAt: Int64? = nil,
        uniqueKey: String? = nil, project: Int64? = nil
    ) {
        self.init(
            queue: kind.queue, name: kind.name, payload, priority: priority, runAt: runAt, uniqueKey: uniqueKey,
            project: project)
    }

    public init(
        queue: String, name: String, _ payload: JSON = .object(JSONObject()), priority: Int64 = 0, runAt: Int64? = nil,
        uniqueKey: String? = nil, project: Int64? = nil
    ) {
        self.queue = queue
        self.name = name
        self.payload = payload
        self.priority = priority
        self.runAt = runAt
        self.uniqueKey = uniqueKey
        self.project = project
    }
}

/// The key of a job: its integer id and its UUID.
public struct JobKey: Sendable, Hashable {
    public let id: Int64
    public let uid: String
}
