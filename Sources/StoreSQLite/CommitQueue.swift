import GRDB
import Store
import Synchronization

/// Runs write transactions one after the other on the writer; those that wait share a commit.
///
/// The first job of a batch owns the transaction, each further one runs in a savepoint, so that a job that fails
/// takes only its own changes with it. Nobody hears of success before the commit is on disk.
final class CommitQueue: Sendable {
    /// More jobs than this do not share one commit.
    private static let batchLimit = 64
    /// After this time a batch commits even when more jobs wait.
    private static let batchTime = Duration.milliseconds(20)

    private struct Job: Sendable {
        /// Runs the body and keeps its outcome; throws what the body threw.
        let run: @Sendable (SQLiteSession) throws -> Void
        /// Tells the waiting task: nil for its own outcome, an error when the commit failed.
        let finish: @Sendable ((any Error)?) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isDraining = false
        var isClosed = false
    }

    private let pool: DatabasePool
    private let statements: StatementPolicy
    private let state = Mutex(State())
    private let broken = Atomic<Bool>(false)

    init(pool: DatabasePool, statements: StatementPolicy) {
        self.pool = pool
        self.statements = statements
    }

    /// True after the disk failed: writes are refused until a restart.
    var isBroken: Bool { broken.load(ordering: .relaxed) }

    func run<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        guard !isBroken else { throw StoreError(.unavailable, "writing stopped after a disk failure") }
        return try await withCheckedThrowingContinuation { continuation in
            let outcome = Mutex<Result<T, any Error>?>(nil)
            let job = Job(
                run: { session in
                    do {
                        let value = try body(session)
                        outcome.withLock { $0 = .success(value) }
                    } catch {
                        outcome.withLock { $0 = .failure(error) }
                        throw error
                    }
                },
                finish: { failure in
                    let result = outcome.withLock { $0 }
                    switch (result, failure) {
                    case (.failure(let error), _): continuation.resume(throwing: error)
                    case (_, .some(let error)): continuation.resume(throwing: error)
                    case (.success(let value), nil): continuation.resume(returning: value)
                    case (nil, nil): continuation.resume(throwing: StoreError(.unavailable, "the job did not run"))
                    }
                })
            add(job)
        }
    }

    private func add(_ job: Job) {
        let (isRefused, mustStart) = state.withLock { state in
            if state.isClosed { return (true, false) }
            state.waiting.append(job)
            defer { state.isDraining = true }
            return (false, !state.isDraining)
        }
        if isRefused {
            job.finish(StoreError(.unavailable, "the database is closed"))
        } else if mustStart {
            pool.asyncWriteWithoutTransaction { [self] db in drain(db) }
        }
    }

    private func next() -> Job? {
        state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    private func drain(_ db: Database) {
        while true {
            let isDone = state.withLock { state in
                if state.waiting.isEmpty { state.isDraining = false }
                return state.waiting.isEmpty
            }
            if isDone { return }
            batch(db)
        }
    }

    private func batch(_ db: Database) {
        let session = SQLiteSession(db, statements: statements, deadline: nil)
        let end = ContinuousClock.now + CommitQueue.batchTime
        var finished: [Job] = []
        var committing: [Job] = []
        var failure: (any Error)?
        do {
            try db.execute(sql: "BEGIN IMMEDIATE")
            while finished.count < CommitQueue.batchLimit, let job = next() {
                finished.append(job)
                if committing.isEmpty {
                    try first(job, db, session, &committing)
                } else {
                    try further(job, db, session, &committing)
                }
                if ContinuousClock.now > end { break }
            }
            session.end()
            try db.execute(sql: committing.isEmpty ? "ROLLBACK" : "COMMIT")
        } catch {
            failure = (error as? DatabaseError).map(SQLiteSession.storeError) ?? error
            session.end()
            note(error, session)
            if db.isInsideTransaction { try? db.execute(sql: "ROLLBACK") }
            if finished.isEmpty, let job = next() { finished.append(job) }
        }
        for job in finished { job.finish(failure) }
    }

    /// Runs a job as the owner of the transaction; when it fails a fresh transaction begins.
    private func first(
        _ job: Job, _ db: Database, _ session: SQLiteSession, _ committing: inout [Job]
    ) throws {
        do {
            try job.run(session)
            committing.append(job)
        } catch {
            note(error, session)
            try db.execute(sql: "ROLLBACK")
            try db.execute(sql: "BEGIN IMMEDIATE")
        }
    }

    private func further(
        _ job: Job, _ db: Database, _ session: SQLiteSession, _ committing: inout [Job]
    ) throws {
        try session.run(script: "SAVEPOINT job")
        do {
            try job.run(session)
            committing.append(job)
        } catch {
            note(error, session)
            try session.run(script: "ROLLBACK TO job")
        }
        try session.run(script: "RELEASE job")
    }

    /// A failed disk or a damaged file ends writing: an error now is better than a lie later.
    ///
    /// The session knows of its own errors; the job may have turned them into others.
    private func note(_ error: any Error, _ session: SQLiteSession) {
        let isDamage = (error as? DatabaseError).map(SQLiteSession.isDamage) ?? false
        if isDamage || session.hasSeenDamage { broken.store(true, ordering: .relaxed) }
    }

    /// Refuses new jobs and waits for those that were accepted.
    func close() async {
        state.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [self] db in
                drain(db)
                continuation.resume()
            }
        }
    }
}
