import Foundation

/// A request to the outside.
public struct GatewayRequest: Sendable {
    public var method: String
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]?
    /// Sending it twice does no harm.
    public var isRepeatable: Bool

    public init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        isRepeatable: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.isRepeatable = isRepeatable ?? (method == "GET")
    }

    /// 429 says that nothing was done; 5xx says nothing.
    func mayRepeat(after status: Int) -> Bool { status == 429 || isRepeatable && (500..<600).contains(status) }
}

/// What came back.
public struct GatewayAnswer: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// How long the other side asks to wait; only the form in seconds is read.
    var retryAfter: Duration? {
        guard let seconds = header("Retry-After").flatMap({ Int($0) }), seconds >= 0 else { return nil }
        return .seconds(seconds)
    }
}

/// Why there was no answer; the words are for people and name no address.
public enum GatewayError: Error, Sendable, Hashable, CustomStringConvertible {
    case address(String)
    case unknownHost
    case privateNetwork
    case port(Int)
    case unreachable
    case timeout
    case tooLarge
    case nonsense
    case cancelled

    public var description: String {
        switch self {
        case .address(let reason): reason
        case .unknownHost: "its host name is unknown"
        case .privateNetwork:
            "its address is in a private network, which this server does not allow (--allow-private-network-targets)"
        case .port(let port): "port \(port) is not allowed"
        case .unreachable: "it cannot be reached"
        case .timeout: "it did not answer in time"
        case .tooLarge: "its answer is too large"
        case .nonsense: "its answer cannot be understood"
        case .cancelled: "the request was given up"
        }
    }
}
