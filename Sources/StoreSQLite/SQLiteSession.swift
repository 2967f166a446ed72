import GRDB
import GRDBSQLite
import Model
import Statements
import Store

/// One transaction on one connection: binds and reads through SQLite's own interface, GRDB keeps the connection.
final class SQLiteSession: Session {
    let flavor = Flavor.sqlite

    private let db: Database
    private let connection: OpaquePointer?
    private let statements: StatementPolicy
    private let watch: Watch?
    /// True once the disk failed or the file proved damaged, whatever became of the error on its way up.
    private(set) var hasSeenDamage = false

    /// Stops a statement that runs past a point in time.
    private final class Watch {
        let deadline: ContinuousClock.Instant

        init(_ deadline: ContinuousClock.Instant) { self.deadline = deadline }
    }

    init(_ db: Database, statements: StatementPolicy, deadline: ContinuousClock.Instant?) {
        self.db = db
        self.statements = statements
        connection = db.sqliteConnection
        watch = deadline.map { Watch($0) }
        guard let watch else { return }
        sqlite3_progress_handler(
            connection, 50_000,
            { context in
                guard let context else { return 0 }
                let watch = Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue()
                return ContinuousClock.now > watch.deadline ? 1 : 0
            }, Unmanaged.passUnretained(watch).toOpaque())
    }

    /// Takes the time limit off the connection; must be called before the session goes.
    func end() {
        if watch != nil { sqlite3_progress_handler(connection, 0, nil, nil) }
    }

    func rows(_ statement: SQLText) throws(StoreError) -> [[Value]] {
        var rows: [[Value]] = []
        try each(statement) { row throws(StoreError) in rows.append(row) }
        return rows
    }

    func each(_ statement: SQLText, _ body: ([Value]) throws(StoreError) -> Void) throws(StoreError) {
        let prepared = try prepare(statement)
        let handle = prepared.sqliteStatement
        defer { reset(handle) }
        try bind(statement.bindings, to: handle)
        let count = sqlite3_column_count(handle)
        while try step(handle) {
            var row: [Value] = []
            row.reserveCapacity(Int(count))
            for index in 0..<count { row.append(SQLiteSession.value(handle, index)) }
            try body(row)
        }
    }

    func execute(_ statement: SQLText) throws(StoreError) -> Int {
        let prepared = try prepare(statement)
        let handle = prepared.sqliteStatement
        defer { reset(handle) }
        try bind(statement.bindings, to: handle)
        while try step(handle) {}
        return Int(sqlite3_changes(connection))
    }

    func run(script: String) throws(StoreError) {
        guard sqlite3_exec(connection, script, nil, nil, nil) == SQLITE_OK else { throw failure(script) }
    }

    func insert(_ insert: Insert) throws(StoreError) -> Int {
        guard !insert.rows.isEmpty else { return 0 }
        let prepared = try prepare(insert.statement(.sqlite), bindings: 0)
        let handle = prepared.sqliteStatement
        defer { reset(handle) }
        var inserted = 0
        for row in insert.rows {
            try bind(row, to: handle)
            while try step(handle) {}
            inserted += Int(sqlite3_changes(connection))
            sqlite3_reset(handle)
        }
        return inserted
    }

    func reserveIds(_ table: String, count: Int) throws(StoreError) -> [Int64] {
        guard count > 0 else { return [] }
        let amount = Value.int(count)
        let next = try value(
            """
            INSERT INTO row_ids (entity, next) VALUES (\(Value.text(table)), 1 + \(amount))
            ON CONFLICT (entity) DO UPDATE SET next = next + \(amount) RETURNING next
            """)
        guard let end = next?.integer else { throw StoreError(.statement, "no ids for \(table)") }
        return Array(end - Int64(count)..<end)
    }

    private func prepare(_ statement: SQLText) throws(StoreError) -> Statement {
        try prepare(statement.rendered(.sqlite), bindings: statement.bindings.count)
    }

