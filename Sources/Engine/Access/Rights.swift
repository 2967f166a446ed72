/// The areas of the application that roles give rights in (TestPlanIt's ApplicationArea).
public enum Area: String, Sendable, Hashable, CaseIterable {
    case documentation = "Documentation"
    case milestones = "Milestones"
    case testCaseRepository = "TestCaseRepository"
    case testCaseRestrictedFields = "TestCaseRestrictedFields"
    case testRuns = "TestRuns"
    case closedTestRuns = "ClosedTestRuns"
    case testRunResults = "TestRunResults"
    case testRunResultRestrictedFields = "TestRunResultRestrictedFields"
    case sessions = "Sessions"
    case sessionsRestrictedFields = "SessionsRestrictedFields"
    case closedSessions = "ClosedSessions"
    case sessionResults = "SessionResults"
    case tags = "Tags"
    case sharedSteps = "SharedSteps"
    case issues = "Issues"
    case issueIntegration = "IssueIntegration"
    case forecasting = "Forecasting"
    case reporting = "Reporting"
    case settings = "Settings"

    var bit: UInt32 { 1 << UInt32(Area.allCases.firstIndex(of: self) ?? 31) }
}

/// What somebody may do in the areas of one project; having any `Rights` value means being allowed to read.
public struct Rights: Sendable, Hashable {
    public enum Action: Sendable, Hashable { case addEdit, delete, close }

    private var addEdit: UInt32
    private var delete: UInt32
    private var close: UInt32

    public static let readOnly = Rights(addEdit: 0, delete: 0, close: 0)
    public static let everything = Rights(addEdit: .max, delete: .max, close: .max)

    private init(addEdit: UInt32, delete: UInt32, close: UInt32) {
        self.addEdit = addEdit
        self.delete = delete
        self.close = close
    }

    public func allows(_ action: Action, in area: Area) -> Bool {
        switch action {
        case .addEdit: addEdit & area.bit != 0
        case .delete: delete & area.bit != 0
        case .close: close & area.bit != 0
        }
    }

    mutating func grant(_ area: Area, addEdit: Bool, delete: Bool, close: Bool) {
        if addEdit { self.addEdit |= area.bit }
        if delete { self.delete |= area.bit }
        if close { self.close |= area.bit }
    }

    mutating func revoke(_ area: Area) {
        addEdit &= ~area.bit
        delete &= ~area.bit
        close &= ~area.bit
    }

    func union(_ other: Rights) -> Rights {
        Rights(addEdit: addEdit | other.addEdit, delete: delete | other.delete, close: close | other.close)
    }
}
