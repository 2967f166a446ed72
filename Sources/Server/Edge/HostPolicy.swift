/// For which hosts the server answers, and under which address people reach it (SAFETY 2.3-5).
struct HostPolicy: Sendable {
    enum Judgement: Sendable { case accepted, missing, wrong }

    /// Scheme and authority from the configuration.
    private let base: String?
    /// Authorities without port, in lower case; `nil` accepts every host.
    private let allowed: Set<String>?

    static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    /// A server that only this machine reaches answers for no other names: a foreign page must not reach it through a
    /// name that leads to this machine.
    init(baseURL: String?, isLoopback: Bool) {
        base = baseURL
        if let host = baseURL.flatMap({ HostPolicy.host(inURL: $0) }) {
            allowed = HostPolicy.loopback.union([host])
        } else {
            allowed = isLoopback ? HostPolicy.loopback : nil
        }
    }

    func judge(_ authority: String, path: String) -> Judgement {
        guard !authority.isEmpty else { return .missing }
        guard let host = HostPolicy.host(authority) else { return .wrong }
        // Probes of a balancer call the machine by its address.
        if path.hasPrefix("/health/") || path == "/metrics" { return .accepted }
        guard let allowed else { return .accepted }
        return allowed.contains(host) ? .accepted : .wrong
    }

    func origin(authority: String, isSecure: Bool) -> String {
        if let base { return base }
        return (isSecure ? "https://" : "http://") + authority
    }

    /// The name without the port, in lower case; `nil` when it is no authority.
    static func host(_ authority: String) -> String? {
        var name = authority[...]
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") {
            guard name[name.index(after: colon)...].allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
            name = name[..<colon]
        }
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        return isName && !name.isEmpty ? name.lowercased() : nil
    }

    /// The scheme and authority of a base address without anything after them; `nil` when it is none.
    static func normalized(baseURL: String) -> String? {
        let text = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        guard host(inURL: text) != nil else { return nil }
        return text
    }

    private static func host(inURL text: String) -> String? {
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            return host(String(text.dropFirst(scheme.count)))
        }
        return nil
    }
}
