public import Formats
public import Model

/// Results to be recorded as one new run of a plan, their cases found or made by folder and name.
public struct PlanImport: Sendable {
    /// The plan that takes the cases.
    public enum Plan: Sendable, Hashable {
        case root
        case id(Int64)
        /// Found without regard to case, else made.
        case named(String)
    }

    public enum Milestone: Sendable, Hashable {
        case id(Int64)
        /// Found without regard to case, else made.
        case named(String)
    }

    public var project: Int64
    public var plan = Plan.root
    /// The cases of the plan are run by machines.
    public var isAutomation = false
    public var runName: String?
    public var milestone: Milestone?
    /// The folder below which folders are made; the root folder when left out.
    public var folder: Int64?
    /// Leaves the run open with every case pending.
    public var isOpen = false
    /// Where new cases come from (`Choices.repositoryCaseSource`).
    public var source = "JUNIT"

    public init(project: Int64) { self.project = project }
}

/// One test of a report, ready to be recorded.
public struct PlanResult: Sendable {
    public var folders: [String]
    public var name: String
    public var outcome: ReportOutcome
    /// The exact status, where the source names one.
    public var status: Int64?
    /// Who was to execute it.
    public var assignee: Int64?
    /// Seconds.
    public var time: Double?
    /// Milliseconds, UTC.
    public var timestamp: Int64?
    public var text: String?
    public var output: String?
    public var flakiness: Double?
    public var properties: [ReportProperty] = []
    public var steps: [ReportStep] = []
    public var description: String?
    public var priority: String?
    /// Paths and addresses as the report names them.
    public var attachments: [String] = []
    public var defects: [String] = []

    public init(folders: [String], name: String, outcome: ReportOutcome) {
        self.folders = folders
        self.name = name
        self.outcome = outcome
    }
}

/// What was recorded.
public struct PlanImportOutcome: Sendable {
    public var run: Int64 = 0
    public var plan: Int64 = 0
    public var milestone: Int64?
    public var total = 0
    public var passed = 0
    public var failed = 0
    public var skipped = 0
    /// Sum over the tests.
    public var seconds = 0.0
    public var startedAt: Int64 = 0
    public var endedAt: Int64 = 0
    public var casesMade = 0
    public var foldersMade = 0
    /// The results that name files, `nil` as result in an open run.
    public var attachments: [(member: Int64, result: Int64?, path: String)] = []
    public var cases: [Int64] = []
}
