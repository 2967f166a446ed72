import Synchronization

/// How a server ends: with its services, or without those that do not end.
final class Ending: Sendable {
    enum Outcome: Sendable {
        case ended
        case failed(any Error)
        /// A request went on longer than anybody waits.
        case abandoned
    }

    private enum State {
        case open
        case waiting(CheckedContinuation<Outcome, Never>)
        case reached(Outcome)
    }

    private let state = Mutex(State.open)

    /// The first word counts.
    func reach(_ outcome: Outcome) {
        let waiting: CheckedContinuation<Outcome, Never>? = state.withLock { state in
            switch state {
            case .open:
                state = .reached(outcome)
                return nil
            case .waiting(let continuation):
                state = .reached(outcome)
                return continuation
            case .reached: return nil
            }
        }
        waiting?.resume(returning: outcome)
    }

    /// To be called once.
    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let reached: Outcome? = state.withLock { state in
                if case .reached(let outcome) = state { return outcome }
                state = .waiting(continuation)
                return nil
            }
            if let reached { continuation.resume(returning: reached) }
        }
    }
}
