/// One attempt of a test that was run again (Surefire's `rerunFailingTestsCount` and its like).
public struct ReportRerun: Sendable, Hashable {
    /// `rerun…`: the test failed in the end; `flaky…`: it passed in the end.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case rerunFailure
        case rerunError
        case flakyFailure
        case flakyError
    }

    /// How the attempt and the test ended.
    public var kind: Kind
    /// Why the attempt failed.
    public var message: String?
    /// The class of the exception.
    public var type: String?
    /// Where the attempt failed.
    public var stackTrace: String?
    /// What the attempt printed.
    public var systemOut: String?
    /// What the attempt printed to standard error.
    public var systemErr: String?

    /// An attempt; only its kind is certain.
    public init(
        kind: Kind, message: String? = nil, type: String? = nil, stackTrace: String? = nil, systemOut: String? = nil,
        systemErr: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.type = type
        self.stackTrace = stackTrace
        self.systemOut = systemOut
        self.systemErr = systemErr
    }
}
