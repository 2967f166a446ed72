/// The result of one test.
public struct ReportTest: Sendable, Hashable {
    /// `(unnamed)` when the report gives neither a name nor a class.
    public var name: String
    /// The class, module or file that holds the test.
    public var className: String?
    /// The source file, as the tool writes it.
    public var file: String?
    /// The line in the file, as the tool counts.
    public var line: Int?
    /// Seconds.
    public var time: Double?
    /// Milliseconds since 1970, UTC.
    public var timestamp: Int64?
    /// How many checks the test made.
    public var assertions: Int?
    /// Errors win over failures, failures over skips, and all of them over a status word.
    public var outcome: ReportOutcome
    /// What the tool calls the outcome, such as GoogleTest's `notrun`.
    public var statusWord: String?
    /// Final failures and errors; those of earlier attempts are in `reruns`.
    public var problems: [ReportProblem]
    /// Attempts that did not pass, in their order.
    public var reruns: [ReportRerun]
    /// Passed after attempts that did not.
    public var isFlaky: Bool
    /// Why it was skipped, when the report says so.
    public var skipReason: String?
    /// What the test printed.
    public var systemOut: String?
    /// What the test printed to standard error.
    public var systemErr: String?
    /// What the test says about itself.
    public var properties: [ReportProperty]
    /// Files named in the output or by properties called `attachment`, each path once.
    public var attachments: [ReportAttachment]
    /// Some text or item was beyond the limits and is missing.
    public var isCut: Bool

    /// A test; only its name is certain.
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
