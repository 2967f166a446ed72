import Foundation
import GRDB
import GRDBSQLite
public import Statements
public import Store
import Synchronization

/// The embedded database: one file in WAL mode, one writer, readers beside it.
///
/// Every acknowledged write is on disk: the writer runs with `synchronous=FULL`. Small concurrent writes share a
/// commit. Only the writer checkpoints, every other connection is read-only, and a lock on the file's folder keeps a
/// second server away, because SQLite before 3.51.3 can lose pages when two connections write and checkpoint.
public final class SQLiteStore: Store {
    /// What may be tuned.
    public struct Options: Sendable {
        /// Connections for reading.
        public var readers: Int
        /// How long one read transaction may run.
        public var readLimit: Duration
        /// Page cache of each connection in bytes.
        public var cacheBytes: Int

        public init(readers: Int = 4, readLimit: Duration = .seconds(30), cacheBytes: Int = 16 << 20) {
            self.readers = readers
            self.readLimit = readLimit
            self.cacheBytes = cacheBytes
        }
    }

    public var flavor: Flavor { .sqlite }

    let pool: DatabasePool
    let commits: CommitQueue
    private let path: String
    private let readLimit: Duration
    private let statements = StatementPolicy()
    private let isClosed = Atomic<Bool>(false)

    /// Opens or creates the file. Throws `.unavailable` when it cannot be opened or is not durable.
    public static func open(path: String, options: Options = Options()) throws -> SQLiteStore {
        do {
            return try SQLiteStore(path: path, options: options)
        } catch let error as DatabaseError {
            throw StoreError(.unavailable, "\(path): \(error.message ?? "cannot open")")
        }
    }

    private init(path: String, options: Options) throws {
        var configuration = Configuration()
        configuration.maximumReaderCount = options.readers
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.label = "assay"
        let cache = options.cacheBytes / 1024
        configuration.prepareDatabase { db in
            db.add(function: SQLiteStore.fold)
            try db.execute(sql: "PRAGMA cache_size = -\(cache)")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA mmap_size = 268435456")
        }
        self.path = path
        readLimit = options.readLimit
        pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets synchronous=NORMAL after `prepareDatabase`; only a statement after opening lasts.
        let level = try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        guard level == 2 else { throw StoreError(.unavailable, "synchronous is \(level ?? -1), not FULL") }
        commits = CommitQueue(pool: pool, statements: statements)
    }

    /// Text without its case, for comparisons; registered as `fold`.
    private static let fold = DatabaseFunction("fold", argumentCount: 1, pure: true) { values in
        guard let text = String.fromDatabaseValue(values[0]) else { return nil }
        return text.lowercased()
    }

    public func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        let deadline = ContinuousClock.now + readLimit
        let statements = statements
        do {
            return try await pool.read { db in
                let session = SQLiteSession(db, statements: statements, deadline: deadline)
                defer { session.end() }
                return try body(session)
            }
        } catch let error as DatabaseError {
            throw SQLiteSession.storeError(error)
        } catch is CancellationError {
            throw StoreError(.timeout, "cancelled")
        }
    }

    public func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await commits.run(body)
    }

    public func backup(to path: String) async throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError(.unavailable, "\(path) exists already")
        }
        do {
            try await pool.unsafeRead { db in try db.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        } catch let error as DatabaseError {
            throw SQLiteSession.storeError(error)
        }
    }

    public func facts() async throws -> [StoreFact] {
        let level = try await pool.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") }
        let version = String(cString: sqlite3_libversion())
        let isFixed = sqlite3_libversion_number() >= 3_051_003
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        return [
            StoreFact("database", "SQLite"),
            StoreFact(
                "version", version,
                warning: isFixed ? nil : "older than 3.51.3: never let a second program write or checkpoint this file"),
            StoreFact("synchronous", level == 2 ? "FULL" : "\(level ?? -1)", warning: level == 2 ? nil : "not durable"),
            StoreFact("bytes", "\(size)"),
            StoreFact(
                "writes", commits.isBroken ? "stopped" : "accepted", warning: commits.isBroken ? "disk failed" : nil),
        ]
    }

    /// Closing again does nothing.
    public func close() async throws {
        guard isClosed.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return }
        await commits.close()
        try await pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        try pool.close()
    }
}

/// Which statements stay prepared: a bounded number, so that odd queries cannot fill the memory.
final class StatementPolicy: Sendable {
    private static let limit = 1000
    private let kept = Mutex<Set<String>>([])

    func keeps(_ text: String, bindings: Int) -> Bool {
        guard bindings <= 40 else { return false }
        return kept.withLock { kept in
            if kept.contains(text) { return true }
            guard kept.count < StatementPolicy.limit else { return false }
            kept.insert(text)
            return true
        }
    }
}
