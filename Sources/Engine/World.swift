import Crypto
public import Logging
import Synchronization

/// Time, randomness and the log: everything that would make two runs differ comes through here.
public struct World: Sendable {
    /// Milliseconds since 1970, UTC.
    public let now: @Sendable () -> Int64
    /// Unpredictable bytes.
    public let random: @Sendable (_ count: Int) -> [UInt8]
    public let log: Logger

    public init(
        now: @escaping @Sendable () -> Int64, random: @escaping @Sendable (_ count: Int) -> [UInt8], log: Logger
    ) {
        self.now = now
        self.random = random
        self.log = log
    }

    /// The real clock and the system's randomness.
    public static func live(log: Logger = Logger(label: "assay")) -> World {
        World(now: { Clock.milliseconds() }, random: { Clock.random($0) }, log: log)
    }

    /// A UUIDv7 (RFC 9562): time first, so that new rows are neighbours in an index.
    public func newUid() -> String { newUids(1)[0] }

    /// UUIDv7s in ascending order from one draw of randomness.
    public func newUids(_ count: Int) -> [String] {
        let time = UInt64(bitPattern: now())
        let seed = random(16)
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in seed[0..<8] { high = high << 8 | UInt64(byte) }
        for byte in seed[8..<16] { low = low << 8 | UInt64(byte) }
        // Room to count up without reaching the variant bits.
        low &= 0x1FFF_FFFF_FFFF_FFFF
        let top = time << 16 | 0x7000 | (high & 0x0FFF)
        var result: [String] = []
        result.reserveCapacity(count)
        for offset in 0..<count {
            result.append(UUIDText.text(top, (low &+ UInt64(offset)) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000))
        }
        return result
    }

    /// 32 random bytes, base64url without padding: 43 characters.
    public func newToken() -> String { Base64URL.encoded(random(32)) }
}

/// The spelling of UUIDs.
enum UUIDText {
    static func text(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for (index, word) in [high, low].enumerated() {
                for byte in 0..<8 {
                    let isDash = index == 0 ? (byte == 4 || byte == 6) : (byte == 0 || byte == 2)
                    if isDash {
                        buffer[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    let value = UInt8(truncatingIfNeeded: word >> UInt64(56 - byte * 8))
                    buffer[position] = digit(value >> 4)
                    buffer[position + 1] = digit(value & 15)
                    position += 2
                }
            }
            return position
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// True for `8-4-4-4-12` hexadecimal digits.
    static func isUUID(_ text: String) -> Bool {
        guard text.utf8.count == 36 else { return false }
        for (index, byte) in text.utf8.enumerated() {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? byte == UInt8(ascii: "-") : Character(Unicode.Scalar(byte)).isHexDigit else { return false }
        }
        return true
    }
}

/// Base64 with the URL alphabet of RFC 4648 §5, without padding.
public enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    public static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                result.append(alphabet[Int(bits >> count & 63)])
            }
        }
        if count > 0 { result.append(alphabet[Int(bits << (6 - count) & 63)]) }
        return String(decoding: result, as: UTF8.self)
    }

    public static func decoded(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in text.utf8 {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return result
    }
}
