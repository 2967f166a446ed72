/// What the tests of a report add up to.
public struct ReportTotals: Sendable, Hashable {
    public var tests = 0
    public var passed = 0
    public var failed = 0
    public var errored = 0
    public var skipped = 0
    /// The sum over the tests; parallel runs take less.
    public var seconds = 0.0

    public init() {}

    /// Counts one more test.
    public mutating func add(_ test: ReportTest) {
        tests += 1
        seconds += test.time ?? 0
        switch test.outcome {
        case .passed: passed += 1
        case .failed: failed += 1
        case .errored: errored += 1
        case .skipped: skipped += 1
        }
    }
}
