public import Engine
public import HTTPTypes
import Model

/// One request as the dialects see it, free of any HTTP server.
public struct Call: Sendable {
    public let method: HTTPRequest.Method
    /// The path without the query, percent escapes as sent.
    public let path: String
    public let query: QueryItems
    public let headers: HTTPFields
    public internal(set) var body: Body
    /// The address of the client; behind a configured proxy the one that the proxy names.
    public let remoteAddress: String
    public internal(set) var requestId: String
    /// Scheme and authority under which the server is reached, from the configuration or the request.
    public let origin: String
    /// True when the connection or the configured base address is https.
    public var isSecure: Bool { origin.hasPrefix("https://") }
    /// What the route's placeholders stand for, percent escapes resolved.
    public internal(set) var parameters: [String: String] = [:]
    /// Who calls; anonymous until the gate has looked at the credentials.
    public internal(set) var caller: Caller = .anonymous
    /// The browser session that authenticated the call, when it was one.
    public internal(set) var browserSession: BrowserSessionIdentity?
    /// What further tries this call may spend; unlimited outside a gate.
    public internal(set) var budget = CallBudget()

    public init(
        method: HTTPRequest.Method, path: String, query: QueryItems = QueryItems(), headers: HTTPFields = [:],
        body: Body = .empty, remoteAddress: String = "127.0.0.1", requestId: String = "",
        origin: String = "http://127.0.0.1:8080"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.requestId = requestId
        self.origin = origin
    }

    /// A placeholder of the route; the route table guarantees that it is there.
    public func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The value of a cookie.
    public func cookie(_ name: String) -> String? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let trimmed = pair.drop { $0 == " " }
                guard let equals = trimmed.firstIndex(of: "=") else { continue }
                if trimmed[..<equals] == name { return String(trimmed[trimmed.index(after: equals)...]) }
            }
        }
        return nil
    }

    /// The media type of the body in lower case, without parameters.
    public var mediaType: String? {
        headers[.contentType].map { value in
            String(value.split(separator: ";").first ?? "").trimmed.lowercased()
        }
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        var slice = self[...]
        while let first = slice.first, first.isWhitespace { slice = slice.dropFirst() }
        while let last = slice.last, last.isWhitespace { slice = slice.dropLast() }
        return String(slice)
    }
}

/// The names and values of a query or of a form, in the order sent, percent escapes resolved.
public struct QueryItems: Sendable {
    public let items: [(name: String, value: String)]

    public init(_ items: [(name: String, value: String)] = []) { self.items = items }

    /// Reads `a=1&b=2`; a `+` is a blank.
    public init(parsing text: some StringProtocol) {
        var items: [(name: String, value: String)] = []
        for pair in text.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? PercentEncoding.decoded(parts[1], plusIsBlank: true) : ""
            items.append((PercentEncoding.decoded(parts[0], plusIsBlank: true), value))
        }
        self.items = items
    }

    /// The first value of a name.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    public func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }
}

/// Percent escapes of RFC 3986.
public enum PercentEncoding {
    public static func decoded(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "%"), index + 2 < source.count, let high = digit(source[index + 1]),
                let low = digit(source[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
                continue
            }
            bytes.append(plusIsBlank && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Escapes everything but unreserved characters.
    public static func encoded(_ text: some StringProtocol) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += byte < 16 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
