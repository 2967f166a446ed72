import Engine
import HTTPTypes
import Logging
import Model
import NIOCore
import ServiceLifecycle
import Statements
import Store
import Synchronization
import Wire

@testable import Server

/// A store that answers every question with 1, or not at all.
final class StubStore: Store {
    let isBroken = Atomic<Bool>(false)
    let hasFailedDisk = Atomic<Bool>(false)
    var flavor: Flavor { .sqlite }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        if isBroken.load(ordering: .relaxed) { throw StoreError(.unavailable, "broken") }
        return try body(StubSession())
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        throw StoreError(.unavailable, "read only")
    }

    func backup(to path: String) async throws { throw StoreError(.unavailable, "no backup") }
    func close() async throws {}

    func facts() async throws -> [StoreFact] {
        let hasFailed = hasFailedDisk.load(ordering: .relaxed)
        return [
            StoreFact("version", "1.2.3"), StoreFact("synchronous", "FULL"),
            StoreFact("writes", hasFailed ? "stopped" : "accepted", warning: hasFailed ? "disk failed" : nil),
        ]
    }
}

private final class StubSession: Session {
    var flavor: Flavor { .sqlite }
    func rows(_ statement: SQLText) throws(StoreError) -> [[Value]] { [[1]] }
    func each(_ statement: SQLText, _ body: ([Value]) throws(StoreError) -> Void) throws(StoreError) {}
    func execute(_ statement: SQLText) throws(StoreError) -> Int { 0 }
    func run(script: String) throws(StoreError) {}
    func insert(_ insert: Insert) throws(StoreError) -> Int { 0 }
    func reserveIds(_ table: String, count: Int) throws(StoreError) -> [Int64] { [] }
}

/// Routes that do to a connection what real routes do.
struct WireDialect: Dialect {
    let name = "wires"
    let prefixes = ["/api"]
    let latch: Latch

    var routes: [Route] {
        let latch = latch
        return [
            Route(.get, "/api/small", "small", access: .anyone) { call, _ async throws(DomainError) in
                .json(["address": .string(call.remoteAddress), "origin": .string(call.origin)])
            },
            Route(.get, "/api/large", "large", access: .anyone) { call, _ async throws(DomainError) in
                .text(String(repeating: "a", count: call.query["bytes"].flatMap { Int($0) } ?? 0))
            },
            Route(.post, "/api/closed", "closed") { _, _ async throws(DomainError) in .json([:]) },
            Route(.post, "/api/collect", "collect", access: .anyone) { call, _ async throws(DomainError) in
                .json(["bytes": .integer(Int64(try await call.body.collect(limit: 1 << 20).count))])
            },
            Route(.post, "/api/count", "count", access: .anyone, cost: .importing) {
                call, _ async throws(DomainError) in
                var count: Int64 = 0
                while let piece = try await call.body.piece() { count += Int64(piece.count) }
                return .json(["bytes": .integer(count)])
            },
            Route(.post, "/api/progress", "progress", access: .anyone) { call, _ async throws(DomainError) in
                Reply(
                    .ok, headers: [.contentType: "text/event-stream"],
                    content: .stream { stream in
                        var count = 0
                        while let piece = try await call.body.piece() {
                            count += piece.count
                            try await stream.write(Array("data: \(count)\n\n".utf8))
                        }
                    })
            },
            Route(.get, "/api/file", "file", access: .anyone) { call, _ async throws(DomainError) in
                Reply(.ok, content: .file(path: call.query["path"] ?? "", offset: 2, length: 300_000))
            },
            Route(.get, "/api/wait", "wait", access: .anyone) { _, _ async throws(DomainError) in
                await latch.arrive()
                return .json(["waited": true])
            },
        ]
    }

    func failure(_ error: DomainError, _ call: Call) -> Reply {
        .json(["error": .string(error.message)], status: StatusCode.of(error.code))
    }
}

/// Holds callers until it is opened.
actor Latch {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private(set) var arrived = 0

    func arrive() async {
        arrived += 1
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}

/// A server on a free port of this machine for the time of one test.
struct ServerKit: Sendable {
    let port: Int
    let latch: Latch
    let store: StubStore
    let lifecycle: Lifecycle
    let connections: Connections
    let ending: Ending
    let group: ServiceGroup

    func connect() async throws -> RawClient { try await RawClient(port: port) }

    /// Sends bytes on a new connection and reads until the server closes it.
    func exchange(_ bytes: String) async throws -> Answer {
        let client = try await connect()
        try await client.send(bytes)
        return await client.readToEnd()
    }

    /// Limits that no busy machine reaches; tests of a limit make theirs small.
    static let patient: ConnectionLimits = {
        var limits = ConnectionLimits()
        limits.idle = .minutes(10)
        limits.bodyWindow = .minutes(10)
        limits.stalledAnswer = .minutes(10)
        limits.drainLimit = .seconds(2)
        limits.lastResort = .minutes(10)
        return limits
    }()

    /// Waits for something that happens soon on an idle machine; false after two minutes.
    static func until(_ isTrue: @Sendable () async -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            if await isTrue() { return true }
            try await ContinuousClock().sleep(for: .milliseconds(10))
        }
        return false
    }

    static func run(
        _ limits: ConnectionLimits = patient, settings change: (inout ServerSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (ServerKit) async throws -> Void
    ) async throws {
        var settings = ServerSettings()
        settings.port = 0
        settings.rateLimit = .off
        change(&settings)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (latch, store) = (Latch(), StubStore())
        let engine = Engine(
            schema: try Schema([]), store: store, world: World.live(log: log),
            settings: Engine.Settings(dataFolder: "/nowhere", secret: Array(repeating: 1, count: 32)))
        let application = ServerApplication(
            engine: engine, settings: settings, folder: nil, dialects: [WireDialect(latch: latch)],
            gateLimits: GateLimits(rate: .off, deadline: .seconds(600)), limits: limits)
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let watch = HealthWatch(engine: engine, lifecycle: application.lifecycle, interval: .milliseconds(20))
        let ending = Ending()
        let group = application.group(watch, signals: [], ending: ending) { _, port in announce.yield(port) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                var iterator = ports.makeAsyncIterator()
                guard let port = await iterator.next() else { return }
                let kit = ServerKit(
                    port: port, latch: latch, store: store, lifecycle: application.lifecycle,
                    connections: application.connections, ending: ending, group: group)
                do {
                    try await body(kit)
                } catch {
                    await latch.open()
                    await group.triggerGracefulShutdown()
                    throw error
                }
                await latch.open()
                await group.triggerGracefulShutdown()
            }
            try await tasks.waitForAll()
        }
    }
}
