/// Makes bytes that claim to be UTF-8 acceptable to an XML parser, on the way to it.
///
/// Test tools print what the test printed: terminal colours, zero bytes, half characters. Raw control characters,
/// references to them (`&#27;`), invalid sequences and non-characters become U+FFFD; everything else passes unchanged.
struct ByteCleaner {
    /// Bytes a reference may have; a longer one is left to the parser.
    private static let referenceLimit = 24
    /// No output is longer than this many times its input.
    static let growth = 3

    private var isInCData = false

    /// Writes the clean form of `input` to `output`, which holds three times as much, and answers what it used and wrote.
    ///
    /// Unless `isFinal`, up to 24 bytes at the end stay unused, to be offered again in front of what follows.
    mutating func clean(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutablePointer<UInt8>, isFinal: Bool
    ) -> (used: Int, written: Int) {
        guard let base = input.baseAddress else { return (0, 0) }
        let limit = isFinal ? input.count : input.count - ByteCleaner.heldBack(input)
        let raw = UnsafeRawPointer(base)
        let target = UnsafeMutableRawPointer(output)
        var position = 0
        var written = 0
        while position < limit {
            if position + 8 <= limit {
                let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                if ByteCleaner.isPlain(word, bracket: bracket) {
                    target.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
                    position += 8
                    written += 8
                    continue
                }
            }
            let stop = min(position + 8, limit)
            while position < stop {
                let byte = base[position]
                if byte >= 32 ? (byte < 128 && byte != UInt8(ascii: "&") && byte != bracket) : isLayout(byte) {
                    output[written] = byte
                    position += 1
                    written += 1
                    continue
                }
                let step = special(input, position, limit, isFinal)
                guard step.used > 0 else { return (position, written) }
                if step.isReplaced {
                    output[written] = 0xEF
                    output[written + 1] = 0xBF
                    output[written + 2] = 0xBD
                    written += 3
                } else {
                    for offset in 0..<step.used { output[written + offset] = base[position + offset] }
                    written += step.used
                }
                position += step.used
            }
        }
        return (position, written)
    }

    /// What ends or begins a CDATA section, whichever comes next.
    private var bracket: UInt8 { isInCData ? UInt8(ascii: "]") : UInt8(ascii: "[") }

    private func isLayout(_ byte: UInt8) -> Bool { byte == 9 || byte == 10 || byte == 13 }

    /// All eight bytes pass: ASCII from space on, neither `&` nor the bracket.
    @inline(__always)
    private static func isPlain(_ word: UInt64, bracket: UInt8) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let ampersands = word ^ (ones &* UInt64(UInt8(ascii: "&")))
        let brackets = word ^ (ones &* UInt64(bracket))
        let controls = (word &- ones &* 32) & ~word
        let found = controls | ((ampersands &- ones) & ~ampersands) | ((brackets &- ones) & ~brackets) | word
        return found & tops == 0
    }

    /// Bytes at the end that may begin `<![CDATA[`.
    private static func heldBack(_ input: UnsafeBufferPointer<UInt8>) -> Int {
        var length = min(8, input.count)
        while length > 0 {
            if isOpening(input, input.count - length, length) { return length }
            length -= 1
        }
        return 0
    }

    private static func isOpening(_ input: UnsafeBufferPointer<UInt8>, _ start: Int, _ length: Int) -> Bool {
        let mark: StaticString = "<![CDATA["
        for offset in 0..<length where input[start + offset] != mark.utf8Start[offset] { return false }
        return true
    }

    private struct Step {
        /// Zero: more bytes must be seen first.
        var used: Int
        var isReplaced = false

        static let wait = Step(used: 0)
    }

    private mutating func special(
        _ input: UnsafeBufferPointer<UInt8>, _ position: Int, _ limit: Int, _ isFinal: Bool
    ) -> Step {
        let byte = input[position]
        switch byte {
        case 0x80...: return sequence(input, position, limit, isFinal)
        case UInt8(ascii: "&"): return isInCData ? Step(used: 1) : reference(input, position, limit, isFinal)
        case UInt8(ascii: "["):
            if position >= 8, ByteCleaner.isOpening(input, position - 8, 9) { isInCData = true }
            return Step(used: 1)
        case UInt8(ascii: "]"):
            guard position + 2 < limit else { return isFinal ? Step(used: 1) : .wait }
            if input[position + 1] == byte, input[position + 2] == UInt8(ascii: ">") { isInCData = false }
            return Step(used: 1)
        default: return Step(used: 1, isReplaced: true)
        }
    }

    /// One character beyond ASCII.
    private func sequence(
        _ input: UnsafeBufferPointer<UInt8>, _ position: Int, _ limit: Int, _ isFinal: Bool
    ) -> Step {
        let lead = input[position]
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard lead >= 0xC2, lead <= 0xF4 else { return Step(used: 1, isReplaced: true) }
        let available = min(length, limit - position)
        var offset = 1
        while offset < available {
            let byte = input[position + offset]
            var lowest: UInt8 = 0x80
            var highest: UInt8 = 0xBF
            if offset == 1 {
                if lead == 0xE0 { lowest = 0xA0 } else if lead == 0xF0 { lowest = 0x90 }
                if lead == 0xED { highest = 0x9F } else if lead == 0xF4 { highest = 0x8F }
            }
            guard byte >= lowest, byte <= highest else { return Step(used: offset, isReplaced: true) }
            offset += 1
        }
        if offset < length { return isFinal ? Step(used: offset, isReplaced: true) : .wait }
        let isNonCharacter = lead == 0xEF && input[position + 1] == 0xBF && input[position + 2] >= 0xBE
        return Step(used: length, isReplaced: isNonCharacter)
    }

    /// A character reference, or an ampersand alone.
    private func reference(
        _ input: UnsafeBufferPointer<UInt8>, _ position: Int, _ limit: Int, _ isFinal: Bool
    ) -> Step {
        guard position + 1 < limit else { return isFinal ? Step(used: 1) : .wait }
        guard input[position + 1] == UInt8(ascii: "#") else { return Step(used: 1) }
        var index = position + 2
        var value: UInt32 = 0
        var radix: UInt32 = 10
        if index < limit, input[index] == UInt8(ascii: "x") {
            radix = 16
            index += 1
        }
        let start = index
        while index < limit, let digit = ByteCleaner.digit(input[index], radix) {
            guard index - position < ByteCleaner.referenceLimit else { return Step(used: 1) }
            value = min(value * radix + digit, 0x110000)
            index += 1
        }
        guard index < limit else { return isFinal ? Step(used: 1) : .wait }
        guard index > start, input[index] == UInt8(ascii: ";") else { return Step(used: 1) }
        return Step(used: index + 1 - position, isReplaced: !ByteCleaner.isCharacter(value))
    }

    private static func digit(_ byte: UInt8, _ radix: UInt32) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f") where radix == 16: UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F") where radix == 16: UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// Char of XML 1.0, section 2.2.
    private static func isCharacter(_ value: UInt32) -> Bool {
        switch value {
        case 9, 10, 13, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
