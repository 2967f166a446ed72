public import Model

/// What an issue can be linked to.
public enum IssueTarget: String, CaseIterable, Sendable {
    case testCase, testRun, session, testRunResult, testRunStepResult, sessionResult

    /// The name in the catalogue.
    public var entity: String {
        switch self {
        case .testCase: "RepositoryCase"
        case .testRun: "TestRun"
        case .session: "Session"
        case .testRunResult: "TestRunResult"
        case .testRunStepResult: "TestRunStepResult"
        case .sessionResult: "SessionResult"
        }
    }

    /// The relation of the issue that leads to it.
    public var relation: String {
        switch self {
        case .testCase: "repositoryCases"
        case .testRun: "testRuns"
        case .session: "sessions"
        case .testRunResult: "testRunResults"
        case .testRunStepResult: "testRunStepResults"
        case .sessionResult: "sessionResults"
        }
    }
}

extension Writing {
    /// Links an issue to something of its project; who may change either may link them. Nothing happens when they are
    /// linked already.
    public func linkIssue(_ issue: Int64, to target: IssueTarget, _ id: Int64) throws(DomainError) {
        try joined { () throws(DomainError) in
            try link(target.entity, id, "issues", [issue])
        } orElse: { () throws(DomainError) in
            try link("Issue", issue, target.relation, [id])
        }
    }

    /// Parts an issue from something; nothing happens when they are not linked.
    public func unlinkIssue(_ issue: Int64, from target: IssueTarget, _ id: Int64) throws(DomainError) {
        try joined { () throws(DomainError) in
            try unlink(target.entity, id, "issues", [issue])
        } orElse: { () throws(DomainError) in
            try unlink("Issue", issue, target.relation, [id])
        }
    }

    private func joined(
        _ first: () throws(DomainError) -> Void, orElse second: () throws(DomainError) -> Void
    ) throws(DomainError) {
        do throws(DomainError) {
            try first()
        } catch {
            guard error.code == .forbidden else { throw error }
            try second()
        }
    }
}
