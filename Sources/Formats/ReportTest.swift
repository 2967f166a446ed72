/// The result of one test.
public struct ReportTest: Sendable, Hashable {
    /// `(unnamed)` when the report gives neither a name nor a class.
    public var name: String
    public var className: String?
    public var file: String?
    public var line: Int?
    /// Seconds.
    public var time: Double?
    /// Milliseconds since 1970, UTC.
    public var timestamp: Int64?
    public var assertions: Int?
    public var outcome: ReportOutcome
    /// What the tool calls the outcome, such as GoogleTest's `notrun`.
    public var statusWord: String?
    /// Final failures and errors; those of earlier attempts are in `reruns`.
    public var problems: [ReportProblem]
    public var reruns: [ReportRerun]
    /// Passed after attempts that did not.
    public var isFlaky: Bool
    public var skipReason: String?
    public var systemOut: String?
    public var systemErr: String?
    public var properties: [ReportProperty]
    public var attachments: [ReportAttachment]
    /// Some text or item was beyond the limits and is missing.
    public var isCut: Bool

    public init(
        name: String, className: String? = nil, file: String? = nil, line: Int? = nil, time: Double? = nil,
        timestamp: Int64? = nil, assertions: Int? = nil, outcome: ReportOutcome = .passed, statusWord: String? = nil,
        problems: [ReportProblem] = [], reruns: [ReportRerun] = [], isFlaky: Bool = false, skipReason: String? = nil,
        systemOut: String? = nil, systemErr: String? = nil, properties: [ReportProperty] = [],
        attachments: [ReportAttachment] = [], isCut: Bool = false
    ) {
        self.name = name
        self.className = className
        self.file = file
        self.line = line
        self.time = time
        self.timestamp = timestamp
        self.assertions = assertions
        self.outcome = outcome
        self.statusWord = statusWord
        self.problems = problems
        self.reruns = reruns
        self.isFlaky = isFlaky
        self.skipReason = skipReason
        self.systemOut = systemOut
        self.systemErr = systemErr
        self.properties = properties
        self.attachments = attachments
        self.isCut = isCut
    }
}

/// How a test ended.
public enum ReportOutcome: String, Sendable, Hashable, CaseIterable {
    case passed
    case failed
    case errored
    case skipped
}
