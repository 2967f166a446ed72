import Catalog
public import DialectTestPlanIt
public import Engine
import Foundation
import Logging
import Model
import Store
import StorePostgres
import StoreSQLite
import Synchronization
public import Wire

/// An engine over a database of its own, with people, a project, a clock that stands still and a gate in front.
///
/// People: `admin`, `manager` (adds, changes, deletes and closes in the project), `tester` (the default role),
/// `reader` (may look only), `stranger` (a user without access to the project). The project is `Shop`.
public final class TestWorld: Sendable {
    public struct Person: Sendable {
        public let id: Int64
        public let uid: String
        public let email: String
        public let token: String
    }

    /// A row that tests start from.
    public struct Place: Sendable {
        public let id: Int64
        public let uid: String
    }

    /// Everybody's password.
    public static let password = "blue kettle 42 rides"

    /// Name, level and role of the people.
    static let cast: [(name: String, level: String, role: String)] = [
        ("admin", "ADMIN", "admin"), ("manager", "USER", "Manager"), ("tester", "USER", "user"),
        ("reader", "USER", "Viewer"), ("stranger", "USER", "user"),
    ]

    public let backend: Backend
    public let engine: Engine
    public let gate: Gate
    public let clock: TestClock
    public let people: [String: Person]
    public let project: Place
    /// The project's root folder.
    public let folder: Place
    public let dataFolder: String
    private let database: String

    private static let count = Atomic<Int>(0)

    private init(
        backend: Backend, engine: Engine, clock: TestClock, source: WorldTemplate.Source, dataFolder: String,
        database: String, dialects: [any Dialect], limits: GateLimits
    ) {
        self.backend = backend
        self.engine = engine
        self.clock = clock
        self.dataFolder = dataFolder
        self.database = database
        people = source.people
        project = source.project
        folder = source.folder
        gate = Gate(engine: engine, router: Router(dialects, fallback: TestPlanItDialect()), limits: limits)
    }

    /// A copy of the template; end it with `close`.
    public static func make(
        _ backend: Backend, dialects: [any Dialect] = [TestPlanItDialect()],
        limits: GateLimits = GateLimits(rate: .off), outside: Outside = .none
    ) async throws -> TestWorld {
        await Turnstile.worlds.enter()
        do {
            return try await copy(backend, dialects, limits, outside)
        } catch {
            await Turnstile.worlds.leave()
            throw error
        }
    }

    private static func copy(
        _ backend: Backend, _ dialects: [any Dialect], _ limits: GateLimits, _ outside: Outside
    ) async throws -> TestWorld {
        let source = try await WorldTemplate.shared.source(backend)
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        let folder = try TestFolder.make("world-\(number)")
        let store: any Store
        let database: String
        switch backend {
        case .sqlite:
            database = folder.appendingPathComponent("assay.sqlite").path
            try FileManager.default.copyItem(atPath: source.name, toPath: database)
            store = try SQLiteStore.open(path: database, options: SQLiteStore.Options(readers: 2))
        case .postgres:
            database = PostgresServer.newName()
            try await PostgresServer.create(database, from: source.name)
            store = try await PostgresServer.open(database)
        }
        let clock = TestClock()
        let engine = engine(
            store, dataFolder: folder.path, clock: clock, random: TestRandom(seed: 2), outside: outside)
        return TestWorld(
            backend: backend, engine: engine, clock: clock, source: source, dataFolder: folder.path,
            database: database, dialects: dialects, limits: limits)
    }

    static func engine(
        _ store: any Store, dataFolder: String, clock: TestClock, random: TestRandom, outside: Outside = .none
    ) -> Engine {
        var log = Logger(label: "assay.test")
        log.logLevel = ProcessInfo.processInfo.environment["ASSAY_TEST_LOG"] == nil ? .critical : .debug
        let world = World(now: { clock.now }, random: { random.bytes($0) }, log: log)
        let settings = Engine.Settings(dataFolder: dataFolder, secret: [UInt8](repeating: 7, count: 32))
        return Engine(schema: Catalog.schema, store: store, world: world, settings: settings, outside: outside)
    }

    /// Runs the body with a world and removes the world afterwards.
    public static func with<T>(
        _ backend: Backend, dialects: [any Dialect] = [TestPlanItDialect()],
        limits: GateLimits = GateLimits(rate: .off), outside: Outside = .none, _ body: (TestWorld) async throws -> T
    ) async throws -> T {
        let world = try await make(backend, dialects: dialects, limits: limits, outside: outside)
        do {
            let value = try await body(world)
            try await world.close()
            return value
        } catch {
            try? await world.close()
            throw error
        }
    }

    public func close() async throws {
        defer { Task { await Turnstile.worlds.leave() } }
        try await engine.store.close()
        try? FileManager.default.removeItem(atPath: dataFolder)
        if backend == .postgres { try await PostgresServer.drop(database) }
    }

    /// Tells the outbox and performs the jobs that are due, until nothing is left.
    public func performJobs(
        _ kinds: [JobKind] = EngineJobs.all, listeners: [OutboxListener] = EngineJobs.listeners
    ) async throws {
        try await OutboxDispatcher(engine: engine, listeners: listeners).dispatch()
        try await JobRunner(engine: engine, kinds: kinds).drain()
    }

    /// Somebody of the cast; unknown names are a fault of the test.
    public func person(_ name: String) -> Person {
        guard let person = people[name] else { preconditionFailure("nobody is called \(name)") }
        return person
    }

    /// The caller that a person is.
    public func caller(_ name: String) async throws -> Caller { try await engine.caller(email: person(name).email) }
}
