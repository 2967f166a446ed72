import Catalog
import Engine
import Foundation
import Model
import Store
import StorePostgres
import StoreSQLite

/// The database that every world is a copy of: migrated, provisioned, with the people and the project of the tests.
actor WorldTemplate {
    static let shared = WorldTemplate()

    /// Where the copies come from.
    struct Source: Sendable {
        /// A file for SQLite, a database for PostgreSQL.
        let name: String
        let people: [String: TestWorld.Person]
        let project: TestWorld.Place
        let folder: TestWorld.Place
    }

    private var sources: [Backend: Task<Source, any Error>] = [:]

    func source(_ backend: Backend) async throws -> Source {
        if let known = sources[backend] { return try await known.value }
        let task = Task { try await WorldTemplate.make(backend) }
        sources[backend] = task
        return try await task.value
    }

    private static func make(_ backend: Backend) async throws -> Source {
        let name: String
        let store: any Store
        switch backend {
        case .sqlite:
            name = try TestFolder.make("template").appendingPathComponent("template.sqlite").path
            store = try SQLiteStore.open(path: name)
        case .postgres:
            try await PostgresServer.sweep()
            name = PostgresServer.newName()
            try await PostgresServer.create(name)
            store = try await PostgresServer.open(name)
        }
        _ = try await Migrator(Migrations.all(Catalog.schema)).migrate(store)
        let folder = try TestFolder.make("template-files")
        let engine = TestWorld.engine(store, dataFolder: folder.path, clock: TestClock(), random: TestRandom())
        try await engine.provision()
        let source = try await fill(engine, name)
        try await store.close()
        return source
    }

    /// One hash serves everybody: making it takes a third of a second.
    private static func fill(_ engine: Engine, _ name: String) async throws -> Source {
        let hash = try await engine.hashed(password: TestWorld.password)
        let (ids, people) = try await engine.write(as: .system) { work throws(DomainError) in
            var ids: [String: Int64] = [:]
            var people: [String: TestWorld.Person] = [:]
            for (person, level, role) in TestWorld.cast {
                let roleRow = try work.first(Query("Role", where: .equals("name", .text(role))))
                let draft = Draft([
                    "name": .text(person.capitalized), "email": .text("\(person)@example.com"), "password": .text(hash),
                    "access": .text(level), "isApi": true, "emailVerified": .int(work.time),
                    "roleId": .int(roleRow?.id ?? 1),
                ])
                let id = try work.insert("User", [draft])[0]
                let token = try work.createToken(user: id, name: "test", expiresAt: nil)
                let uid = try work.row("User", .id(id), fields: ["id", "uid"]).uid
                ids[person] = id
                people[person] = TestWorld.Person(id: id, uid: uid, email: "\(person)@example.com", token: token.token)
            }
            return (ids, people)
        }
        let admin = try await engine.caller(email: "admin@example.com")
        let (project, folder) = try await engine.write(as: admin) { work throws(DomainError) in
            let id = try work.createProject(
                Draft(["name": "Shop", "key": "SHOP", "defaultAccessType": "NO_ACCESS", "note": "The web shop"]))
            let members = ["manager", "tester", "reader"].compactMap { ids[$0] }
            try work.insert("ProjectAssignment", members.map { Draft(["userId": .int($0), "projectId": .int(id)]) })
            let folder = try work.rootFolder(project: id).folder
            return (id, folder)
        }
        let places = try await engine.read(as: .system) { work throws(DomainError) in
            (
                TestWorld.Place(id: project, uid: try work.row("Project", .id(project)).uid),
                TestWorld.Place(id: folder, uid: try work.row("RepositoryFolder", .id(folder)).uid)
            )
        }
        return Source(name: name, people: people, project: places.0, folder: places.1)
    }
}

/// Folders of tests, removed when the process ends normally.
enum TestFolder {
    private static let root: URL = {
        // Every write of a test waits for its disk; memory is the fastest one.
        let memory = URL(fileURLWithPath: "/dev/shm")
        let isThere = FileManager.default.isWritableFile(atPath: memory.path)
        let place = isThere ? memory : FileManager.default.temporaryDirectory
        let url = place.appendingPathComponent("assay-tests-\(getpid())")
        atexit { try? FileManager.default.removeItem(at: TestFolder.root) }
        return url
    }()

    static func make(_ name: String) throws -> URL {
        let url = root.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
    }
}
