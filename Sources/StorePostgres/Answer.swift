import CLibPQ
import Model

/// The server's types that Assay's statements answer with, by their fixed numbers (pg_type.dat).
enum ColumnType {
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let oid: Oid = 26
    static let float4: Oid = 700
    static let float8: Oid = 701
    static let numeric: Oid = 1700
    static let void: Oid = 2278
}

/// The result of one statement; it frees libpq's memory.
final class Answer {
    let result: OpaquePointer?

    init(_ result: OpaquePointer?) { self.result = result }

    deinit { PQclear(result) }

    /// The statement ran; failed ones have an error for the result.
    var isDone: Bool {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN: true
        default: false
        }
    }

    var rowCount: Int { Int(PQntuples(result)) }

    /// Bytes that libpq holds for it.
    var size: Int { PQresultMemorySize(result) }

    /// How many rows the statement changed; zero when it changes none.
    var changed: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// The command that ran, such as `COMMIT`.
    var tag: String { String(cString: PQcmdStatus(result)) }

    /// The texts of one row; empty when there is no such row.
    func texts(row: Int) -> [String] {
        guard row < rowCount else { return [] }
        var texts: [String] = []
        for column in 0..<PQnfields(result) { texts.append(String(cString: PQgetvalue(result, Int32(row), column))) }
        return texts
    }

    /// All rows, decoded by the types of their columns.
    func rows() -> [[Value]] {
        let types = columnTypes
        var rows: [[Value]] = []
        rows.reserveCapacity(rowCount)
        for row in 0..<rowCount { rows.append(values(row: row, types)) }
        return rows
    }

    var columnTypes: [Oid] {
        var types: [Oid] = []
        for column in 0..<PQnfields(result) { types.append(PQftype(result, column)) }
        return types
    }

    func values(row: Int, _ types: [Oid]) -> [Value] {
        let row = Int32(row)
        return [Value](unsafeUninitializedCapacity: types.count) { values, count in
            for (position, type) in types.enumerated() {
                values.initializeElement(at: position, to: value(row, Int32(position), type))
            }
            count = types.count
        }
    }

    private func value(_ row: Int32, _ column: Int32, _ type: Oid) -> Value {
        guard let start = PQgetvalue(result, row, column) else { return .null }
        let length = Int(PQgetlength(result, row, column))
        if length == 0, PQgetisnull(result, row, column) == 1 { return .null }
        let bytes = UnsafeRawBufferPointer(start: start, count: length)
        switch type {
        case ColumnType.int8, ColumnType.int4, ColumnType.int2, ColumnType.oid:
            return Answer.integer(bytes).map { .int($0) } ?? .null
        case ColumnType.bool: return .bool(bytes.first == UInt8(ascii: "t"))
        case ColumnType.float8, ColumnType.float4: return .double(Double(String(decoding: bytes, as: UTF8.self)))
        case ColumnType.numeric: return Answer.numeric(bytes)
        case ColumnType.bytea: return .bytes(Answer.unhexed(bytes))
        case ColumnType.void: return .null
        default: return .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The decimal number of the text; `nil` for anything else and for numbers that do not fit.
    static func integer(_ bytes: some Collection<UInt8>) -> Int64? {
        var digits = bytes[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard !digits.isEmpty else { return nil }
        // Summed below zero, where the range is larger by one.
        var sum: Int64 = 0
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (tenfold, first) = sum.multipliedReportingOverflow(by: 10)
            let (next, second) = tenfold.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !first, !second else { return nil }
            sum = next
        }
        if isNegative { return sum }
        return sum == .min ? nil : -sum
    }

    /// An integer when the number is whole and fits, otherwise the nearest double.
    static func numeric(_ bytes: UnsafeRawBufferPointer) -> Value {
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 1)
        let isWhole = parts.count < 2 || parts[1].allSatisfy { $0 == UInt8(ascii: "0") }
        if isWhole, let first = parts.first, let number = integer(first) { return .int(number) }
        return .double(Double(String(decoding: bytes, as: UTF8.self)))
    }

    /// The bytes of `\x0aff`.
    static func unhexed(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for character in text.dropFirst(2) {
            let digit = character > UInt8(ascii: "9") ? (character | 0x20) &- 87 : character &- 48
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }
}
