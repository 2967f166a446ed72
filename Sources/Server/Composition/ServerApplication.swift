import Engine
import Foundation
import HummingbirdCore
import Logging
import Model
import NIOCore
import NIOPosix
import ServiceLifecycle
import Store
import Synchronization
import UnixSignals
import Wire

/// A running server: listens on its address and on the command line's socket until it is told to stop.
public struct ServerApplication: Sendable {
    private let settings: ServerSettings
    /// Where the socket of the command line is.
    private let folder: DataFolder?
    private let gate: Gate
    let lifecycle = Lifecycle()
    let connections = Connections()
    private let limits: ConnectionLimits

    public init(_ installation: Installation) {
        self.init(
            engine: installation.engine, settings: installation.settings, folder: installation.folder,
            dialects: Dialects.all)
    }

    init(
        engine: Engine, settings: ServerSettings, folder: DataFolder?, dialects: [any Dialect],
        gateLimits: GateLimits? = nil, limits: ConnectionLimits = ConnectionLimits()
    ) {
        self.settings = settings
        self.folder = folder
        var limits = limits
        if let seconds = settings.drainLimit { limits.drainLimit = .seconds(Int64(seconds)) }
        limits.connections = max(64, min(limits.connections, ProcessFacts.raiseFileLimit() - 128))
        self.limits = limits
        let (lifecycle, connections) = (lifecycle, connections)
        let own = GateHolder()
        let system = SystemDialect(lifecycle: lifecycle) { own.metrics(connections) }
        gate = Gate(
            engine: engine, router: Router(dialects + [system], fallback: dialects.first ?? system),
            limits: gateLimits ?? GateLimits(rate: settings.rateLimit), compress: Compression.gzip)
        own.gate = gate
    }

    /// Serves until SIGTERM or SIGINT; `onReady` gets the address once requests are answered.
    ///
    /// Returns true when the process should be started again because its database failed.
    public func run(onReady: @escaping @Sendable (_ address: String, _ port: Int) -> Void) async throws -> Bool {
        let watch = HealthWatch(engine: gate.engine, lifecycle: lifecycle)
        let ending = Ending()
        let group = group(watch, signals: [.sigterm, .sigint], ending: ending, onReady: onReady)
        switch await ServerApplication.run(group, to: ending) {
        case .ended: break
        case .abandoned: gate.engine.world.log.error("requests did not end, stopping without them")
        case .failed(let error as IOError) where error.errnoCode == EADDRINUSE:
            throw StartError("port \(settings.port) of \(settings.host) is in use; choose another --port")
        case .failed(let error as IOError):
            let reason = String(cString: strerror(error.errnoCode))
            throw StartError("cannot listen on \(settings.host), port \(settings.port): \(reason)")
        case .failed(let error): throw error
        }
        return watch.hasGivenUp
    }

    /// Waits for the services, or for the last resort: no handler, however stuck, keeps the program from its end.
    ///
    /// The task is unstructured for that reason; a task group would wait for it.
    static func run(_ group: ServiceGroup, to ending: Ending) async -> Ending.Outcome {
        let services = Task {
            do {
                try await group.run()
                ending.reach(.ended)
            } catch {
                ending.reach(.failed(error))
            }
        }
        return await withTaskCancellationHandler {
            await ending.outcome()
        } onCancel: {
            services.cancel()
        }
    }

    /// Everything that runs, in the order in which it starts; it stops in the opposite order.
    func group(
        _ watch: HealthWatch, signals: [UnixSignal], ending: Ending = Ending(),
        onReady: @escaping @Sendable (_ address: String, _ port: Int) -> Void
    ) -> ServiceGroup {
        let log = gate.engine.world.log
        let exchange = Exchange(
            gate: gate,
            hosts: HostPolicy(baseURL: settings.baseURL, isLoopback: ServerApplication.isLoopback(settings.host)),
            proxies: TrustedProxies(settings.trustedProxies), limits: limits, lifecycle: lifecycle)
        let listener = Listener(exchange: exchange, connections: connections, limits: limits, log: log)
        let web = listener.service(.hostname(settings.host, port: settings.port)) { port in
            let port = port ?? settings.port
            onReady(ServerApplication.address(settings, port), port)
        }
        let drain = DrainService(
            lifecycle: lifecycle, connections: connections, delay: settings.drainDelay, limits: limits, ending: ending)
        var configuration = ServiceGroupConfiguration(
            services: folder.map { keepers(of: $0) } ?? [],
            gracefulShutdownSignals: signals, logger: ServerApplication.quiet(log))
        let workers = JobWorkers(
            engine: gate.engine, kinds: BackgroundWork.kinds(gate.engine),
            listeners: BackgroundWork.listeners(gate.engine))
        configuration.services += [
            .init(service: DeadlineService(deadlines: gate.deadlines)), .init(service: workers),
            .init(service: watch, successTerminationBehavior: .gracefullyShutdownGroup), .init(service: web),
            .init(service: drain),
        ]
        // Beyond this the services are cancelled. There is no limit on the cancellation: the library would answer it
        // with a trap; `Ending` takes its place.
        let patience = limits.drainLimit + .seconds(Int64(settings.drainDelay) + 2)
        configuration.maximumGracefulShutdownDuration = .nanoseconds(patience.nanoseconds)
        return ServiceGroup(configuration: configuration)
    }

    /// What works on the data folder beside the database.
    private func keepers(of folder: DataFolder) -> [ServiceGroupConfiguration.ServiceConfiguration] {
        let anchors = AuditAnchors(folder: folder.path)
        return [
            .init(service: AnchorService(engine: gate.engine, anchors: anchors)),
            .init(service: AdministrationSocket(engine: gate.engine, folder: folder)),
        ]
    }

    private static func quiet(_ log: Logger) -> Logger {
        var log = log
        log.logLevel = max(log.logLevel, .warning)
        return log
    }

    static func isLoopback(_ host: String) -> Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }

    static func address(_ settings: ServerSettings, _ port: Int) -> String {
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        return "http://\(host):\(port)"
    }
}

/// Gives the metrics route the gate that is made after it.
private final class GateHolder: Sendable {
    private let held = Mutex<Gate?>(nil)

    var gate: Gate? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }

    func metrics(_ connections: Connections) -> String {
        guard let gate else { return "" }
        let gauges = [
            Metrics.Gauge("assay_http_in_flight", "Requests that run now.", Double(gate.inFlight)),
            Metrics.Gauge("assay_http_connections", "Open connections.", Double(connections.count)),
        ]
        return gate.metrics.text(gauges + ProcessFacts.gauges())
    }
}
