import Store
import Synchronization

/// Whether the server takes work.
final class Lifecycle: Sendable {
    private let draining = Atomic<Bool>(false)
    private let broken = Mutex<String?>(nil)
    private let known = Mutex<[StoreFact]>([])

    /// From the signal to stop on.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    func drain() { draining.store(true, ordering: .relaxed) }

    /// What is wrong with the server, in words for operators.
    var failure: String? {
        get { broken.withLock { $0 } }
        set { broken.withLock { $0 = newValue } }
    }

    /// What the database said about itself when it was last asked.
    var facts: [StoreFact] {
        get { known.withLock { $0 } }
        set { known.withLock { $0 = newValue } }
    }
}
