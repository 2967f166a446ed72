import Foundation
import HTTPTypes
import Wire

/// Where a call carries its token (PractiTest API, Authentication): the first form that is there decides.
enum TokenForms {
    private static let header = HTTPField.Name("PTToken")

    static func token(_ call: Call) -> String? {
        if let header, let token = call.headers[header] { return token }
        if let value = call.headers[.authorization] { return token(authorization: value) }
        return call.query["api_token"]
    }

    /// `Basic` and `Bearer` as usual; anything else is `EMAIL:TOKEN` as it stands.
    private static func token(authorization value: String) -> String {
        let value = value.trimmingCharacters(in: .whitespaces)
        let words = value.split(separator: " ", maxSplits: 1)
        let rest = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
        switch words.first?.lowercased() {
        case "bearer": return rest
        case "basic":
            guard let bytes = LenientBase64.decoded(rest) else { return "" }
            return afterColon(String(decoding: bytes, as: UTF8.self))
        default: return afterColon(value)
        }
    }

    private static func afterColon(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":") else { return "" }
        return String(text[text.index(after: colon)...])
    }
}

/// Base64 as clients really send it: with line breaks, without padding, in either alphabet.
enum LenientBase64 {
    /// `nil` for any other character.
    static func decoded(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count / 4 * 3)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        var isPadded = false
        for byte in text.utf8 {
            if byte == 0x20 || (0x09...0x0D).contains(byte) { continue }
            if byte == UInt8(ascii: "=") {
                isPadded = true
                continue
            }
            guard !isPadded, let value = value(byte) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        // A single character left over cannot end a byte.
        return count >= 6 ? nil : result
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
