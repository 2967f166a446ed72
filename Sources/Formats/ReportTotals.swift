/// What the tests of a report add up to.
public struct ReportTotals: Sendable, Hashable {
    /// All of them.
    public var tests = 0
    /// Flaky tests count as passed.
    public var passed = 0
    /// Tests with a failure and no error.
    public var failed = 0
    /// Tests with an error.
    public var errored = 0
    /// Tests that did not run to their end and did not fail.
    public var skipped = 0
    /// The sum over the tests; parallel runs take less.
    public var seconds = 0.0

    /// Nothing yet.
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
