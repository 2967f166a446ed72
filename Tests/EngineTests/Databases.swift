import Catalog
import Engine
import Foundation
import Logging
import Store
import StorePostgres
import StoreSQLite

/// Databases for tests, each a copy of one that was migrated and provisioned once.
enum Databases {
    /// Copies of a database are slow on a busy disk.
    static let patience = Duration.seconds(600)

    /// Whether other tests write into the same database.
    enum Sharing: Sendable {
        /// On PostgreSQL, where making a database takes a second, tests share one; they count only what they made.
        case shared
        case own
        /// Own, and without tables.
        case empty
    }

    private static let templates = Templates()

    static func open(_ backend: Backend, _ sharing: Sharing) async throws -> (store: any Store, folder: String) {
        let provisioned = sharing != .empty
        let folder = FileManager.default.temporaryDirectory.appending(path: "engine-\(UInt64.random(in: 0 ... .max))")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        switch backend {
        case .sqlite:
            if provisioned {
                try FileManager.default.copyItem(atPath: try await templates.sqlite(), toPath: folder + "/test.db")
            }
            return (try SQLiteStore.open(path: folder + "/test.db"), folder)
        case .postgres where sharing == .shared: return (try await templates.shared(), folder)
        case .postgres:
            let name = "engine_\(UInt64.random(in: 0 ... .max))"
            try await templates.create(name, provisioned: provisioned)
            try name.write(toFile: folder + "/database", atomically: true, encoding: .utf8)
            return (
                try await PostgresStore.open(
                    url: try url(name), connections: 6, statementTimeout: Databases.patience,
                    lockTimeout: Databases.patience,
                    allowUnsafeServer: true), folder
            )
        }
    }

    static func remove(
        _ backend: Backend, _ sharing: Sharing, _ store: any Store, _ folder: String
    ) async throws {
        if backend == .sqlite || sharing != .shared { try await store.close() }
        if backend == .postgres, sharing != .shared {
            let name = try String(contentsOfFile: folder + "/database", encoding: .utf8)
            try await templates.drop(name)
        }
        try FileManager.default.removeItem(atPath: folder)
    }

    /// The address of another database on the test server.
    static func url(_ database: String) throws -> String {
        guard let text = Backend.postgresURL, var parts = URLComponents(string: text) else {
            throw StoreError(.unavailable, "no PostgreSQL")
        }
        parts.path = "/" + database
        return parts.string ?? text
    }

    /// Makes the templates when they are first needed.
    private actor Templates {
        private var file: Task<String, any Error>?
        private var database: Task<String, any Error>?
        private var common: Task<PostgresStore, any Error>?

        func shared() async throws -> PostgresStore {
            if let common { return try await common.value }
            let task = Task {
                let name = "engine_shared_\(ProcessInfo.processInfo.processIdentifier)"
                try await create(name, provisioned: true)
                return try await PostgresStore.open(
                    url: try Databases.url(name), connections: 16, statementTimeout: Databases.patience,
                    lockTimeout: Databases.patience,
                    allowUnsafeServer: true)
            }
            common = task
            return try await task.value
        }

        func sqlite() async throws -> String {
            if let file { return try await file.value }
            let task = Task {
                let path = FileManager.default.temporaryDirectory.appending(
                    path: "engine-template-\(ProcessInfo.processInfo.processIdentifier).db"
                ).path
                for tail in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + tail) }
                let store = try SQLiteStore.open(path: path)
                try await Databases.fill(store)
                try await store.close()
                return path
            }
            file = task
            return try await task.value
        }

        func create(_ name: String, provisioned: Bool) async throws {
            let admin = try await PostgresStore.open(
                url: try Databases.url("assay_test"), connections: 1, statementTimeout: Databases.patience,
                lockTimeout: Databases.patience,
                allowUnsafeServer: true)
            let template = provisioned ? try await self.template() : "template1"
            try await Databases.run("CREATE DATABASE \(name) TEMPLATE \(template)", admin)
            try await admin.close()
        }

        func drop(_ name: String) async throws {
            let admin = try await PostgresStore.open(
                url: try Databases.url("assay_test"), connections: 1, statementTimeout: Databases.patience,
                lockTimeout: Databases.patience,
                allowUnsafeServer: true)
            try await Databases.run("DROP DATABASE \(name) WITH (FORCE)", admin)
            try await admin.close()
        }

        private func template() async throws -> String {
            if let database { return try await database.value }
            let task = Task {
                let name = "engine_template_\(ProcessInfo.processInfo.processIdentifier)"
                let admin = try await PostgresStore.open(
                    url: try Databases.url("assay_test"), connections: 1, statementTimeout: Databases.patience,
                    lockTimeout: Databases.patience,
                    allowUnsafeServer: true)
                try await Databases.run("DROP DATABASE IF EXISTS \(name)", admin)
                try await Databases.run("CREATE DATABASE \(name)", admin)
                try await admin.close()
                let store = try await PostgresStore.open(
                    url: try Databases.url(name), connections: 1, statementTimeout: Databases.patience,
                    lockTimeout: Databases.patience,
                    allowUnsafeServer: true)
                try await Databases.fill(store)
                try await store.close()
                return name
            }
            database = task
            return try await task.value
        }
    }

    private static func run(_ script: String, _ store: PostgresStore) async throws {
        try await store.write { session in
            // CREATE and DROP DATABASE want no transaction around them.
            try session.run(script: "COMMIT")
            try session.run(script: script)
        }
    }

    private static func fill(_ store: any Store) async throws {
        _ = try await Migrator(Migrations.all(Catalog.schema)).migrate(store)
        let world = EngineWorld(store: store, folder: "/nonexistent")
        try await world.engine.provision()
    }
}
