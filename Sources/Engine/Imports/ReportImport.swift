import Model

/// Reports of automated tests to be recorded as the results of one run.
public struct ReportImport: Sendable {
    /// Which run takes the results.
    public enum Run: Sendable, Hashable {
        /// The open automated run of this name, or a new one.
        case open(String)
        /// A new run, completed at once unless `state` says otherwise.
        case new(String)
        case existing(Int64)
    }

    /// A report on disk.
    public struct File: Sendable {
        /// The name that messages show.
        public var name: String
        public var path: String
        /// Hexadecimal SHA-256 of the bytes; a file that is in the run already is left out.
        public var digest: String

        public init(name: String, path: String, digest: String) {
            self.name = name
            self.path = path
            self.digest = digest
        }
    }

    public var project: Int64
    public var run: Run
    public var files: [File]
    /// The format's word for the run and the source of cases: `JUNIT`.
    public var type: String
    /// Tests without a case make one.
    public var createsCases = true
    /// Only cases that are in the run already are looked at; needs an existing run.
    public var takesMembersOnly = false
    /// Human keys such as `SHOP-12` in names decide first.
    public var findsHumanKeys = false
    /// New cases go into a folder named after their suite, not into those of their class.
    public var foldersFollowSuites = false
    /// Errors count as failures.
    public var foldsErrors = false
    /// A file that is in the run already is recorded once more.
    public var takesFilesAgain = false
    public var state: Int64?
    public var configuration: Int64?
    public var milestone: Int64?
    public var template: Int64?
    public var parentFolder: Int64?
    public var tags: [Int64] = []

    public init(project: Int64, run: Run, files: [File], type: String = "JUNIT") {
        self.project = project
        self.run = run
        self.files = files
        self.type = type
    }
}

/// How far an import is.
public struct ImportProgress: Sendable, Hashable {
    /// Bytes read and to be read.
    public var bytes: Int64
    public var total: Int64
    public var tests: Int
}

/// What an import did.
public struct ImportOutcome: Sendable {
    /// A result that names attachments, so that the client can send them.
    public struct Mapping: Sendable {
        public let suite: String
        public let test: String
        public let className: String?
        public let result: Int64
        public let attachments: [(name: String, path: String)]
    }

    public var run: Int64 = 0
    public var tests = 0
    public var passed = 0
    public var failed = 0
    public var errored = 0
    public var skipped = 0
    /// Sum over the tests.
    public var seconds = 0.0
    /// Cases that were made, found, and tests that were left out for want of a case.
    public var created = 0
    public var matched = 0
    public var ignored = 0
    /// Files that were in the run already.
    public var unchangedFiles = 0
    public var mappings: [Mapping] = []
    /// The first thousand tests that were left out for want of a case, as the report names them.
    public var ignoredNames: [String] = []
    /// The rows that say what was imported, one for each file.
    public var jobs: [Int64] = []
}
