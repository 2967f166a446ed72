import NIOCore
import NIOPosix
import ServiceLifecycle
import WebApp

/// The first thing that happens after the signal to stop: not ready any more, a while for the balancer to notice, a cut
/// for clients that hold on, and in the end an end without the requests that do not end.
struct DrainService: Service {
    let lifecycle: Lifecycle
    let connections: Connections
    /// Seconds.
    let delay: Int
    let limits: ConnectionLimits
    let ending: Ending

    func run() async throws {
        try await gracefulShutdown()
        lifecycle.drain()
        LiveHub.shared.endStreams()
        let (connections, ending) = (connections, ending)
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let cut = limits.drainLimit + .seconds(Int64(delay))
        loop.scheduleTask(in: cut) { connections.closeAll() }
        loop.scheduleTask(in: cut + limits.lastResort) { ending.reach(.abandoned) }
        if delay > 0 { try await ContinuousClock().sleep(for: .seconds(delay)) }
    }
}
