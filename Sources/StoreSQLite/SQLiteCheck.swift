import Foundation
import GRDB
import Statements
import Store

/// What is in a database file that nobody else has open.
public struct SQLiteCheck: Sendable {
    /// Complaints of SQLite's own check; empty when the file is sound.
    public let problems: [String]
    /// The number of the last migration.
    public let version: Int
    /// Rows by table, in the order of the names.
    public let rows: [(table: String, count: Int)]

    /// Reads the whole file. Throws `.unavailable` when it is no database.
    public static func run(path: String) throws -> SQLiteCheck {
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                let answer = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)")
                let foreign = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
                var problems = answer.filter { $0 != "ok" }
                if !foreign.isEmpty { problems.append("\(foreign.count) rows refer to rows that do not exist") }
                let names = try String.fetchAll(
                    db,
                    sql: """
                        SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
                        AND name NOT LIKE 'sqlite%' ORDER BY name
                        """)
                var rows: [(table: String, count: Int)] = []
                for name in names {
                    let statement: SQLText = "SELECT COUNT(*) FROM \(name: name)"
                    let count = try Int.fetchOne(db, sql: statement.rendered(.sqlite)) ?? 0
                    rows.append((name, count))
                }
                let version =
                    names.contains("migration")
                    ? try Int.fetchOne(db, sql: "SELECT COALESCE(MAX(number), 0) FROM migration") ?? 0 : 0
                return SQLiteCheck(problems: problems, version: version, rows: rows)
            }
        } catch let error as DatabaseError {
            throw StoreError(.unavailable, "\(path): \(error.message ?? "no database")")
        }
    }
}
