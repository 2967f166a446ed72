import Dispatch
import Foundation
import Store
import Synchronization

/// A bounded set of threads, each with a connection of its own; work waits in one line for the next free one.
///
/// A thread connects when it first gets work. When connecting fails, work goes to the threads that have a connection,
/// and fails at once while nobody has one, until the next attempt is due.
final class ConnectionPool: Sendable {
    /// Work for one connection; exactly one of the closures is called, once.
    struct Job: Sendable {
        let id: UInt64
        let perform: @Sendable (Connection) -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private final class Worker: Sendable {
        let wake = DispatchSemaphore(value: 0)
        private let inbox = Mutex<Job?>(nil)

        /// Gives work to a thread that was taken from the idle ones.
        func give(_ job: Job) {
            inbox.withLock { $0 = job }
            wake.signal()
        }

        /// Sleeps until there is work; `nil` when it was woken to stop.
        func sleep() -> Job? {
            wake.wait()
            return inbox.withLock { inbox in
                defer { inbox = nil }
                return inbox
            }
        }
    }

    private struct State {
        var waiting = JobLine()
        /// Threads without work, the one that worked last at the end.
        var idle: [Worker] = []
        var idleUnconnected: [Worker] = []
        var connected: Set<ObjectIdentifier> = []
        var running = 0
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
        var outage: Outage?

        var mayConnect: Bool { outage.map { $0.retry <= .now } ?? true }

        mutating func note(_ worker: Worker, _ isConnected: Bool) {
            if isConnected {
                connected.insert(ObjectIdentifier(worker))
            } else {
                connected.remove(ObjectIdentifier(worker))
            }
        }
    }

    /// Connecting failed; nobody tries again before `retry`.
    private struct Outage {
        var error: StoreError
        var delay: Duration
        var retry: ContinuousClock.Instant
    }

    private let size: Int
    private let state = Mutex(State())
    private let jobs = Atomic<UInt64>(0)

    private static let firstDelay = Duration.milliseconds(100)
    private static let longestDelay = Duration.seconds(1)
    /// Beyond this many waiting jobs the server is overloaded and says so.
    private static let lineLimit = 10_000
    private static let stackSize = 8 << 20

    init(size: Int, address: ServerAddress, settings: SessionSettings) {
        self.size = size
        state.withLock { $0.running = size }
        for number in 1...size {
            let thread = Thread { [self] in
                work(Worker(), Connection(address: address, settings: settings))
            }
            thread.name = "postgres \(number)"
            thread.stackSize = ConnectionPool.stackSize
            thread.start()
        }
    }

    var usage: (busy: Int, open: Int, limit: Int) {
        state.withLock { state in
            (size - state.idle.count - state.idleUnconnected.count, state.connected.count, size)
        }
    }

    /// Waits for a connection and runs the work on its thread.
    ///
    /// Throws `.unavailable` without a server or after `close`, `CancellationError` when the task was cancelled before
    /// the work began, and what the work throws.
    func run<T: Sendable>(_ work: @escaping @Sendable (Connection) throws -> T) async throws -> T {
        let id = jobs.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<T, any Error>) in
                submit(
                    Job(
                        id: id,
                        perform: { connection in continuation.resume(with: Result { try work(connection) }) },
                        fail: { error in continuation.resume(throwing: error) }))
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Refuses new work, fails what waits and lets what runs finish.
    func shutDown() {
        let (failed, sleepers) = state.withLock { state in
            state.isClosed = true
            let sleepers = state.idle + state.idleUnconnected
            state.idle = []
            state.idleUnconnected = []
            return (state.waiting.removeAll(), sleepers)
        }
        for worker in sleepers { worker.wake.signal() }
        for job in failed { job.fail(ConnectionPool.closed) }
    }

    /// Shuts down and returns when every connection is closed.
    func close() async {
        shutDown()
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.running == 0 { return true }
                state.closers.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    private static var closed: StoreError { StoreError(.unavailable, "the store is closed") }

    private func submit(_ job: Job) {
        enum Way { case give(Worker), wait, refuse(StoreError) }
        let way: Way = state.withLock { state in
            if state.isClosed { return .refuse(ConnectionPool.closed) }
            if let worker = state.idle.popLast() { return .give(worker) }
            if state.connected.isEmpty || state.mayConnect, let worker = state.idleUnconnected.popLast() {
                return .give(worker)
            }
            guard state.waiting.count < ConnectionPool.lineLimit else {
                return .refuse(StoreError(.unavailable, "\(state.waiting.count) transactions wait for a connection"))
            }
            state.waiting.append(job)
            return .wait
        }
        switch way {
        case .give(let worker): worker.give(job)
        case .wait: break
        case .refuse(let error): job.fail(error)
        }
    }

    /// Takes a job out of the line; one that runs already is left alone.
    private func cancel(_ id: UInt64) {
        let job = state.withLock { state in state.waiting.remove(id) }
        job?.fail(CancellationError())
    }

    private func work(_ worker: Worker, _ connection: Connection) {
        while let job = next(worker, isConnected: connection.isUsable) { serve(job, worker, connection) }
        connection.close()
        let closers = state.withLock { state in
            state.connected.remove(ObjectIdentifier(worker))
            state.running -= 1
            let closers = state.running == 0 ? state.closers : []
            if state.running == 0 { state.closers = [] }
            return closers
        }
        for closer in closers { closer.resume() }
    }

    /// The next job for a thread, which sleeps until there is one; `nil` when the store is closed.
    private func next(_ worker: Worker, isConnected: Bool) -> Job? {
        enum Step { case stop, sleep, run(Job) }
        let step: Step = state.withLock { state in
            state.note(worker, isConnected)
            if state.isClosed { return .stop }
            if isConnected || state.connected.isEmpty || state.mayConnect, let job = state.waiting.popFirst() {
                return .run(job)
            }
            if isConnected { state.idle.append(worker) } else { state.idleUnconnected.append(worker) }
            return .sleep
        }
        switch step {
        case .stop: return nil
        case .run(let job): return job
        case .sleep: return worker.sleep()
        }
    }

    private func serve(_ job: Job, _ worker: Worker, _ connection: Connection) {
        if !connection.isUsable {
            let outage = state.withLock { state in state.mayConnect ? nil : state.outage?.error }
            do throws(StoreError) {
                if let outage { throw outage }
                try connection.open()
                state.withLock { state in
                    state.note(worker, true)
                    state.outage = nil
                }
            } catch {
                if outage == nil { note(error) }
                return passOn(job, error)
            }
        }
        job.perform(connection)
    }

    private func note(_ error: StoreError) {
        state.withLock { state in
            let delay = min((state.outage?.delay ?? ConnectionPool.firstDelay / 2) * 2, ConnectionPool.longestDelay)
            state.outage = Outage(error: error, delay: delay, retry: .now + delay)
        }
    }

    /// Gives a job that found no connection to a thread that has one; fails it when there is none.
    private func passOn(_ job: Job, _ error: StoreError) {
        enum Way { case give(Worker), wait, fail }
        let way: Way = state.withLock { state in
            if state.isClosed || state.connected.isEmpty { return .fail }
            if let worker = state.idle.popLast() { return .give(worker) }
            state.waiting.prepend(job)
            return .wait
        }
        switch way {
        case .give(let worker): worker.give(job)
        case .wait: break
        case .fail: job.fail(error)
        }
    }
}
