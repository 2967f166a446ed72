public import HTTPTypes
public import Model

/// One answer, free of any HTTP server.
public struct Reply: Sendable {
    public enum Content: Sendable {
        case bytes([UInt8])
        /// Pieces that are made while the client reads; the closure ends when the answer is complete.
        case stream(@Sendable (any ReplyStream) async throws -> Void)
        /// A part of a file.
        case file(path: String, offset: Int64, length: Int64)
    }

    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    public var content: Content

    public init(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], content: Content = .bytes([])) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    public static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status, headers: [.contentType: "application/json; charset=utf-8"], content: .bytes(bytes))
    }

    public static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Reply {
        json(Array(value.text.utf8), status: status)
    }

    /// What the closure writes, which must be one JSON value.
    public static func json(
        status: HTTPResponse.Status = .ok, capacity: Int = 1024,
        _ write: (inout JSONWriter) throws(DomainError) -> Void
    ) throws(DomainError) -> Reply {
        var writer = JSONWriter(capacity: capacity)
        try write(&writer)
        return json(writer.bytes, status: status)
    }

    public static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Reply {
        Reply(.ok, headers: [.contentType: type], content: .bytes(Array(text.utf8)))
    }

    /// Sends the client elsewhere on this server; the path must start with one `/`.
    public static func redirect(_ path: String, status: HTTPResponse.Status = .found) -> Reply {
        Reply(status, headers: [.location: path])
    }

    /// Adds a cookie; several may be set.
    public mutating func setCookie(_ cookie: String) { headers.append(HTTPField(name: .setCookie, value: cookie)) }
}

/// Where a streamed answer goes.
public protocol ReplyStream: Sendable {
    func write(_ bytes: [UInt8]) async throws
}
