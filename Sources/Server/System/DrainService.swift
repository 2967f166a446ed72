import NIOCore
import NIOPosix
import ServiceLifecycle

/// The first thing that happens after the signal to stop: not ready any more, a while for the balancer to notice, and
/// in the end a cut for clients that hold on.
struct DrainService: Service {
    let lifecycle: Lifecycle
    let connections: Connections
    /// Seconds.
    let delay: Int
    let limit: TimeAmount

    func run() async throws {
        try await gracefulShutdown()
        lifecycle.drain()
        let connections = connections
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        loop.scheduleTask(in: limit + .seconds(Int64(delay))) { connections.closeAll() }
        if delay > 0 { try await ContinuousClock().sleep(for: .seconds(delay)) }
    }
}
