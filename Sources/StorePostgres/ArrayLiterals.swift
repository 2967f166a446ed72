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
