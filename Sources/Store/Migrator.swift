public import Model
public import Statements

/// One numbered step of the database's form; never edited once released.
public struct Migration: Sendable {
    public let number: Int
    public let name: String
    public let statements: @Sendable (Flavor) -> [String]

    public init(_ number: Int, _ name: String, _ statements: @escaping @Sendable (Flavor) -> [String]) {
        self.number = number
        self.name = name
        self.statements = statements
    }
}

/// Brings a database to the newest form, each step in a transaction of its own.
public struct Migrator: Sendable {
    public let migrations: [Migration]

    public init(_ migrations: [Migration]) { self.migrations = migrations }

    public var newest: Int { migrations.last?.number ?? 0 }

    /// Runs what is missing; returns the numbers that ran. Refuses a database that is newer than the program.
    ///
    /// Nodes that start at the same time wait for each other; the later ones find the work done.
    public func migrate(_ store: any Store) async throws -> [Int] {
        let current = try await version(of: store)
        guard current <= newest else {
            throw StoreError(.unavailable, "the database is at version \(current), this program knows \(newest)")
        }
        var done: [Int] = []
        for migration in migrations where migration.number > current {
            let hasRun = try await store.write { session in
                try Migrator.lock(session)
                guard try Migrator.version(in: session) < migration.number else { return false }
                for statement in migration.statements(session.flavor) { try session.run(script: statement) }
                let number = Value.int(migration.number)
                let row: SQLText =
                    "INSERT INTO migration (number, name) VALUES (\(number), \(Value.text(migration.name)))"
                try session.execute(row)
                return true
            }
            if hasRun { done.append(migration.number) }
        }
        return done
    }

    /// The number of the last step that ran; 0 for an empty database.
    public func version(of store: any Store) async throws -> Int {
        try await store.write { session in
            // Without the lock two sessions that create one table at once collide even with IF NOT EXISTS.
            try Migrator.lock(session)
            let integer = session.flavor == .postgres ? "BIGINT" : "INTEGER"
            try session.run(
                script: "CREATE TABLE IF NOT EXISTS migration (number \(integer) PRIMARY KEY, name TEXT NOT NULL)")
            return try Migrator.version(in: session)
        }
    }

    /// One node at a time until the end of the transaction; SQLite has one writer anyway.
    private static func lock(_ session: any Session) throws(StoreError) {
        guard session.flavor == .postgres else { return }
        // Another node may have a long step to do.
        try session.run(script: "SET LOCAL lock_timeout = '600s'; SELECT pg_advisory_xact_lock(7271001)")
    }

    private static func version(in session: any Session) throws(StoreError) -> Int {
        Int(try session.value("SELECT COALESCE(MAX(number), 0) FROM migration")?.integer ?? 0)
    }
}
