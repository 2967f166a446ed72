import Foundation
public import Model
import Synchronization

/// Counts calls by user and by address, in the memory of this node.
final class RateLimiter: Sendable {
    /// Who spends, and for what.
    enum Key: Hashable, Sendable {
        case user(Int64, Route.Cost)
        case address(String, Route.Cost)
        case account(String)
    }

    /// One number of calls in one period.
    struct Allowance: Sendable, Hashable {
        enum Kind: Sendable { case window, bucket }

        let kind: Kind
        /// The size of the window, or of the full bucket.
        let size: Int
        /// What the headers say.
        let limit: Int
        /// Milliseconds in which a window passes or `limit` calls flow into the bucket.
        let period: Int64

        static func window(_ size: Int, seconds: Int64) -> Allowance {
            Allowance(kind: .window, size: size, limit: size, period: seconds * 1000)
        }

        /// A bucket that holds a sixth of a minute's calls.
        static func perMinute(_ count: Int) -> Allowance {
            Allowance(kind: .bucket, size: max(1, (count + 5) / 6), limit: count, period: 60_000)
        }
    }

    /// What the headers of the answer say, and whether the call may go on.
    struct Verdict: Sendable, Hashable {
        var limit: Int
        var remaining: Int
        /// Seconds since 1970.
        var reset: Int64
        /// Seconds to wait; `nil` when the call is within its limit.
        var retryAfter: Int?

        static func unlimited(now: Int64) -> Verdict {
            Verdict(limit: 1_000_000, remaining: 1_000_000, reset: now / 1000 + 3600)
        }
    }

    private struct Meter {
        /// Start of the window, or time of the last refill.
        var time: Int64
        /// Calls in the window, or calls that the bucket still holds.
        var level: Double
    }

    private let rate: RateLimit
    private let now: @Sendable () -> Int64
    private let meters = Mutex<[Key: [Meter]]>([:])
    /// More callers than this are not remembered at the same time.
    private static let capacity = 100_000

    init(rate: RateLimit, now: @escaping @Sendable () -> Int64) {
        self.rate = rate
        self.now = now
    }

    private func allowances(_ key: Key) -> [Allowance] {
        switch (rate, key) {
        case (.off, _): []
        case (_, .account): [.window(10, seconds: 900)]
        case (_, .address(_, .signIn)): [.window(50, seconds: 900)]
        case (_, .user(_, .free)), (_, .address(_, .free)): []
        case (.documented, .user): [.window(1000, seconds: 3600), .window(50, seconds: 60)]
        case (.documented, .address): [.window(100, seconds: 3600), .window(50, seconds: 60)]
        case (.perMinute(let count), .user(_, .importing)), (.perMinute(let count), .address(_, .importing)):
            [.perMinute(max(count / 10, 1))]
        case (.perMinute(let count), .user(_, .exporting)), (.perMinute(let count), .address(_, .exporting)):
            [.perMinute(max(count / 20, 1))]
        case (.perMinute(let count), .user), (.perMinute(let count), .address): [.perMinute(count)]
        }
    }

    /// Under the documented limits every call counts alike.
    private func folded(_ key: Key) -> Key {
        guard rate == .documented else { return key }
        switch key {
        case .user(let id, let cost) where cost != .free: return .user(id, .api)
        case .address(let address, let cost) where cost != .free && cost != .signIn: return .address(address, .api)
        case .user, .address, .account: return key
        }
    }

    var count: Int { meters.withLock { $0.count } }

    /// What the limits say without counting a call.
    func peek(_ key: Key) -> Verdict { judge(folded(key), spending: 0) }

    /// Counts one call; a refused one is not counted.
    func charge(_ key: Key) -> Verdict { judge(folded(key), spending: 1) }

