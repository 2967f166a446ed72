import Engine

/// The report types of the reference.
enum ReportKind: String, CaseIterable, Sendable {
    case testExecution = "test-execution"
    case repositoryStats = "repository-stats"
    case sessionAnalysis = "session-analysis"
    case issueTracking = "issue-tracking"
    case userEngagement = "user-engagement"
    case projectHealth = "project-health"

    static let crossPrefix = "cross-project-"

    /// A type with or without `cross-project-`.
    static func named(_ word: String) -> (kind: ReportKind, isCross: Bool)? {
        if word.hasPrefix(crossPrefix) {
            guard let kind = ReportKind(rawValue: String(word.dropFirst(crossPrefix.count))), kind.hasCross else {
                return nil
            }
            return (kind, true)
        }
        return ReportKind(rawValue: word).map { ($0, false) }
    }

    var hasCross: Bool { self != .sessionAnalysis && self != .projectHealth }

    var source: ReportSource {
        switch self {
        case .testExecution: .executions
        case .repositoryStats: .cases
        case .sessionAnalysis: .sessions
        case .issueTracking: .issues
        case .userEngagement: .activity
        case .projectHealth: .milestones
        }
    }

    /// What the matrix offers; further columns of the source serve the summaries only.
    private static let hidden: Set<String> = [
        "tag", "runCaseCount", "passed", "failed", "blocked", "skipped", "lastFailed", "results", "findings",
        "memberCount", "doneCount", "severity",
    ]

    func dimensions(isCross: Bool) -> [ReportMatrix.Heading] {
        source.dimensionHeadings.filter { heading in
            if heading.id == "project" { return isCross }
            if self == .repositoryStats, heading.id == "priority" { return false }
            return !ReportKind.hidden.contains(heading.id)
        }
    }

    var metrics: [ReportMatrix.Heading] { source.metricHeadings.filter { !ReportKind.hidden.contains($0.id) } }
}
