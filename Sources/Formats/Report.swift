/// A suite as the report declares it; tests and inner suites follow as events.
public struct ReportSuite: Sendable, Hashable {
    /// Empty when the report names none.
    public var name: String
    public var file: String?
    public var package: String?
    public var hostname: String?
    /// Milliseconds since 1970, UTC; a time without an offset counts as UTC.
    public var timestamp: Int64?
    /// Seconds.
    public var time: Double?
    /// What the report claims; the tests that follow are the truth.
    public var tests: Int?
    public var failures: Int?
    public var errors: Int?
    public var skipped: Int?
    public var assertions: Int?
    /// The number of suites around this one.
    public var depth: Int
    /// Those written in front of the first test or inner suite.
    public var properties: [ReportProperty]

    public init(
        name: String, file: String? = nil, package: String? = nil, hostname: String? = nil, timestamp: Int64? = nil,
        time: Double? = nil, tests: Int? = nil, failures: Int? = nil, errors: Int? = nil, skipped: Int? = nil,
        assertions: Int? = nil, depth: Int = 0, properties: [ReportProperty] = []
    ) {
        self.name = name
        self.file = file
        self.package = package
        self.hostname = hostname
        self.timestamp = timestamp
        self.time = time
        self.tests = tests
        self.failures = failures
        self.errors = errors
        self.skipped = skipped
        self.assertions = assertions
        self.depth = depth
        self.properties = properties
    }
}

/// A name and a value that the report adds to a suite or a test.
public struct ReportProperty: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// How a test ended.
public enum ReportOutcome: String, Sendable, Hashable, CaseIterable {
    case passed
    case failed
    case errored
    case skipped
}

/// Why a test did not pass.
public struct ReportProblem: Sendable, Hashable {
    /// A failed check, or something that went wrong around it.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case failure
        case error
    }

    public var kind: Kind
    public var message: String?
    /// The class of the exception or a word of the tool.
    public var type: String?
    /// Mostly the stack trace.
    public var text: String?

    public init(kind: Kind, message: String? = nil, type: String? = nil, text: String? = nil) {
        self.kind = kind
        self.message = message
        self.type = type
        self.text = text
    }

    /// The message, or the first line of the text that says something.
    public var headline: String? {
        if let message { return message }
        guard let text else { return nil }
        let line = text.split(whereSeparator: \.isNewline).first { $0.contains { !$0.isWhitespace } }
        return line.map { String($0.drop(while: \.isWhitespace)) }
    }
}

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

/// What a reader found, in the order of the document.
public enum ReportEvent: Sendable, Hashable {
    case suiteBegan(ReportSuite)
    /// Belongs to the innermost open suite; a report may hold tests outside of every suite.
    case test(ReportTest)
    /// Ends the innermost open suite; `properties` are those written behind its first test or inner suite.
    case suiteEnded(systemOut: String?, systemErr: String?, properties: [ReportProperty])
}
