import Synchronization

/// A clock that stands still until a test moves it.
public final class TestClock: Sendable {
    /// 2026-01-15T10:00:00Z in milliseconds.
    public static let start: Int64 = 1_768_471_200_000

    private let time: Atomic<Int64>

    public init(_ start: Int64 = TestClock.start) { time = Atomic(start) }

    /// Milliseconds since 1970, UTC.
    public var now: Int64 { time.load(ordering: .relaxed) }

    public func advance(milliseconds: Int64) { time.add(milliseconds, ordering: .relaxed) }
}

/// Bytes that look random and are the same in every run (SplitMix64).
public final class TestRandom: Sendable {
    private let state: Atomic<UInt64>

    public init(seed: UInt64 = 1) { state = Atomic(seed) }

    public func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        while result.count < count {
            var word = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            word ^= word >> 31
            for shift in 0..<UInt64(8) { result.append(UInt8(truncatingIfNeeded: word >> (shift * 8))) }
        }
        return Array(result.prefix(count))
    }
}