    private func prepare(_ text: String, bindings: Int) throws(StoreError) -> Statement {
        do {
            if statements.keeps(text, bindings: bindings) { return try db.cachedStatement(sql: text) }
            return try db.makeStatement(sql: text)
        } catch let error as DatabaseError {
            throw noted(error)
        } catch {
            throw StoreError(.statement, "\(error)")
        }
    }

    private func bind(_ values: [Value], to handle: OpaquePointer) throws(StoreError) {
        var index: Int32 = 0
        for value in values {
            index += 1
            let code: Int32
            switch value {
            case .null: code = sqlite3_bind_null(handle, index)
            case .bool(let flag): code = sqlite3_bind_int64(handle, index, flag ? 1 : 0)
            case .int(let number): code = sqlite3_bind_int64(handle, index, number)
            case .double(let number): code = sqlite3_bind_double(handle, index, number)
            case .text(var text):
                code = text.withUTF8 { buffer in
                    buffer.withMemoryRebound(to: CChar.self) { characters in
                        sqlite3_bind_text(
                            handle, index, characters.baseAddress ?? SQLiteSession.emptyText, Int32(buffer.count),
                            SQLiteSession.transient)
                    }
                }
            case .bytes(let bytes):
                code = bytes.withUnsafeBytes { buffer in
                    sqlite3_bind_blob(handle, index, buffer.baseAddress, Int32(buffer.count), SQLiteSession.transient)
                }
            }
            guard code == SQLITE_OK else { throw failure("bind") }
        }
    }

    // The pointer is to static storage that nobody writes.
    private nonisolated(unsafe) static let emptyText: UnsafePointer<CChar> = {
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        pointer.initialize(to: 0)
        return UnsafePointer(pointer)
    }()

    /// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
    private static var transient: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    private func step(_ handle: OpaquePointer) throws(StoreError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure("step")
        }
    }

    private func reset(_ handle: OpaquePointer) {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private static func value(_ handle: OpaquePointer, _ index: Int32) -> Value {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .int(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return .double(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(handle, index) else { return .null }
            let count = Int(sqlite3_column_bytes(handle, index))
            return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(handle, index) else { return .bytes([]) }
            let count = Int(sqlite3_column_bytes(handle, index))
            return .bytes(Array(UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    private func failure(_ what: String) -> StoreError {
        let code = sqlite3_extended_errcode(connection)
        let message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? what
        return noted(DatabaseError(resultCode: ResultCode(rawValue: code), message: message))
    }

    private func noted(_ error: DatabaseError) -> StoreError {
        if SQLiteSession.isDamage(error) { hasSeenDamage = true }
        return SQLiteSession.storeError(error)
    }

    static func isDamage(_ error: DatabaseError) -> Bool {
        switch error.resultCode {
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        default: false
        }
    }

    static func storeError(_ error: DatabaseError) -> StoreError {
        let message = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            return StoreError(.unique(index: uniqueName(message)), message)
        case .SQLITE_CONSTRAINT_FOREIGNKEY: return StoreError(.reference, message)
        default: break
        }
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG: return StoreError(.constraint, message)
        case .SQLITE_BUSY, .SQLITE_LOCKED: return StoreError(.serialization, message)
        case .SQLITE_INTERRUPT: return StoreError(.timeout, message)
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_READONLY:
            return StoreError(.unavailable, message)
        default: return StoreError(.statement, message)
        }
    }

    /// SQLite names the index of an expression key, but the columns of a plain one: `table.a, table.b`.
    private static func uniqueName(_ message: String) -> String {
        guard let colon = message.lastIndex(of: ":") else { return message }
        let rest = message[message.index(after: colon)...].drop { $0 == " " }
        if rest.hasPrefix("index '") { return String(rest.dropFirst(7).dropLast()) }
        return String(rest)
    }
}
