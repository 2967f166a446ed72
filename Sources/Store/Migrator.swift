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
    public func migrate(_ store: any Store) async throws -> [Int] {
        let current = try await version(of: store)
        guard current <= newest else {
            throw StoreError(.unavailable, "the database is at version \(current), this program knows \(newest)")
        }
        var done: [Int] = []
        for migration in migrations where migration.number > current {
            try await store.write { session in
                if session.flavor == .postgres {
                    try session.execute("SELECT pg_advisory_xact_lock(7271001)")
                }
                guard try Migrator.version(in: session) < migration.number else { return }
                for statement in migration.statements(session.flavor) { try session.run(script: statement) }
                let number = Value.int(migration.number)
                let row: SQLText =
                    "INSERT INTO migration (number, name) VALUES (\(number), \(Value.text(migration.name)))"
                try session.execute(row)
            }
            done.append(migration.number)
        }
        return done
    }

    /// The number of the last step that ran; 0 for an empty database.
    public func version(of store: any Store) async throws -> Int {
        try await store.write { session in
            let integer = session.flavor == .postgres ? "BIGINT" : "INTEGER"
            try session.run(
                script: "CREATE TABLE IF NOT EXISTS migration (number \(integer) PRIMARY KEY, name TEXT NOT NULL)")
            return try Migrator.version(in: session)
        }
    }

    private static func version(in session: any Session) throws(StoreError) -> Int {
        Int(try session.value("SELECT COALESCE(MAX(number), 0) FROM migration")?.integer ?? 0)
    }
}
