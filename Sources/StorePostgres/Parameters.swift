import CLibPQ
import Model
import Store

/// The values of one statement as libpq takes them: texts in one buffer, with their types.
struct Parameters {
    private(set) var types: [Oid] = []
    private var buffer: [UInt8] = []
    /// Where each value starts; −1 for null.
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    /// Whether the server is told the types of the values or takes them from the places where they stand.
    enum Typing { case ofValues, ofPlaces }

    static let none = Parameters()

    private init() {}

    /// Throws `.constraint` for text with U+0000, which the server cannot hold.
    init(_ values: some Collection<Value>, _ typing: Typing = .ofValues) throws(StoreError) {
        types.reserveCapacity(values.count)
        offsets.reserveCapacity(values.count)
        buffer.reserveCapacity(values.count * 16)
        for value in values { try append(value, typing) }
    }

    var count: Int { types.count }

    mutating func append(text: [UInt8]) {
        offsets.append(buffer.count)
        buffer.append(contentsOf: text)
        finish(0, from: offsets[offsets.count - 1])
    }

    private mutating func append(_ value: Value, _ typing: Typing) throws(StoreError) {
        let start = buffer.count
        offsets.append(value.isNull ? -1 : start)
        // Texts and nulls keep an unknown type: the server reads them as what their place needs.
        var type: Oid = 0
        switch value {
        case .null: break
        case .bool(let flag):
            type = ColumnType.bool
            buffer.append(UInt8(ascii: flag ? "t" : "f"))
        case .int(let number):
            type = ColumnType.int8
            buffer.append(contentsOf: String(number).utf8)
        case .double(let number):
            type = ColumnType.float8
            buffer.append(contentsOf: String(number).utf8)
        case .text(let text):
            buffer.append(contentsOf: text.utf8)
            guard !buffer[start...].contains(0) else { throw StoreError.nulCharacter }
        case .bytes(let bytes):
            buffer.append(contentsOf: bytes)
            return finish(ColumnType.bytea, from: start, format: 1)
        }
        finish(typing == .ofValues ? type : 0, from: start)
    }

    private mutating func finish(_ type: Oid, from start: Int, format: Int32 = 0) {
        types.append(type)
        lengths.append(Int32(clamping: buffer.count - start))
        formats.append(format)
        buffer.append(0)
    }

    /// Calls the body with arrays that are valid while it runs.
    func withPointers<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
    ) -> T {
        if offsets.isEmpty { return body(nil, nil, nil) }
        return buffer.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = offsets.map { offset in offset < 0 ? nil : base.map { $0 + offset } }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}

extension StoreError {
    /// PostgreSQL's text cannot hold U+0000.
    static var nulCharacter: StoreError { StoreError(.constraint, "text with the character U+0000") }
}