    private func judge(_ key: Key, spending cost: Double) -> Verdict {
        let allowances = allowances(key)
        let time = now()
        guard let first = allowances.first else { return .unlimited(now: time) }
        return meters.withLock { meters in
            var levels =
                meters[key] ?? allowances.map { Meter(time: time, level: $0.kind == .bucket ? Double($0.size) : 0) }
            for (index, allowance) in allowances.enumerated() {
                RateLimiter.advance(&levels[index], allowance, to: time)
            }
            for (index, allowance) in allowances.enumerated() {
                if RateLimiter.remaining(levels[index], allowance) >= cost { continue }
                var verdict = RateLimiter.verdict(levels[index], allowance, time)
                verdict.remaining = 0
                verdict.retryAfter = RateLimiter.wait(levels[index], allowance, time)
                return verdict
            }
            for (index, allowance) in allowances.enumerated() {
                levels[index].level += allowance.kind == .window ? cost : -cost
            }
            if cost > 0 {
                if meters.count >= RateLimiter.capacity, meters[key] == nil { forget(&meters, time) }
                meters[key] = levels
            }
            return RateLimiter.verdict(levels[0], first, time)
        }
    }

    private static func advance(_ meter: inout Meter, _ allowance: Allowance, to time: Int64) {
        let elapsed = max(0, time - meter.time)
        switch allowance.kind {
        case .window:
            guard elapsed >= allowance.period else { return }
            meter = Meter(time: time, level: 0)
        case .bucket:
            let refill = Double(elapsed) * Double(allowance.limit) / Double(allowance.period)
            meter = Meter(time: max(time, meter.time), level: min(Double(allowance.size), meter.level + refill))
        }
    }

    private static func remaining(_ meter: Meter, _ allowance: Allowance) -> Double {
        switch allowance.kind {
        case .window: Double(allowance.size) - meter.level
        case .bucket: meter.level
        }
    }

    private static func wait(_ meter: Meter, _ allowance: Allowance, _ time: Int64) -> Int {
        let milliseconds: Double
        switch allowance.kind {
        case .window: milliseconds = Double(meter.time + allowance.period - time)
        case .bucket: milliseconds = (1 - meter.level) * Double(allowance.period) / Double(allowance.limit)
        }
        return max(1, Int((milliseconds / 1000).rounded(.up)))
    }

    private static func verdict(_ meter: Meter, _ allowance: Allowance, _ time: Int64) -> Verdict {
        let reset: Int64
        switch allowance.kind {
        case .window: reset = meter.time + allowance.period
        case .bucket:
            let missing = Double(allowance.size) - meter.level
            reset = time + Int64((missing * Double(allowance.period) / Double(allowance.limit)).rounded(.up))
        }
        return Verdict(
            limit: allowance.limit, remaining: max(0, Int(remaining(meter, allowance))), reset: (reset + 999) / 1000)
    }

    /// Drops whoever has the full allowance back; when that frees nothing, everybody starts anew.
    private func forget(_ meters: inout [Key: [Meter]], _ time: Int64) {
        meters = meters.filter { key, levels in
            for (index, allowance) in allowances(key).enumerated() where levels.indices.contains(index) {
                var level = levels[index]
                RateLimiter.advance(&level, allowance, to: time)
                if RateLimiter.remaining(level, allowance) < Double(allowance.size) { return true }
            }
            return false
        }
        if meters.count >= RateLimiter.capacity { meters.removeAll(keepingCapacity: true) }
    }
}

/// What a call may spend besides itself.
public struct CallBudget: Sendable {
    private let limiter: RateLimiter?

    public init() { limiter = nil }

    init(_ limiter: RateLimiter) { self.limiter = limiter }

    /// Counts a try to sign in as an account. Throws `.rateLimited` after ten tries in a quarter of an hour.
    public func chargeSignIn(account: String) throws(DomainError) {
        guard let wait = limiter?.charge(.account(account.lowercased())).retryAfter else { return }
        throw DomainError(.rateLimited(retryAfter: wait), "too many tries to sign in")
    }
}

/// The part of an address that one client is likely to hold.
enum AddressBlock {
    /// An IPv4 address itself, the /64 network of an IPv6 address, anything else as it is.
    static func of(_ address: String) -> String {
        var bytes = in6_addr()
        guard address.contains(":"), inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        let octets = withUnsafeBytes(of: bytes) { Array($0) }
        let isMapped = octets[0..<10].allSatisfy { $0 == 0 } && octets[10] == 0xFF && octets[11] == 0xFF
        if isMapped { return octets[12..<16].map { String($0) }.joined(separator: ".") }
        return octets[0..<8].map { String($0, radix: 16) }.joined(separator: ":")
    }
}
