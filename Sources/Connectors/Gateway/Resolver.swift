import Foundation
import NIOPosix

/// From the name of a host to its addresses.
public struct Resolver: Sendable {
    /// Every address of a host, in the order in which they should be tried; empty when there is none.
    public let addresses: @Sendable (_ host: String) async throws -> [TargetAddress]

    public init(addresses: @escaping @Sendable (_ host: String) async throws -> [TargetAddress]) {
        self.addresses = addresses
    }

    /// The system's resolver, on threads that may block.
    public static let system = Resolver { host in
        try await NIOThreadPool.singleton.runIfActive { Resolver.lookUp(host) }
    }

    private static func lookUp(_ host: String) -> [TargetAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if os(Linux)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var result: [TargetAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr.flatMap({ read($0, entry.ai_family) }), !result.contains(address) else {
                continue
            }
            result.append(address)
        }
        return result
    }

    private static func read(_ address: UnsafeMutablePointer<sockaddr>, _ family: Int32) -> TargetAddress? {
        switch family {
        case AF_INET:
            let bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
            }
            return TargetAddress(bytes: bytes)
        case AF_INET6:
            let bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
            }
            return TargetAddress(bytes: bytes)
        default: return nil
        }
    }
}
