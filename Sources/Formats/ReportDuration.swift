/// Durations as tools write them: `0.012`, `1.2E-4`, `1,234.56`, `0,012`, `12ms`, `1m2.5s`.
enum ReportDuration {
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// Seconds; `nil` when the text holds no number. A negative duration (a clock set back) is zero.
    static func seconds(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        var scanner = Scanner(bytes: XMLText.trim(text))
        let isNegative = scanner.take(UInt8(ascii: "-"))
        if !isNegative { _ = scanner.take(UInt8(ascii: "+")) }
        var total: Double?
        while let number = scanner.number(powers) {
            total = (total ?? 0) + number * scanner.unit()
            scanner.skipSpaces()
        }
        guard let total, total.isFinite, total < 1e12 else { return nil }
        return isNegative ? 0 : total
    }

    private struct Scanner {
        let bytes: UnsafeBufferPointer<UInt8>
        var position = 0

        init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

        var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

        mutating func take(_ byte: UInt8) -> Bool {
            guard current == byte else { return false }
            position += 1
            return true
        }

        mutating func skipSpaces() { while current == 32 { position += 1 } }

        mutating func number(_ powers: [Double]) -> Double? {
            let point = decimalPoint()
            var mantissa: UInt64 = 0
            var digits = 0
            var fraction = 0
            while position < bytes.count {
                let byte = bytes[position]
                if XMLText.isDigit(byte) {
                    digits += 1
                    // Further digits than these are beyond the precision of a double.
                    if mantissa < 100_000_000_000_000_000 {
                        mantissa = mantissa * 10 + UInt64(byte &- UInt8(ascii: "0"))
                        if position > point { fraction += 1 }
                    } else if position < point {
                        fraction -= 1
                    }
                } else if byte != UInt8(ascii: ".") && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "'") {
                    break
                }
                position += 1
            }
            guard digits > 0 else { return nil }
            return scale(Double(mantissa), exponent() - fraction, powers)
        }

        private func scale(_ value: Double, _ exponent: Int, _ powers: [Double]) -> Double {
            let steps = min(abs(exponent), 400)
            var result = value
            var rest = steps
            while rest > 0 {
                let step = min(rest, 22)
                result = exponent < 0 ? result / powers[step] : result * powers[step]
                rest -= step
            }
            return result
        }

        /// The position of the decimal separator of the number that starts here, or the end of the text.
        ///
        /// The last separator is decimal, unless the same one occurs twice. `1,234` reads as 1.234: tools with a
        /// decimal comma print three digits, while Surefire's thousands comma comes with a fraction behind it.
        private func decimalPoint() -> Int {
            var last = bytes.count
            var dots = 0
            var commas = 0
            var index = position
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: ".") {
                    dots += 1
                    last = index
                } else if byte == UInt8(ascii: ",") {
                    commas += 1
                    last = index
                } else if !XMLText.isDigit(byte) && byte != UInt8(ascii: "'") {
                    break
                }
                index += 1
            }
            guard last < bytes.count else { return bytes.count }
            let repeats = bytes[last] == UInt8(ascii: ".") ? dots : commas
            return repeats > 1 ? bytes.count : last
        }

        private mutating func exponent() -> Int {
            guard current == UInt8(ascii: "e") || current == UInt8(ascii: "E") else { return 0 }
            let start = position
            position += 1
            let isNegative = take(UInt8(ascii: "-"))
            if !isNegative { _ = take(UInt8(ascii: "+")) }
            guard XMLText.isDigit(current) else {
                position = start
                return 0
            }
            var value = 0
            while XMLText.isDigit(current) {
                value = min(value * 10 + Int(current &- UInt8(ascii: "0")), 1000)
                position += 1
            }
            return isNegative ? -value : value
        }

        /// Seconds of the unit written here; none written is one second.
        mutating func unit() -> Double {
            skipSpaces()
            let first = current
            let second = position + 1 < bytes.count ? bytes[position + 1] : 0
            while position < bytes.count, !XMLText.isDigit(current), current != 32 { position += 1 }
            switch (first, second) {
            case (UInt8(ascii: "m"), UInt8(ascii: "s")): return 1e-3
            case (UInt8(ascii: "u"), UInt8(ascii: "s")), (0xC2, 0xB5), (0xCE, 0xBC): return 1e-6
            case (UInt8(ascii: "n"), UInt8(ascii: "s")): return 1e-9
            case (UInt8(ascii: "m"), _): return 60
            case (UInt8(ascii: "h"), _): return 3600
            default: return 1
            }
        }
    }
}
