import Foundation

/// The bytes of an IPv4 or IPv6 address, and whether the server may speak to it.
public struct TargetAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16.
    public let bytes: [UInt8]

    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads the exact spelling of RFC 4291 or a dotted quad without leading zeros.
    public init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: six) { Array($0) }
        } else {
            return nil
        }
    }

    public var isVersion6: Bool { bytes.count == 16 }

    public var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isVersion6 ? AF_INET6 : AF_INET
        guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "?" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// How near a target is.
    public enum Kind: Sendable, Hashable {
        case open
        /// Loopback, private, link-local and the like: for operators who allow private targets.
        case privateNetwork
        /// No host at all, or the metadata of a cloud: for nobody.
        case never
    }

    /// SAFETY 2.3-6: judged by the bytes, addresses inside addresses included.
    public var kind: Kind {
        isVersion6 ? TargetAddress.kind6(bytes) : TargetAddress.kind4(bytes[0], bytes[1], bytes[2], bytes[3])
    }

    private static func kind4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> Kind {
        switch (a, b, c, d) {
        // "This host", multicast, reserved and broadcast.
        case (0, _, _, _), (224...255, _, _, _): .never
        // Instance metadata: AWS, Azure, Google, Oracle; Alibaba.
        case (169, 254, 169, 254), (100, 100, 100, 200): .never
        case (127, _, _, _), (10, _, _, _), (172, 16...31, _, _), (192, 168, _, _), (169, 254, _, _): .privateNetwork
        // Carrier-grade NAT, benchmarks.
        case (100, 64...127, _, _), (198, 18...19, _, _): .privateNetwork
        // IETF protocol assignments, documentation, 6to4 relays.
        case (192, 0, 0, _), (192, 0, 2, _), (198, 51, 100, _), (203, 0, 113, _), (192, 88, 99, _): .privateNetwork
        default: .open
        }
    }

    private static func kind6(_ bytes: [UInt8]) -> Kind {
        func starts(_ prefix: UInt8...) -> Bool { bytes.starts(with: prefix) }
        func inner(_ start: Int) -> Kind { kind4(bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3]) }
        let isLowEmpty = bytes[0..<10].allSatisfy { $0 == 0 }
        if bytes.allSatisfy({ $0 == 0 }) { return .never }
        if bytes[0..<15].allSatisfy({ $0 == 0 }), bytes[15] == 1 { return .privateNetwork }
        // IPv4 mapped, translated and compatible.
        if isLowEmpty, bytes[10] == 0xFF, bytes[11] == 0xFF { return inner(12) }
        if bytes[0..<8].allSatisfy({ $0 == 0 }), bytes[8] == 0xFF, bytes[9] == 0xFF { return inner(12) }
        if bytes[0..<12].allSatisfy({ $0 == 0 }) { return worse(inner(12), .privateNetwork) }
        // NAT64 (RFC 6052, RFC 8215), 6to4, Teredo (the client's address is inverted).
        if starts(0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0) { return inner(12) }
        if starts(0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01) { return worse(inner(12), .privateNetwork) }
        if starts(0x20, 0x02) { return inner(2) }
        if starts(0x20, 0x01, 0x00, 0x00) {
            let client = kind4(~bytes[12], ~bytes[13], ~bytes[14], ~bytes[15])
            return worse(worse(inner(4), client), .privateNetwork)
        }
        // ISATAP carries an IPv4 address behind ::5efe.
        if bytes[8] & 0xFD == 0, bytes[9] == 0, bytes[10] == 0x5E, bytes[11] == 0xFE {
            return worse(inner(12), .privateNetwork)
        }
        if starts(0xFF) { return .never }
        if starts(0xFD, 0x00, 0x0E, 0xC2) { return .never }
        // Unique local, link-local, site-local, documentation, discard, benchmark, ORCHID.
        if bytes[0] & 0xFE == 0xFC { return .privateNetwork }
        if bytes[0] == 0xFE, bytes[1] & 0x80 == 0x80 { return .privateNetwork }
        if starts(0x20, 0x01, 0x0D, 0xB8) || starts(0x3F, 0xFF) { return .privateNetwork }
        if starts(0x01, 0x00) || starts(0x20, 0x01, 0x00, 0x02) { return .privateNetwork }
        if starts(0x20, 0x01, 0x00), bytes[3] & 0xF0 == 0x10 || bytes[3] & 0xF0 == 0x20 { return .privateNetwork }
        // Only 2000::/3 is given out.
        return bytes[0] & 0xE0 == 0x20 ? .open : .privateNetwork
    }

    private static func worse(_ left: Kind, _ right: Kind) -> Kind {
        if left == .never || right == .never { return .never }
        return left == .privateNetwork || right == .privateNetwork ? .privateNetwork : .open
    }
}
