import Engine
import Logging
import Model
import ServiceLifecycle
import Synchronization

/// Performs background work as long as the server runs: hears the outbox, takes back what dead workers left, and runs
/// what is due.
struct JobWorkers: Service {
    let runner: JobRunner
    let outbox: OutboxDispatcher
    /// How long nothing to do lasts until the next look.
    var interval = Duration.milliseconds(500)
    /// Jobs that this process runs at once.
    var width = 8

    init(engine: Engine, kinds: [JobKind], listeners: [OutboxListener]) {
        runner = JobRunner(engine: engine, kinds: kinds)
        outbox = OutboxDispatcher(engine: engine, listeners: listeners)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await prepare()
            await withDiscardingTaskGroup { group in
                group.addTask { await hear() }
                group.addTask { await work() }
            }
        }
    }

    private func prepare() async {
        do throws(DomainError) {
            try await runner.prepare()
        } catch {
            note(error)
        }
    }

    private func hear() async {
        repeat {
            do throws(DomainError) {
                try await outbox.dispatch()
            } catch {
                note(error)
            }
        } while await rested()
    }

    /// Jobs under way finish their attempt when the server stops; what is cut off is taken back after its lease.
    private func work() async {
        let running = Slots()
        await withDiscardingTaskGroup { group in
            repeat {
                let jobs = await claim(width - running.count)
                for job in jobs {
                    running.take()
                    group.addTask {
                        await perform(job)
                        running.giveBack()
                    }
                }
            } while await rested()
        }
    }

    private func claim(_ room: Int) async -> [JobContext] {
        guard room > 0 else { return [] }
        var jobs: [JobContext] = []
        do throws(DomainError) {
            try await runner.recover()
            for queue in try await runner.dueQueues() where jobs.count < room {
                jobs += try await runner.claim(queue, limit: room - jobs.count)
            }
        } catch {
            note(error)
        }
        return jobs
    }

    private func perform(_ job: JobContext) async {
        do throws(DomainError) {
            try await runner.run(job)
        } catch {
            note(error)
        }
    }

    private func note(_ error: DomainError) {
        runner.engine.world.log.warning("background work failed", metadata: ["error": "\(error.message)"])
    }

    /// Waits a moment; false when the server stops.
    private func rested() async -> Bool {
        do {
            try await ContinuousClock().sleep(for: interval)
            return true
        } catch {
            return false
        }
    }
}

/// How many jobs run in this process.
private final class Slots: Sendable {
    private let taken = Atomic<Int>(0)

    var count: Int { taken.load(ordering: .relaxed) }

    func take() { taken.add(1, ordering: .relaxed) }

    func giveBack() { taken.subtract(1, ordering: .relaxed) }
}
