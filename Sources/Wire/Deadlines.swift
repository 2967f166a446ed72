import Model
import Synchronization

/// The points in time at which running calls are given up.
///
/// One loop looks at all of them: a timer for each call would outlive the call by the whole limit.
public final class Deadlines: Sendable {
    private let running = Mutex<[ObjectIdentifier: Deadline]>([:])

    func add(_ deadline: Deadline) { running.withLock { $0[ObjectIdentifier(deadline)] = deadline } }

    func remove(_ deadline: Deadline) { _ = running.withLock { $0.removeValue(forKey: ObjectIdentifier(deadline)) } }

    /// Looks after the running calls until it is cancelled.
    public func watch(every tick: Duration = .milliseconds(500)) async {
        while !Task.isCancelled {
            do {
                try await ContinuousClock().sleep(for: tick)
            } catch {
                return
            }
            let now = ContinuousClock.now
            for deadline in running.withLock({ Array($0.values) }) where deadline.end <= now {
                deadline.finish(.passed)
            }
        }
    }
}

/// A point in time that moves on with every piece of the body, so that a long upload is not a slow call.
final class Deadline: Sendable {
    enum Outcome: Sendable { case passed, cancelled }

    private enum State {
        case fresh
        case waiting(CheckedContinuation<Outcome, Never>)
        case finished(Outcome)
    }

    private let limit: Duration
    private let current: Mutex<ContinuousClock.Instant>
    private let state = Mutex(State.fresh)

    init(_ limit: Duration) {
        self.limit = limit
        current = Mutex(.now + limit)
    }

    var end: ContinuousClock.Instant { current.withLock { $0 } }

    func watching(_ body: Body) -> Body {
        guard body.length != 0 else { return body }
        return Body(length: body.length) { [self] () async throws(DomainError) -> [UInt8]? in
            let piece = try await body.piece()
            current.withLock { $0 = .now + limit }
            return piece
        }
    }

    /// Waits until the time has passed or the wait is cancelled.
    func outcome() async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Outcome? = state.withLock { state in
                    if case .finished(let outcome) = state { return outcome }
                    state = .waiting(continuation)
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            finish(.cancelled)
        }
    }

    /// The first word counts.
    func finish(_ outcome: Outcome) {
        let continuation: CheckedContinuation<Outcome, Never>? = state.withLock { state in
            switch state {
            case .fresh:
                state = .finished(outcome)
                return nil
            case .waiting(let continuation):
                state = .finished(outcome)
                return continuation
            case .finished: return nil
            }
        }
        continuation?.resume(returning: outcome)
    }
}
