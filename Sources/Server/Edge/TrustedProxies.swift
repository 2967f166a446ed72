import Foundation
import HTTPTypes

/// The proxies in front of the server whose word about the client counts.
struct TrustedProxies: Sendable {
    struct Client: Sendable, Hashable {
        var address: String
        var isSecure: Bool
    }

    private let blocks: [AddressRange]

    init(_ blocks: [AddressRange] = []) { self.blocks = blocks }

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")
    private static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")

    var isEmpty: Bool { blocks.isEmpty }

    /// The nearest address that is no trusted proxy, and whether the outermost trusted proxy was reached by https.
    func client(peer: String, headers: HTTPFields) -> Client {
        guard !blocks.isEmpty, isTrusted(peer) else { return Client(address: peer, isSecure: false) }
        var address = peer
        if let name = TrustedProxies.forwardedFor {
            let hops = headers[values: name].joined(separator: ",").split(separator: ",")
            for hop in hops.reversed() {
                let text = hop.trimmingCharacters(in: .whitespaces)
                guard IPAddress(text) != nil else { break }
                address = text
                if !isTrusted(text) { break }
            }
        }
        let scheme = TrustedProxies.forwardedProto.flatMap { headers[values: $0].last }?.lowercased()
        return Client(address: address, isSecure: scheme == "https")
    }

    private func isTrusted(_ address: String) -> Bool {
        guard let address = IPAddress(address) else { return false }
        return blocks.contains { $0.contains(address) }
    }
}

/// The bytes of an IPv4 or IPv6 address; IPv4 inside IPv6 counts as IPv4.
struct IPAddress: Sendable, Hashable {
    let bytes: [UInt8]

    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            let octets = withUnsafeBytes(of: six) { Array($0) }
            let isMapped = octets[0..<10].allSatisfy { $0 == 0 } && octets[10] == 0xFF && octets[11] == 0xFF
            bytes = isMapped ? Array(octets[12...]) : octets
        } else {
            return nil
        }
    }

    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }
}

/// A network such as `10.0.0.0/8`, or one address.
public struct AddressRange: Sendable, Hashable {
    private let network: IPAddress
    private let bits: Int

    /// `nil` when the text is no network.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = parts.first.flatMap({ IPAddress(String($0)) }) else { return nil }
        network = address
        guard parts.count == 2 else {
            bits = address.bytes.count * 8
            return
        }
        guard let bits = Int(parts[1]), (0...address.bytes.count * 8).contains(bits) else { return nil }
        self.bits = bits
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == network.bytes.count else { return false }
        for index in 0..<address.bytes.count {
            let left = bits - index * 8
            guard left > 0 else { return true }
            let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
            guard address.bytes[index] & mask == network.bytes[index] & mask else { return false }
        }
        return true
    }
}
