import ServiceLifecycle
import Wire

/// Gives up calls that take too long, as long as the server runs.
struct DeadlineService: Service {
    let deadlines: Deadlines

    func run() async throws {
        let deadlines = deadlines
        await cancelWhenGracefulShutdown { await deadlines.watch() }
    }
}
