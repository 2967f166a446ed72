import Model

/// What an entity does on a change beyond its field rules.
///
/// Every hook runs inside the transaction for all rows of one call at once.
protocol RowRules: Sendable {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError)
    /// Rows that a draft changes in place of making a new one, by the index of the draft.
    func standing(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> [Int: Int64]
    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError)
    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError)
    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError)
    func beforeDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError)
    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError)
    /// True when the caller may change these rows without the area's right, such as an author the own comment.
    func allowsInsert(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> Bool
    func allowsUpdate(_ old: [Int64: Row], _ changes: [Change], _ caller: Caller) -> Bool
    func allowsDelete(_ old: [Row], _ caller: Caller) -> Bool
}

extension RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {}
    func standing(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> [Int: Int64] { [:] }
    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {}
    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {}
    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError) {}
    func beforeDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {}
    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {}
    func allowsInsert(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> Bool { false }
    func allowsUpdate(_ old: [Int64: Row], _ changes: [Change], _ caller: Caller) -> Bool { false }
    func allowsDelete(_ old: [Row], _ caller: Caller) -> Bool { false }
}

/// The rules of each entity that has any.
enum EntityRules {
    private struct None: RowRules {}

    private static let none = None()

    private static let rules: [String: any RowRules] = [
        "ApiToken": ApiTokenRules(),
        "Attachment": AttachmentRules(),
        "CaseFieldVersionValue": CaseFieldVersionRules(),
        "Comment": CommentRules(),
        "CommentMention": CommentMentionRules(),
        "Issue": IssueRules(),
        "Integration": IntegrationRules(),
        "LlmIntegration": ModelIntegrationRules(),
        "Milestone": MilestoneRules(),
        "ProjectIntegration": ProjectIntegrationRules(),
        "RepositoryCase": RepositoryCaseRules(),
        "RepositoryCaseLink": CaseLinkRules(),
        "RepositoryCaseVersion": CaseVersionRules(),
        "RepositoryFolder": RepositoryFolderRules(),
        "Requirement": RequirementRules(),
        "ResultFieldValue": ResultPartRules(field: "testRunResultsId"),
        "Session": SessionRules(),
        "SessionResult": SessionResultRules(),
        "TestRun": TestRunRules(),
        "TestRunCase": TestRunCaseRules(),
        "TestRunResult": TestRunResultRules(),
        "TestRunStepResult": ResultPartRules(field: "testRunResultId"),
        "User": UserRules(),
        "Webhook": WebhookRules(),
    ]

    static func of(_ entity: String) -> any RowRules { rules[entity] ?? none }
}
