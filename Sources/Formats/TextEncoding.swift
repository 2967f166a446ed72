/// How the bytes of a document spell characters.
enum TextEncoding: Equatable {
    case utf8
    case utf16LittleEndian
    case utf16BigEndian
    /// Also what documents that claim ISO 8859-1 mean (WHATWG Encoding).
    case windows1252
    case iso8859_15
    /// An encoding we do not read; its ASCII characters are accepted.
    case other(String)

    /// Bytes that `detect` wants to see.
    static let headBytes = 1024

    /// No output of `decode` is longer than this many times its input.
    static let growth = 3

    /// The encoding by byte order mark, zero bytes and XML declaration, and the length of the mark.
    static func detect(_ head: UnsafeBufferPointer<UInt8>) -> (encoding: TextEncoding, mark: Int) {
        let first = (0..<4).map { $0 < head.count ? head[$0] : 1 }
        switch (first[0], first[1], first[2], first[3]) {
        case (0xEF, 0xBB, 0xBF, _): return (.utf8, 3)
        case (0xFF, 0xFE, 0, 0), (0, 0, 0xFE, 0xFF), (0, 0, 0, 0x3C), (0x3C, 0, 0, 0): return (.other("UTF-32"), 0)
        case (0xFF, 0xFE, _, _): return (.utf16LittleEndian, 2)
        case (0xFE, 0xFF, _, _): return (.utf16BigEndian, 2)
        case (1..., 0, 1..., 0): return (.utf16LittleEndian, 0)
        case (0, 1..., 0, 1...): return (.utf16BigEndian, 0)
        default: return (declared(head), 0)
        }
    }

    private static func declared(_ head: UnsafeBufferPointer<UInt8>) -> TextEncoding {
        var text = Substring(decoding: head.prefix(headBytes), as: UTF8.self).drop { $0.isWhitespace }
        guard text.hasPrefix("<?xml"), let end = text.firstRange(of: "?>") else { return .utf8 }
        text = text[..<end.lowerBound]
        guard let key = text.firstRange(of: "encoding") else { return .utf8 }
        text = text[key.upperBound...].drop { $0.isWhitespace || $0 == "=" }
        guard let quote = text.first, quote == "\"" || quote == "'" else { return .utf8 }
        return named(String(text.dropFirst().prefix { $0 != quote }))
    }

    private static func named(_ name: String) -> TextEncoding {
        switch name.lowercased() {
        // A document that was one UTF-16 once and is bytes of ASCII now has been converted without its declaration.
        case "", "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf16", "utf-16le", "utf-16be", "unicode": .utf8
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "iso8859_1", "latin1", "latin-1", "l1", "windows-1252", "cp1252",
            "cp-1252", "win-1252":
            .windows1252
        case "iso-8859-15", "iso8859-15", "iso8859_15", "iso_8859-15", "latin9", "latin-9": .iso8859_15
        default: .other(name)
        }
    }

    /// Writes `input` as UTF-8 and answers what it used and wrote; `refused` tells that it met a foreign character.
    func decode(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, isFinal: Bool
    ) -> (used: Int, written: Int, refused: Bool) {
        var sink = Sink(output: output)
        switch self {
        case .utf16LittleEndian, .utf16BigEndian:
            let used = decodeUTF16(input, &sink, isFinal)
            return (used, sink.count, false)
        case .utf8, .windows1252, .iso8859_15, .other:
            for position in 0..<input.count {
                let byte = input[position]
                if byte < 0x80 {
                    sink.put(byte)
                    continue
                }
                guard let scalar = scalar(byte) else { return (position, sink.count, true) }
                sink.put(scalar)
            }
            return (input.count, sink.count, false)
        }
    }

    private func scalar(_ byte: UInt8) -> UInt32? {
        switch self {
        case .windows1252: byte < 0xA0 ? UInt32(TextEncoding.windowsTable[Int(byte) - 0x80]) : UInt32(byte)
        case .iso8859_15: TextEncoding.latin9[byte] ?? UInt32(byte)
        case .utf8, .utf16LittleEndian, .utf16BigEndian, .other: nil
        }
    }

    private func decodeUTF16(_ input: UnsafeBufferPointer<UInt8>, _ sink: inout Sink, _ isFinal: Bool) -> Int {
        let high = self == .utf16BigEndian ? 0 : 1
        func unit(_ position: Int) -> UInt32 {
            UInt32(input[position + high]) << 8 | UInt32(input[position + 1 - high])
        }
        var position = 0
        while position + 1 < input.count {
            let first = unit(position)
            guard first >= 0xD800, first < 0xE000 else {
                sink.put(first)
                position += 2
                continue
            }
            if first < 0xDC00 {
                if position + 3 >= input.count, !isFinal { return position }
                if position + 3 < input.count {
                    let second = unit(position + 2)
                    if second >= 0xDC00, second < 0xE000 {
                        sink.put(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
                        position += 4
                        continue
                    }
                }
            }
            sink.put(UInt32(0xFFFD))
            position += 2
        }
        guard isFinal, position < input.count else { return position }
        sink.put(UInt32(0xFFFD))
        return input.count
    }

    private struct Sink {
        let output: UnsafeMutablePointer<UInt8>
        var count = 0

        init(output: UnsafeMutablePointer<UInt8>) { self.output = output }

        mutating func put(_ byte: UInt8) {
            output[count] = byte
            count += 1
        }

        mutating func put(_ scalar: UInt32) {
            switch scalar {
            case ..<0x80: put(UInt8(truncatingIfNeeded: scalar))
            case ..<0x800:
                put(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
            case ..<0x10000:
                put(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
            default:
                put(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
            }
        }
    }

    /// 0x80 to 0x9F; the five unassigned ones keep their number.
    private static let windowsTable: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private static let latin9: [UInt8: UInt32] = [
        0xA4: 0x20AC, 0xA6: 0x160, 0xA8: 0x161, 0xB4: 0x17D, 0xB8: 0x17E, 0xBC: 0x152, 0xBD: 0x153, 0xBE: 0x178,
    ]
}
