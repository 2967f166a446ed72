/// An http or https address in one strict form; what two parsers could read differently is no address here.
public struct TargetURL: Sendable, Hashable, CustomStringConvertible {
    public let scheme: String
    /// Lower case; IPv6 addresses without brackets.
    public let host: String
    public let port: Int
    /// Begins with `/`; the query with its `?`.
    public let path: String

    /// Longer ones are refused.
    public static let longest = 4000

    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= TargetURL.longest, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else {
            return nil
        }
        guard let colon = text.firstRange(of: "://") else { return nil }
        scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[colon.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        guard let (host, port) = TargetURL.authority(rest[..<end]) else { return nil }
        self.host = host
        self.port = port ?? (scheme == "https" ? 443 : 80)
        var path = String(rest[end...].prefix { $0 != "#" })
        if !path.hasPrefix("/") { path = "/" + path }
        self.path = path
    }

    /// Host and port; names of a user, percent escapes, zones and empty labels make it none.
    private static func authority(_ text: Substring) -> (host: String, port: Int?)? {
        var host = text
        var port: Int?
        let isBracketed = text.first == "["
        let separator =
            isBracketed ? text.lastRange(of: "]:")?.upperBound : text.firstIndex(of: ":").map { text.index(after: $0) }
        if let separator {
            let digits = text[separator...]
            guard (1...5).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
                let number = Int(digits), (1...65_535).contains(number)
            else { return nil }
            port = number
            host = text[..<text.index(before: separator)]
        }
        if isBracketed {
            guard host.last == "]" else { return nil }
            let inner = host.dropFirst().dropLast()
            guard TargetAddress(String(inner))?.isVersion6 == true else { return nil }
            return (inner.lowercased(), port)
        }
        guard (1...253).contains(host.count), host.utf8.allSatisfy({ isHostByte($0) }), !host.hasPrefix("."),
            !host.contains("..")
        else { return nil }
        return (host.lowercased(), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Scheme, host and port: what credentials are bound to.
    public var origin: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        let isUsual = port == (scheme == "https" ? 443 : 80)
        return isUsual ? "\(scheme)://\(shown)" : "\(scheme)://\(shown):\(port)"
    }

    public var description: String { origin + path }
}

extension Substring {
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        var found: Range<Index>?
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            found = range
            rest = rest[range.upperBound...]
        }
        return found
    }
}
