import AsyncHTTPClient
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// The one way out of the server (SAFETY 2.3-6).
///
/// Every target is resolved once and judged by its addresses; the connection goes to an address that was judged. No
/// redirect is followed, no proxy of the environment is used, and answers are bounded in time and size.
public struct Gateway: Sendable {
    public struct Limits: Sendable {
        public var connect = Duration.seconds(5)
        public var total = Duration.seconds(30)
        /// Bytes of an answer.
        public var answer = 1 << 20
        /// Bytes of the header fields of an answer.
        public var head = 32 << 10
        /// Further tries after 429 and 5xx.
        public var retries = 3
        /// Before the first further try; doubled for each one after it.
        public var pause = Duration.milliseconds(500)
        /// A longer wait than this is not waited for, whatever the answer asks.
        public var longestPause = Duration.seconds(8)

        public init() {}
    }

    private let allowsPrivateTargets: Bool
    /// Ports of targets that are not in private networks.
    private let ports: Set<Int>
    private let resolver: Resolver
    private let log: Logger
    private let sleep: @Sendable (Duration) async throws -> Void

    /// `sleep` waits between tries; tests do not.
    public init(
        allowsPrivateTargets: Bool, ports: Set<Int> = [80, 443], resolver: Resolver = .system,
        log: Logger = Logger(label: "assay.gateway"),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await ContinuousClock().sleep(for: $0) }
    ) {
        self.allowsPrivateTargets = allowsPrivateTargets
        self.ports = ports
        self.resolver = resolver
        self.log = log
        self.sleep = sleep
    }

    /// Sends a request, again after 429 and 5xx as far as the limits allow; the last answer counts.
    public func send(_ request: GatewayRequest, limits: Limits = Limits()) async throws(GatewayError) -> GatewayAnswer {
        var pause = limits.pause
        var attempt = 0
        while true {
            let answer = try await sendOnce(request, limits: limits)
            guard attempt < limits.retries, request.mayRepeat(after: answer.status) else { return answer }
            let wait = answer.retryAfter ?? pause
            guard wait <= limits.longestPause else { return answer }
            attempt += 1
            pause = pause * 2
            do {
                try await sleep(wait)
            } catch {
                throw .cancelled
            }
        }
    }

    /// Sends a request once.
    public func sendOnce(_ request: GatewayRequest, limits: Limits = Limits()) async throws(GatewayError)
        -> GatewayAnswer
    {
        guard let url = TargetURL(request.url) else { throw .address("the address is not a plain http or https URL") }
        let outcome = await withTaskGroup(of: Result<GatewayAnswer, GatewayError>.self) { group in
            group.addTask { await attempt(request, url, limits) }
            group.addTask {
                do {
                    try await ContinuousClock().sleep(for: limits.total)
                    return .failure(.timeout)
                } catch {
                    return .failure(.cancelled)
                }
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(.cancelled)
        }
        return try outcome.get()
    }

    private func attempt(
        _ request: GatewayRequest, _ url: TargetURL, _ limits: Limits
    ) async -> Result<GatewayAnswer, GatewayError> {
        do throws(GatewayError) {
            let addresses = try await judged(url)
            var failure = GatewayError.unreachable
            // A host may have an address that does not work from here.
            for address in addresses.prefix(3) {
                do throws(GatewayError) {
                    return .success(try await exchange(request, url, address, limits))
                } catch {
                    failure = error
                    guard error == .unreachable else { break }
                }
            }
            return .failure(failure)
        } catch {
            return .failure(error)
        }
    }

    /// The addresses of a target, every one of which may be spoken to.
    func judged(_ url: TargetURL) async throws(GatewayError) -> [TargetAddress] {
        let addresses: [TargetAddress]
        if let literal = TargetAddress(url.host) {
            addresses = [literal]
        } else {
            do {
                addresses = try await resolver.addresses(url.host)
            } catch {
                throw .unknownHost
            }
        }
        guard !addresses.isEmpty else { throw .unknownHost }
        let kinds = Set(addresses.map(\.kind))
        if kinds.contains(.never) || kinds.contains(.privateNetwork) && !allowsPrivateTargets {
            log.warning("outgoing request refused", metadata: ["reason": "private network"])
            throw .privateNetwork
        }
        guard allowsPrivateTargets || ports.contains(url.port) else { throw .port(url.port) }
        return addresses
    }

    private func exchange(
        _ request: GatewayRequest, _ url: TargetURL, _ address: TargetAddress, _ limits: Limits
    ) async throws(GatewayError) -> GatewayAnswer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, proxy: nil)
        configuration.dnsOverride = [url.host: address.description]
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.timeout.connect = Gateway.amount(limits.connect)
        configuration.timeout.read = Gateway.amount(limits.total)
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
        let result: Result<GatewayAnswer, GatewayError>
        do {
            let response = try await client.execute(
                try prepared(request, url), deadline: .now() + Gateway.amount(limits.total))
            result = .success(try await read(response, limits))
        } catch {
            result = .failure(Gateway.reason(error))
        }
        do {
            try await client.shutdown()
        } catch {
            log.debug("connection did not close", metadata: ["error": "\(error)"])
        }
        return try result.get()
    }

    private func prepared(_ request: GatewayRequest, _ url: TargetURL) throws(GatewayError) -> HTTPClientRequest {
        var prepared = HTTPClientRequest(url: url.description)
        prepared.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers {
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .address("a header field holds a control character")
            }
            prepared.headers.replaceOrAdd(name: name, value: value)
        }
        if prepared.headers["User-Agent"].isEmpty { prepared.headers.add(name: "User-Agent", value: "Assay") }
        if let body = request.body { prepared.body = .bytes(ByteBuffer(bytes: body)) }
        return prepared
    }

    private func read(_ response: HTTPClientResponse, _ limits: Limits) async throws -> GatewayAnswer {
        var size = 0
        var headers: [(name: String, value: String)] = []
        for (name, value) in response.headers {
            size += name.utf8.count + value.utf8.count
            headers.append((name, value))
        }
        guard size <= limits.head else { throw GatewayError.tooLarge }
        let body = try await response.body.collect(upTo: limits.answer)
        return GatewayAnswer(status: Int(response.status.code), headers: headers, body: Array(body.readableBytesView))
    }

    private static func amount(_ duration: Duration) -> TimeAmount {
        let parts = duration.components
        return .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }

    private static func reason(_ error: any Error) -> GatewayError {
        if let error = error as? GatewayError { return error }
        if error is NIOTooManyBytesError { return .tooLarge }
        if error is CancellationError { return .cancelled }
        if error is NIOConnectionError { return .unreachable }
        guard let error = error as? HTTPClientError else {
            return error is ChannelError || error is IOError ? .unreachable : .nonsense
        }
        switch error {
        case .connectTimeout: return .unreachable
        case .readTimeout, .deadlineExceeded, .writeTimeout, .getConnectionFromPoolTimeout: return .timeout
        case .remoteConnectionClosed: return .unreachable
        case .cancelled: return .cancelled
        default: return .nonsense
        }
    }
}
