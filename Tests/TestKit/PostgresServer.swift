import Foundation
import Model
import Statements
import Store
import StorePostgres
import Synchronization

/// The PostgreSQL server of the tests: databases are copies of one template.
enum PostgresServer {
    static let url: String? = {
        let url = ProcessInfo.processInfo.environment["ASSAY_TEST_POSTGRES"]
        if url == nil { FileHandle.standardError.write(Data("SKIPPED on PostgreSQL: set ASSAY_TEST_POSTGRES\n".utf8)) }
        return url
    }()

    private static let count = Atomic<Int>(0)
    private static let prefix = "assay_test_"

    /// A name for a database of this process.
    static func newName() -> String {
        "\(prefix)\(getpid())_\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    /// The address of another database on the server.
    /// Copies of a database are slow on a busy disk.
    private static let patience = Duration.seconds(600)

    static func address(of database: String) throws -> String {
        guard let url, var parts = URLComponents(string: url) else {
            throw StoreError(.unavailable, "ASSAY_TEST_POSTGRES is no URL")
        }
        parts.path = "/\(database)"
        return parts.string ?? url
    }

    static func open(_ database: String) async throws -> PostgresStore {
        try await PostgresStore.open(
            url: try address(of: database), connections: 4, statementTimeout: patience, lockTimeout: patience,
            allowUnsafeServer: true)
    }

    /// Runs statements that no transaction may hold, one by one.
    private static func run(_ statements: [String]) async throws {
        guard let url else { throw StoreError(.unavailable, "ASSAY_TEST_POSTGRES is not set") }
        let store = try await PostgresStore.open(
            url: url, connections: 1, statementTimeout: patience, lockTimeout: patience,
            allowUnsafeServer: true)
        for statement in statements {
            try await store.write { session in
                // The store begins a transaction, which databases cannot be made in.
                try session.run(script: "COMMIT")
                try session.run(script: statement)
            }
        }
        try await store.close()
    }

    static func create(_ database: String, from template: String? = nil) async throws {
        let source = template ?? "template0"
        try await run(["CREATE DATABASE \(database) TEMPLATE \(source)"])
    }

    static func drop(_ database: String) async throws {
        try await run(["DROP DATABASE IF EXISTS \(database) WITH (FORCE)"])
    }

    /// Removes what test processes left behind that have ended.
    static func sweep() async throws {
        guard let url else { return }
        let store = try await PostgresStore.open(
            url: url, connections: 1, statementTimeout: patience, lockTimeout: patience,
            allowUnsafeServer: true)
        let names = try await store.read { session in
            try session.rows("SELECT datname FROM pg_database WHERE datname LIKE 'assay_test_%'").compactMap {
                $0.first?.string
            }
        }
        try await store.close()
        var gone: [String] = []
        for name in names {
            guard let process = name.dropFirst(prefix.count).split(separator: "_").first.flatMap({ pid_t($0) }) else {
                continue
            }
            if kill(process, 0) != 0 { gone.append("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
        }
        if !gone.isEmpty { try await run(gone) }
    }
}
