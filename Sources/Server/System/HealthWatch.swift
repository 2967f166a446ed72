import Engine
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// Looks at the database every few seconds; when writing has stopped for good it ends the server, so that a supervisor
/// starts it again (SAFETY D4).
final class HealthWatch: Service {
    private static let patience = 3

    private let engine: Engine
    private let lifecycle: Lifecycle
    private let interval: Duration
    private let givenUp = Atomic<Bool>(false)

    init(engine: Engine, lifecycle: Lifecycle, interval: Duration = .seconds(5)) {
        self.engine = engine
        self.lifecycle = lifecycle
        self.interval = interval
    }

    var hasGivenUp: Bool { givenUp.load(ordering: .relaxed) }

    func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            do {
                try await watch()
            } catch is CancellationError {
                return
            }
        }
    }

    private func watch() async throws {
        var failures = 0
        while failures < HealthWatch.patience {
            lifecycle.failure = await failure()
            failures = lifecycle.failure == nil ? 0 : failures + 1
            try await ContinuousClock().sleep(for: interval)
        }
        engine.world.log.critical("writing stopped after a disk failure, ending for a restart")
        givenUp.store(true, ordering: .relaxed)
    }

    private func failure() async -> String? {
        do {
            let facts = try await engine.store.facts()
            lifecycle.facts = facts
            guard let writes = facts.first(where: { $0.name == "writes" }), writes.warning != nil else { return nil }
            return "writing stopped"
        } catch {
            engine.world.log.warning("database check failed", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
