import Model

/// Scalar texts of reports, read without allocating and as leniently as the tools write them.
enum XMLText {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    static func bytes(_ text: UnsafePointer<CChar>) -> Bytes {
        var count = 0
        while text[count] != 0 { count += 1 }
        return UnsafeRawBufferPointer(start: text, count: count).assumingMemoryBound(to: UInt8.self)
    }

    static func string(_ bytes: Bytes) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The text, or `nil` when it is empty.
    static func present(_ bytes: Bytes) -> String? { bytes.isEmpty ? nil : string(bytes) }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    static func isBlank(_ bytes: Bytes) -> Bool {
        for byte in bytes where !isSpace(byte) { return false }
        return true
    }

    /// The first position of a byte from `start` on, or the end of the text; eight bytes at a time.
    static func first(_ byte: UInt8, in text: Bytes, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(text)
        var position = start
        while position + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self) ^ (ones &* UInt64(byte))
            if (word &- ones) & ~word & 0x8080_8080_8080_8080 != 0 { break }
            position += 8
        }
        while position < raw.count, raw[position] != byte { position += 1 }
        return position
    }

    /// The bytes without white space at the ends.
    static func trim(_ bytes: Bytes) -> Bytes {
        var start = 0
        var end = bytes.count
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        return Bytes(rebasing: bytes[start..<end])
    }

    /// The text without white space at the ends, or `nil` when nothing is left.
    static func trimmed(_ bytes: Bytes) -> String? { present(trim(bytes)) }

    /// A count: leading digits, thousands commas allowed.
    static func integer(_ bytes: Bytes) -> Int? {
        var value = 0
        var digits = 0
        for byte in trim(bytes) {
            if byte == UInt8(ascii: ","), digits > 0 { continue }
            guard isDigit(byte) else { break }
            digits += 1
            guard digits <= 18 else { return nil }
            value = value * 10 + Int(byte &- UInt8(ascii: "0"))
        }
        return digits > 0 ? value : nil
    }

    /// A point in time: ISO 8601, or seconds or milliseconds since 1970.
    ///
    /// The epoch itself means that the tool knows none (GoogleTest, for a test that did not run).
    static func timestamp(_ text: String) -> Int64? {
        guard let time = time(text), time != 0 else { return nil }
        return time
    }

    private static func time(_ text: String) -> Int64? {
        if let parsed = Timestamp.parse(text) { return parsed }
        // Java's ZonedDateTime appends the zone's name to the offset: `+01:00[Europe/Paris]`.
        if let bracket = text.utf8.firstIndex(of: UInt8(ascii: "[")) {
            return Timestamp.parse(String(text[..<bracket]))
        }
        guard text.utf8.count >= 9, text.utf8.count <= 13, text.utf8.allSatisfy(isDigit), let number = Int64(text)
        else { return nil }
        return text.utf8.count > 11 ? number : number * 1000
    }
}
