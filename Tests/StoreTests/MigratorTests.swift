import Catalog
import Foundation
import Model
import Statements
import Store
import StorePostgres
import StoreSQLite
import TestKit
import Testing

/// Nodes that start at the same time on an empty database, as a rollout of several does (SAFETY 2.3-23).
@Suite struct MigratorTests {
    private static let migrations = [
        Migration(1, "one") { _ in ["CREATE TABLE one (id BIGINT PRIMARY KEY)", "CREATE TABLE two (id BIGINT)"] },
        Migration(2, "two") { _ in ["ALTER TABLE one ADD COLUMN name TEXT"] },
    ]

    @Test(arguments: Backend.available)
    func `nodes that start at once migrate once`(_ backend: Backend) async throws {
        for _ in 0..<3 {
            try await Self.with(backend, nodes: 6) { stores in
                let migrator = Migrator(Self.migrations)
                let steps = try await withThrowingTaskGroup(of: [Int].self) { group in
                    for store in stores { group.addTask { try await migrator.migrate(store) } }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(steps.sorted() == [1, 2], "each step ran on one node")
                #expect(try await migrator.version(of: stores[0]) == 2)
                let newer = Migrator(Array(Self.migrations.prefix(1)))
                await #expect(throws: StoreError.self) { try await newer.migrate(stores[0]) }
            }
        }
    }

    @Test(arguments: Backend.available)
    func `a step that fails leaves nothing behind`(_ backend: Backend) async throws {
        try await Self.with(backend, nodes: 1) { stores in
            let broken = Migration(3, "three") { _ in ["CREATE TABLE three (id BIGINT)", "CREATE TABLE nonsense"] }
            await #expect(throws: StoreError.self) {
                try await Migrator(Self.migrations + [broken]).migrate(stores[0])
            }
            let repaired = Migration(3, "three") { _ in ["CREATE TABLE three (id BIGINT)"] }
            let steps = try await Migrator(Self.migrations + [repaired]).migrate(stores[0])
            #expect(steps == [3])
        }
    }

    /// Stores of one empty database; on SQLite there is one process and so one store.
    private static func with(
        _ backend: Backend, nodes: Int, _ body: ([any Store]) async throws -> Void
    ) async throws {
        switch backend {
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "nodes-\(UInt64.random(in: 0 ... .max))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let store = try SQLiteStore.open(path: folder.appending(path: "test.db").path)
            try await body(Array(repeating: store, count: nodes))
            try await store.close()
        case .postgres:
            let scratch = try await ScratchDatabase.make()
            var stores: [PostgresStore] = []
            for _ in 0..<nodes {
                stores.append(try await PostgresStore.open(url: scratch.url, connections: 1, allowUnsafeServer: true))
            }
            do {
                try await body(stores)
            } catch {
                for store in stores { try? await store.close() }
                try? await scratch.drop()
                throw error
            }
            for store in stores { try await store.close() }
            try await scratch.drop()
        }
    }
}
