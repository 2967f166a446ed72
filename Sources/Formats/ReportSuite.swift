/// A suite as the report declares it; tests and inner suites follow as events.
public struct ReportSuite: Sendable, Hashable {
    /// Empty when the report names none.
    public var name: String
    /// The source file, as the tool writes it.
    public var file: String?
    /// The package of the suite, apart from its name.
    public var package: String?
    /// Where it ran; Playwright writes the browser here.
    public var hostname: String?
    /// Milliseconds since 1970, UTC; a time without an offset counts as UTC.
    public var timestamp: Int64?
    /// Seconds.
    public var time: Double?
    /// What the report claims; the tests that follow are the truth.
    public var tests: Int?
    /// See `tests`.
    public var failures: Int?
    /// See `tests`.
    public var errors: Int?
    /// See `tests`.
    public var skipped: Int?
    /// See `tests`.
    public var assertions: Int?
    /// The number of suites around this one.
    public var depth: Int
    /// Those written in front of the first test or inner suite.
    public var properties: [ReportProperty]

    /// A suite as the arguments say.
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
