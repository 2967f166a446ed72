import Foundation
public import Statements
public import Store

/// A store on a PostgreSQL server: libpq on a bounded set of threads, one connection each.
///
/// It needs PostgreSQL 14 or newer and a connection of its own for each thread: behind PgBouncer only session pooling
/// works.
public final class PostgresStore: Store {
    public var flavor: Flavor { .postgres }

    private let pool: ConnectionPool

    /// Takes a `postgres://` or `postgresql://` URL; nothing connects before the first use.
    ///
    /// `schema` becomes the search path. `allowUnsafeServer` accepts servers that may lose acknowledged writes; it is
    /// for tests. Throws `.unavailable` when the URL cannot be read.
    public init(
        url: String, connections: Int = 8, schema: String? = nil, statementTimeout: Duration = .seconds(30),
        lockTimeout: Duration = .seconds(10), allowUnsafeServer: Bool = false
    ) throws(StoreError) {
        let address = try ServerAddress(url: url)
        let settings = try SessionSettings(
            schema: schema, statementTimeout: statementTimeout, lockTimeout: lockTimeout,
            allowUnsafeServer: allowUnsafeServer)
        pool = ConnectionPool(size: max(connections, 1), address: address, settings: settings)
    }

    deinit { pool.shutDown() }

    /// Makes a store and connects once, so that a wrong address or an unsafe server shows at the start.
    ///
    /// Throws `.unavailable` with what to do about it.
    public static func open(
        url: String, connections: Int = 8, schema: String? = nil, statementTimeout: Duration = .seconds(30),
        lockTimeout: Duration = .seconds(10), allowUnsafeServer: Bool = false
    ) async throws -> PostgresStore {
        let store = try PostgresStore(
            url: url, connections: connections, schema: schema, statementTimeout: statementTimeout,
            lockTimeout: lockTimeout, allowUnsafeServer: allowUnsafeServer)
        do {
            try await store.pool.run { _ in }
        } catch {
            await store.pool.close()
            throw error
        }
        return store
    }

    public func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await pool.run { connection in try connection.read(body) }
    }

    public func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await pool.run { connection in try connection.write(body) }
    }

    /// Always throws `.unavailable`: a server's own tools make its backups.
    public func backup(to path: String) async throws {
        throw StoreError(
            .unavailable,
            "a PostgreSQL database is backed up with its own tools: run pg_dump --format=custom --file=FILE URL")
    }

    public func facts() async throws -> [StoreFact] {
        let usage = pool.usage
        var facts = try await pool.run { connection in
            try connection.read { session in try ServerFacts.read(session) } + ServerFacts.encryption(connection)
        }
        facts.append(StoreFact("connections", "\(usage.busy) busy, \(usage.open) open, \(usage.limit) at most"))
        return facts
    }

    public func close() async throws { await pool.close() }
}
