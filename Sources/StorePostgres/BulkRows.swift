import CLibPQ
import Model
import Statements
import Store

/// Many rows as one array for each column: `{1,2,NULL}`.
enum ArrayLiterals {
    private static let rowLimit = 5000
    private static let byteLimit = 8 << 20

    /// Arrays of the rows from `start` to the returned end, as far as they fit into one statement.
    static func parameters(_ insert: Insert, from start: Int) throws(StoreError) -> (Parameters, end: Int) {
        var columns = [[UInt8]](repeating: [UInt8(ascii: "{")], count: insert.columns.count)
        var row = start
        var bytes = 0
        while row < insert.rows.count, row - start < rowLimit, bytes < byteLimit {
            for (column, value) in insert.rows[row].enumerated() {
                let before = columns[column].count
                if row > start { columns[column].append(UInt8(ascii: ",")) }
                try append(value, to: &columns[column])
                bytes += columns[column].count - before
            }
            row += 1
        }
        var parameters = Parameters.none
        for column in columns.indices {
            columns[column].append(UInt8(ascii: "}"))
            parameters.append(text: columns[column])
        }
        return (parameters, row)
    }

    static func append(_ value: Value, to array: inout [UInt8]) throws(StoreError) {
        switch value {
        case .null: array.append(contentsOf: "NULL".utf8)
        case .bool(let flag): array.append(UInt8(ascii: flag ? "t" : "f"))
        case .int(let number): array.append(contentsOf: String(number).utf8)
        case .double(let number): array.append(contentsOf: String(number).utf8)
        case .text(let text):
            array.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                if byte == 0 { throw StoreError.nulCharacter }
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { array.append(UInt8(ascii: "\\")) }
                array.append(byte)
            }
            array.append(UInt8(ascii: "\""))
        case .bytes(let bytes):
            array.append(contentsOf: "\"\\\\x".utf8)
            appendHex(bytes, to: &array)
            array.append(UInt8(ascii: "\""))
        }
    }

    static func appendHex(_ bytes: [UInt8], to text: inout [UInt8]) {
        for byte in bytes {
            for half in [byte >> 4, byte & 15] { text.append(half < 10 ? half + 48 : half + 87) }
        }
    }
}

extension Connection {
    private static let copyBuffer = 1 << 16
    /// Rows of one `COPY`, so that it stays far from the time limit of a statement.
    private static let copyRows = 20_000

    /// Inserts rows with `COPY … FROM STDIN`; returns how many.
    func copy(_ insert: Insert) throws(StoreError) -> Int {
        let columns = SQLText.names(insert.columns).rendered(.postgres)
        let text = "COPY \(SQLText.name(insert.table).rendered(.postgres)) (\(columns)) FROM STDIN"
        var count = 0
        var start = 0
        while start < insert.rows.count {
            let end = min(start + Connection.copyRows, insert.rows.count)
            count += try copy(insert.rows[start..<end], text)
            start = end
        }
        return count
    }

    private func copy(_ rows: ArraySlice<[Value]>, _ text: String) throws(StoreError) -> Int {
        _ = try simple(text)
        var buffer: [UInt8] = []
        buffer.reserveCapacity(Connection.copyBuffer * 2)
        do throws(StoreError) {
            for row in rows {
                for (position, value) in row.enumerated() {
                    if position > 0 { buffer.append(UInt8(ascii: "\t")) }
                    try Connection.append(value, toCopy: &buffer)
                }
                buffer.append(UInt8(ascii: "\n"))
                if buffer.count >= Connection.copyBuffer { try send(&buffer) }
            }
            try send(&buffer)
        } catch {
            PQputCopyEnd(handle, "no more")
            drain()
            throw error
        }
        PQputCopyEnd(handle, nil)
        let result = PQgetResult(handle)
        drain()
        return try checked(result).changed
    }

    private func send(_ buffer: inout [UInt8]) throws(StoreError) {
        if buffer.isEmpty { return }
        let sent = buffer.withUnsafeBytes { bytes in
            PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard sent == 1 else { throw failure(nil) }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Takes what is left of a command's results, so that the connection accepts the next command.
    func drain() {
        while let result = PQgetResult(handle) { PQclear(result) }
    }

    private static func append(_ value: Value, toCopy text: inout [UInt8]) throws(StoreError) {
        switch value {
        case .null: text.append(contentsOf: "\\N".utf8)
        case .bool(let flag): text.append(UInt8(ascii: flag ? "t" : "f"))
        case .int(let number): text.append(contentsOf: String(number).utf8)
        case .double(let number): text.append(contentsOf: String(number).utf8)
        case .text(let string):
            for byte in string.utf8 {
                switch byte {
                case 0: throw StoreError.nulCharacter
                case UInt8(ascii: "\\"): text.append(contentsOf: "\\\\".utf8)
                case UInt8(ascii: "\t"): text.append(contentsOf: "\\t".utf8)
                case UInt8(ascii: "\n"): text.append(contentsOf: "\\n".utf8)
                case UInt8(ascii: "\r"): text.append(contentsOf: "\\r".utf8)
                default: text.append(byte)
                }
            }
        case .bytes(let bytes):
            text.append(contentsOf: "\\\\x".utf8)
            ArrayLiterals.appendHex(bytes, to: &text)
        }
    }
}
