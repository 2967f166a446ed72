/// Finds the id of a test case that people write into the name of an automated test.
///
/// `[123]`, `TC-123` and `C123` count, in this order of precedence. Letters and digits must not touch them; an
/// underscore may, because names of functions have no other separator (`test_C123_login`). In brackets of their own,
/// `[123]` must stand apart: `test_add[1]` is a parameter, not an id.
public enum CaseIdentifier {
    /// The property that names the case of a test.
    public static let property = "test_id"

    /// The id that a test carries: that of its property `test_id`, else the one in its name.
    public static func find(in test: ReportTest) -> Int64? {
        for candidate in test.properties where candidate.name == property {
            if let id = find(inProperty: candidate.value) { return id }
        }
        return find(in: test.name)
    }

    /// The id in a name, or `nil`.
    public static func find(in name: String) -> Int64? {
        var name = name
        return name.withUTF8 { bytes in
            let scanner = Scanner(bytes: bytes)
            return scanner.bracketed() ?? scanner.prefixed(by: "TC-") ?? scanner.prefixed(by: "C")
        }
    }

    /// The id in the value of a property: a bare number counts as well.
    private static func find(inProperty value: String) -> Int64? {
        var value = value
        let bare = value.withUTF8 { bytes -> Int64? in
            let digits = XMLText.trim(bytes)
            let scanner = Scanner(bytes: digits)
            guard let number = scanner.number(at: 0), number.end == digits.count else { return nil }
            return number.value
        }
        return bare ?? find(in: value)
    }

    private struct Scanner {
        let bytes: UnsafeBufferPointer<UInt8>

        /// `[123]`, apart from any word.
        func bracketed() -> Int64? {
            for position in bytes.indices where bytes[position] == UInt8(ascii: "[") {
                guard isFree(position - 1), !isUnderscore(position - 1), let number = number(at: position + 1),
                    number.end < bytes.count, bytes[number.end] == UInt8(ascii: "]"), isFree(number.end + 1)
                else { continue }
                return number.value
            }
            return nil
        }

        /// The prefix and digits, as a word.
        func prefixed(by prefix: StaticString) -> Int64? {
            let length = prefix.utf8CodeUnitCount
            var position = 0
            while position + length < bytes.count {
                if matches(prefix, at: position), isFree(position - 1), let number = number(at: position + length),
                    isFree(number.end)
                {
                    return number.value
                }
                position += 1
            }
            return nil
        }

        /// A positive number of at most 18 digits, and the position behind it.
        func number(at start: Int) -> (value: Int64, end: Int)? {
            var value: Int64 = 0
            var end = start
            while end < bytes.count, XMLText.isDigit(bytes[end]) {
                guard end - start < 18 else { return nil }
                value = value * 10 + Int64(bytes[end] &- UInt8(ascii: "0"))
                end += 1
            }
            return value > 0 ? (value, end) : nil
        }

        private func matches(_ prefix: StaticString, at position: Int) -> Bool {
            for offset in 0..<prefix.utf8CodeUnitCount where bytes[position + offset] != prefix.utf8Start[offset] {
                return false
            }
            return true
        }

        /// No letter or digit is here; bytes beyond ASCII count as letters.
        private func isFree(_ position: Int) -> Bool {
            guard position >= 0, position < bytes.count else { return true }
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...:
                return false
            default: return true
            }
        }

        private func isUnderscore(_ position: Int) -> Bool { position >= 0 && bytes[position] == UInt8(ascii: "_") }
    }
}
