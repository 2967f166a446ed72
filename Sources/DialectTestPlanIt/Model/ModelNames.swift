import Model

/// How the RPC spells the entities of the catalogue (wire specification, section 6).
///
/// Entities that are not listed are known under their own name.
enum ModelNames {
    static let words: [String: String] = [
        "Role": "Roles", "Group": "Groups", "Project": "Projects", "Milestone": "Milestones",
        "MilestoneType": "MilestoneTypes", "MilestoneTypeAssignment": "MilestoneTypesAssignment",
        "CaseFieldType": "CaseFieldTypes", "CaseField": "CaseFields", "ResultField": "ResultFields",
        "FieldOption": "FieldOptions", "Template": "Templates", "Workflow": "Workflows",
        "ConfigCategory": "ConfigCategories", "ConfigVariant": "ConfigVariants", "Configuration": "Configurations",
        "Tag": "Tags", "Repository": "Repositories", "RepositoryFolder": "RepositoryFolders",
        "RepositoryCase": "RepositoryCases", "Step": "Steps", "CaseFieldValue": "CaseFieldValues",
        "RepositoryCaseVersion": "RepositoryCaseVersions", "CaseFieldVersionValue": "CaseFieldVersionValues",
        "Attachment": "Attachments", "TestRun": "TestRuns", "TestRunCase": "TestRunCases",
        "TestRunResult": "TestRunResults", "TestRunStepResult": "TestRunStepResults",
        "ResultFieldValue": "ResultFieldValues", "Session": "Sessions", "SessionResult": "SessionResults",
        "SessionFieldValue": "SessionFieldValues", "SessionVersion": "SessionVersions",
    ]

    /// Written by the server alone; clients read them.
    static let machinery: Set<String> = [
        "Account", "AuditChain", "AuditLog", "Job", "JobQueue", "LlmRateLimit", "LlmResponseCache", "LlmUsage",
        "RequirementVersion", "ShareLinkAccessLog", "WebhookDelivery",
    ]

    /// Made by the server alone; their owners may change or remove them.
    static let issued: Set<String> = ["ApiToken", "BrowserSession", "OAuthGrant", "UserIntegrationAuth"]

    static func accessor(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }
}
