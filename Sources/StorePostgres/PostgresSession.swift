import CLibPQ
import Model
import Statements
import Store

/// One transaction on one connection.
final class PostgresSession: Session {
    let flavor = Flavor.postgres

    private let connection: Connection
    private var isOpen = true
    private var cursors = 0
    /// The first failure of the transaction: after it the server refuses everything but a rollback.
    private(set) var failure: StoreError?

    init(_ connection: Connection) { self.connection = connection }

    /// The transaction lost against another one, whatever the body made of the error.
    var lostRace: Bool { failure?.code == .serialization }

    /// A prepared statement no longer fits its tables, or is gone.
    var needsFreshStatements: Bool { failure?.detail.hasPrefix(StoreError.stalePlan) == true }

    /// Ends the use of the session; its statements throw from here on.
    func finish() { isOpen = false }

    func note(_ error: StoreError) {
        if failure == nil { failure = error }
    }

    func rows(_ statement: SQLText) throws(StoreError) -> [[Value]] { try run(statement).rows() }

    /// Uses a cursor, so that the body may run other statements and memory stays bounded.
    func each(_ statement: SQLText, _ body: ([Value]) throws(StoreError) -> Void) throws(StoreError) {
        let text = statement.rendered(.postgres)
        guard PostgresSession.isQuery(text) else {
            for row in try rows(statement) { try body(row) }
            return
        }
        cursors += 1
        let cursor = "cursor\(cursors)"
        _ = try run("DECLARE \(cursor) NO SCROLL CURSOR FOR \(text)", try Parameters(statement.bindings))
        var count = 64
        while true {
            let answer = try run("FETCH FORWARD \(count) FROM \(cursor)", .none)
            let types = answer.columnTypes
            for row in 0..<answer.rowCount { try body(answer.values(row: row, types)) }
            if answer.rowCount < count { break }
            count = min(max(PostgresSession.fetchBytes / max(answer.size / count, 1), 1), 2048)
        }
        _ = try run("CLOSE \(cursor)", .none)
    }

    @discardableResult
    func execute(_ statement: SQLText) throws(StoreError) -> Int { try run(statement).changed }

    /// Has no time limit: migrations may take long.
    func run(script: String) throws(StoreError) {
        try guarded { () throws(StoreError) in
            try connection.beginNow()
            _ = try connection.simple("SET LOCAL statement_timeout = 0")
            _ = try connection.simple(script)
            _ = try connection.simple("SET LOCAL statement_timeout = \(connection.settings.statementLimit)")
        }
    }

    @discardableResult
    func insert(_ insert: Insert) throws(StoreError) -> Int {
        if insert.rows.isEmpty { return 0 }
        if insert.rows.count <= PostgresSession.fewRows {
            let text = insert.statement(.postgres)
            var count = 0
            for row in insert.rows { count += try run(text, try Parameters(row, .ofPlaces)).changed }
            return count
        }
        if insert.onConflict == .fail, insert.rows.count >= PostgresSession.copyRows {
            return try guarded { () throws(StoreError) in
                try connection.beginNow()
                return try connection.copy(insert)
            }
        }
        let text = insert.arrayStatement()
        var count = 0
        var start = 0
        while start < insert.rows.count {
            let (arrays, end) = try ArrayLiterals.parameters(insert, from: start)
            count += try run(text, arrays).changed
            start = end
        }
        return count
    }

    func reserveIds(_ table: String, count: Int) throws(StoreError) -> [Int64] {
        if count <= 0 { return [] }
        let sequence = "\"\(table)_ids\""
        let statement: SQLText = """
            SELECT nextval(\(.text(sequence))::regclass) FROM generate_series(1, \(.int(count)))
            """
        var ids: [Int64] = []
        ids.reserveCapacity(count)
        for row in try rows(statement) {
            if let id = row[0].integer { ids.append(id) }
        }
        return ids
    }

    private static let fewRows = 4
    /// From here on `COPY` beats arrays.
    private static let copyRows = 200
    /// How much of a cursor's result is in memory at once.
    private static let fetchBytes = 1 << 20

    private func run(_ statement: SQLText) throws(StoreError) -> Answer {
        try run(statement.rendered(.postgres), try Parameters(statement.bindings))
    }

    private func run(_ text: String, _ parameters: Parameters) throws(StoreError) -> Answer {
        try guarded { () throws(StoreError) in try connection.run(text, parameters) }
    }

    /// Runs work of the open transaction and remembers its first failure.
    private func guarded<T>(_ work: () throws(StoreError) -> T) throws(StoreError) -> T {
        guard isOpen else { throw StoreError(.statement, "the transaction of this session has ended") }
        do throws(StoreError) {
            return try work()
        } catch {
            note(error)
            throw error
        }
    }

    /// Whether a cursor can hold the statement.
    private static func isQuery(_ text: String) -> Bool {
        let word = text.drop { $0.isWhitespace || $0 == "(" }.prefix { $0.isLetter }.uppercased()
        return ["SELECT", "WITH", "VALUES"].contains(word)
    }
}
