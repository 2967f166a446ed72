/// One attempt of a test that was run again (Surefire's `rerunFailingTestsCount` and its like).
public struct ReportRerun: Sendable, Hashable {
    /// `rerun…`: the test failed in the end; `flaky…`: it passed in the end.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case rerunFailure
        case rerunError
        case flakyFailure
        case flakyError
    }

    public var kind: Kind
    public var message: String?
    public var type: String?
    public var stackTrace: String?
    public var systemOut: String?
    public var systemErr: String?

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
