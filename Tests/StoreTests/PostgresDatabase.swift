import Foundation
import Model
import Statements
import Store
import StorePostgres
import Synchronization
import Testing

/// The server that tests may use, from `ASSAY_TEST_POSTGRES`; each test makes a schema of its own there.
enum PostgresDatabase {
    static let url: String? = {
        let url = ProcessInfo.processInfo.environment["ASSAY_TEST_POSTGRES"]
        if url == nil { FileHandle.standardError.write(Data("SKIPPED on PostgreSQL: set ASSAY_TEST_POSTGRES\n".utf8)) }
        return url
    }()

    static var isConfigured: Bool { url != nil }

    /// Runs the body with a store on a new, empty schema and removes the schema afterwards.
    static func with(
        connections: Int = 4, statementTimeout: Duration = .seconds(30), lockTimeout: Duration = .seconds(10),
        _ body: (PostgresStore) async throws -> Void
    ) async throws {
        let url = try #require(url)
        let schema = "test_\(UInt64.random(in: 0 ... .max))"
        let store = try await PostgresStore.open(
            url: url, connections: connections, schema: schema, statementTimeout: statementTimeout,
            lockTimeout: lockTimeout, allowUnsafeServer: true)
        try await store.write { try $0.run(script: "CREATE SCHEMA \(schema)") }
        do {
            try await body(store)
        } catch {
            try await drop(schema, store)
            throw error
        }
        try await drop(schema, store)
    }

    private static func drop(_ schema: String, _ store: PostgresStore) async throws {
        try? await store.close()
        let sweeper = try PostgresStore(url: try #require(url), connections: 1, allowUnsafeServer: true)
        try await sweeper.write { try $0.run(script: "DROP SCHEMA \(schema) CASCADE") }
        try await sweeper.close()
    }
}

/// The code of the store error that the body throws; `nil` when it throws none.
func storeError(_ body: () async throws -> Void) async -> StoreError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? StoreError
    }
}

/// A value that several tasks of a test change.
final class Shared<T: Sendable>: Sendable {
    private let state: Mutex<T>

    init(_ value: T) { state = Mutex(value) }

    var value: T {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func change(_ body: @Sendable (inout T) -> Void) { state.withLock { body(&$0) } }
}
