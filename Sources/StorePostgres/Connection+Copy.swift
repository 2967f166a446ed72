import CLibPQ
import Model
import Statements
import Store

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
