import Catalog
import Engine
import Foundation
import Logging
import Model
import Statements
import Store
import StorePostgres
import StoreSQLite
import Synchronization
import Testing

/// A database that the tests of the engine run on.
enum Backend: String, CaseIterable, Sendable {
    case sqlite, postgres

    static let postgresURL: String? = {
        let url = ProcessInfo.processInfo.environment["ASSAY_TEST_POSTGRES"]
        if url == nil { FileHandle.standardError.write(Data("SKIPPED on PostgreSQL: set ASSAY_TEST_POSTGRES\n".utf8)) }
        return url
    }()

    static var available: [Backend] { postgresURL == nil ? [.sqlite] : [.sqlite, .postgres] }
}

/// A clock that a test turns.
final class TestClock: Sendable {
    /// 2026-06-15T12:00:00Z.
    static let start: Int64 = 1_781_524_800_000
    private let time = Mutex<Int64>(TestClock.start)

    var now: Int64 { time.withLock { $0 } }

    func advance(_ duration: Duration) {
        time.withLock {
            $0 += duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        }
    }
}

/// An engine over a database of its own with the boot data in it.
final class EngineWorld: Sendable {
    let engine: Engine
    let clock: TestClock
    let folder: String
    private static let names = Mutex(0)

    init(store: any Store, folder: String, clock: TestClock = TestClock(), isReal: Bool = false) {
        self.clock = clock
        self.folder = folder
        var log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        log.logLevel = .critical
        let generator = Mutex(SystemRandomNumberGenerator())
        let world = World(
            now: { isReal ? Int64(Date().timeIntervalSince1970 * 1000) : clock.now },
            random: { count in
                generator.withLock { g in (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &g) } }
            },
            log: log)
        engine = Engine(
            schema: Catalog.schema, store: store, world: world,
            settings: Engine.Settings(dataFolder: folder, secret: [UInt8](repeating: 7, count: 32)))
    }

    var store: any Store { engine.store }

    /// Runs the body on a new database and removes it afterwards.
    static func with(
        _ backend: Backend, _ sharing: Databases.Sharing = .shared, _ body: @Sendable (EngineWorld) async throws -> Void
    ) async throws {
        let (store, folder) = try await Databases.open(backend, sharing)
        let world = EngineWorld(store: store, folder: folder)
        do {
            try await body(world)
        } catch {
            try? await Databases.remove(backend, sharing, store, folder)
            throw error
        }
        try await Databases.remove(backend, sharing, store, folder)
    }

    func read<T: Sendable>(
        as caller: Caller = .system, _ body: @escaping @Sendable (Reading) throws(DomainError) -> T
    ) async throws(DomainError) -> T {
        try await engine.read(as: caller, body)
    }

    @discardableResult
    func write<T: Sendable>(
        as caller: Caller = .system, _ body: @escaping @Sendable (Writing) throws(DomainError) -> T
    ) async throws(DomainError) -> T {
        try await engine.write(as: caller, body)
    }

    /// What a write is refused with; nil when it passes.
    func attempt<T: Sendable>(
        as caller: Caller, _ body: @escaping @Sendable (Writing) throws(DomainError) -> T
    ) async -> DomainError? {
        do throws(DomainError) {
            _ = try await engine.write(as: caller, body)
            return nil
        } catch {
            return error
        }
    }

    /// A name that no other call returns.
    func name(_ prefix: String) -> String {
        EngineWorld.names.withLock { number in
            number += 1
            return "\(prefix) \(number)"
        }
    }

    // MARK: People

    /// Makes a user without a password and returns the caller for it.
    func user(_ access: Caller.Level = .user, role: String = "user", api: Bool = true) async throws(DomainError)
        -> Caller
    {
        let name = name("person")
        let email = name.replacing(" ", with: "") + "@example.com"
        try await write { work throws(DomainError) in
            let role = try work.value(of: "Role", named: role)
            try work.insert(
                "User",
                [
                    Draft([
                        "name": .text(name), "email": .text(email), "access": .text(access.word), "isApi": .bool(api),
                        "roleId": .int(role),
                    ])
                ])
        }
        return try await engine.caller(email: email)
    }

    /// The caller as it is after changes of its user.
    func again(_ caller: Caller) async throws(DomainError) -> Caller { try await engine.caller(email: caller.email) }

    /// A project of the caller's; people who are not assigned have no access unless `access` says so.
    func project(
        by caller: Caller, access: String = "NO_ACCESS", role: String? = nil, members: [Caller] = []
    ) async throws(DomainError) -> Int64 {
        let name = name("Project")
        return try await write(as: caller) { work throws(DomainError) in
            var draft = Draft(["name": .text(name), "defaultAccessType": .text(access)])
            if let role { draft["defaultRoleId"] = .int(try work.value(of: "Role", named: role)) }
            let id = try work.createProject(draft)
            for member in members {
                try work.insert("ProjectAssignment", [Draft(["userId": .int(member.userId), "projectId": .int(id)])])
            }
            return id
        }
    }

    func permit(_ user: Caller, in project: Int64, _ access: String, role: String? = nil) async throws(DomainError) {
        try await write { work throws(DomainError) in
            let role = try role.map { name throws(DomainError) in try work.value(of: "Role", named: name) }
            try work.insert(
                "UserProjectPermission",
                [
                    Draft([
                        "userId": .int(user.userId), "projectId": .int(project), "accessType": .text(access),
                        "roleId": .int(role),
                    ])
                ])
        }
    }

    /// Makes a role with rights in single areas, each written `TestRuns:edit,close`; returns its name.
    func role(_ rights: [String]) async throws(DomainError) -> String {
        let name = name("role")
        try await write { work throws(DomainError) in
            let role = try work.insert("Role", [Draft(["name": .text(name)])])[0]
            for right in rights {
                let parts = right.split(separator: ":")
                let words = (parts.last ?? "").split(separator: ",")
                try work.insert(
                    "RolePermission",
                    [
                        Draft([
                            "roleId": .int(role), "area": .text(String(parts[0])),
                            "canAddEdit": .bool(words.contains("edit")), "canDelete": .bool(words.contains("delete")),
                            "canClose": .bool(words.contains("close")),
                        ])
                    ])
            }
        }
        return name
    }

    /// A person who has exactly these rights in the project.
    func person(in project: Int64, _ rights: String...) async throws(DomainError) -> Caller {
        let person = try await user(.user, role: "Viewer")
        try await permit(person, in: project, "SPECIFIC_ROLE", role: try await role(rights))
        return person
    }

    // MARK: Content

    func cases(_ titles: [String], in project: Int64, by caller: Caller = .system) async throws(DomainError) -> [Int64]
    {
        let creator = try await creator(of: project)
        return try await write(as: caller) { work throws(DomainError) in
            var inputs: [CaseInput] = []
            for title in titles {
                var input = CaseInput()
                input.fields["name"] = .text(title)
                if caller.isSystem { input.fields["creatorId"] = .int(creator) }
                inputs.append(input)
            }
            return try work.createCases(project: project, inputs)
        }
    }

    func run(
        _ cases: [Int64], in project: Int64, assignee: Caller? = nil, type: String = "REGULAR"
    ) async throws(DomainError) -> Int64 {
        let creator = try await creator(of: project)
        let name = name("Run")
        return try await write { work throws(DomainError) in
            try work.createRun(
                project: project, ["name": .text(name), "createdById": .int(creator), "testRunType": .text(type)],
                members: cases.map { Writing.RunMember(caseId: $0, assignee: assignee?.userId) })
        }
    }

    private func creator(of project: Int64) async throws(DomainError) -> Int64 {
        try await read { work throws(DomainError) in
            try work.row("Project", .id(project))["createdBy"].integer ?? 0
        }
    }

    /// Records a result; returns its id.
    @discardableResult
    func execute(
        _ run: Int64, _ owner: Int64, _ status: String, seconds: Int64? = nil, at time: Int64? = nil, by caller: Caller
    ) async throws(DomainError) -> Int64 {
        try await write(as: caller) { work throws(DomainError) in
            var execution = Execution(status: status)
            execution.seconds = seconds
            execution.executedAt = time
            return try work.execute(run: run, runCase: try work.runCase(run, .id(owner)), execution)
        }
    }

    /// What recording a result is refused with; nil when it passes.
    func tries(_ run: Int64, _ owner: Int64, _ status: String, by caller: Caller) async -> DomainError? {
        await attempt(as: caller) { work throws(DomainError) in
            try work.execute(run: run, runCase: try work.runCase(run, .id(owner)), Execution(status: status))
        }
    }

    // MARK: Looking

    func row(_ entity: String, _ id: Int64) async throws(DomainError) -> Row? {
        try await read { work throws(DomainError) in try work.find(entity, [.id(id)], deleted: .shown).first }
    }

    func count(_ entity: String, _ filter: Filter = .all, as caller: Caller = .system) async throws(DomainError) -> Int
    {
        try await read(as: caller) { work throws(DomainError) in try work.count(entity, where: filter) }
    }

    func ids(_ entity: String, _ filter: Filter = .all, as caller: Caller = .system) async throws(DomainError)
        -> [Int64]
    {
        try await read(as: caller) { work throws(DomainError) in
            try work.find(Query(entity, where: filter, fields: ["id"], order: [.by("id")])).map(\.id)
        }
    }

    /// The rows of a statement of the test's own.
    func rows(_ statement: SQLText) async throws -> [[Value]] { try await store.read { try $0.rows(statement) } }

    func number(_ statement: SQLText) async throws -> Int64 { try await rows(statement).first?.first?.integer ?? -1 }
}

extension Reading {
    func value(of entity: String, named name: String) throws(DomainError) -> Int64 {
        guard let row = try first(Query(entity, where: .equals("name", .text(name)))) else { throw .notFound(entity) }
        return row.id
    }
}

/// What the body is refused with; nil when it passes.
func refusal<T>(_ body: () async throws(DomainError) -> T) async -> DomainError? {
    do throws(DomainError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// A value that a closure of a test hands out.
final class Box<T: Sendable>: Sendable {
    private let state: Mutex<T>

    init(_ value: T) { state = Mutex(value) }

    var value: T {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func change<R: Sendable>(_ body: @Sendable (inout T) -> R) -> R { state.withLock { body(&$0) } }
}
