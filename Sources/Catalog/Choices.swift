/// The words of every fixed list, once.
public enum Choices {
    public static let access: [String] = ["NONE", "USER", "PROJECTADMIN", "ADMIN"]
    public static let projectAccessType: [String] = ["DEFAULT", "NO_ACCESS", "GLOBAL_ROLE", "SPECIFIC_ROLE"]
    public static let applicationArea: [String] = [
        "Documentation", "Milestones", "TestCaseRepository", "TestCaseRestrictedFields", "TestRuns", "ClosedTestRuns",
        "TestRunResults", "TestRunResultRestrictedFields", "Sessions", "SessionsRestrictedFields", "ClosedSessions",
        "SessionResults", "Tags", "SharedSteps", "Issues", "IssueIntegration", "Forecasting", "Reporting", "Settings",
    ]
    public static let workflowType: [String] = ["NOT_STARTED", "IN_PROGRESS", "DONE"]
    public static let workflowScope: [String] = ["CASES", "RUNS", "SESSIONS"]
    public static let repositoryCaseSource: [String] = [
        "MANUAL", "JUNIT", "TESTNG", "XUNIT", "NUNIT", "MSTEST", "MOCHA", "CUCUMBER", "API",
    ]
    public static let testRunType: [String] = [
        "REGULAR", "JUNIT", "TESTNG", "XUNIT", "NUNIT", "MSTEST", "MOCHA", "CUCUMBER",
    ]
    public static let linkType: [String] = ["SAME_TEST_DIFFERENT_SOURCE", "DEPENDS_ON"]
    public static let jUnitResultType: [String] = ["PASSED", "FAILURE", "ERROR", "SKIPPED"]
    public static let jUnitAttachmentType: [String] = ["FILE", "URL", "INLINE"]
    public static let integrationProvider: [String] = [
        "JIRA", "GITHUB", "AZURE_DEVOPS", "SIMPLE_URL", "GITLAB", "TESTRAIL",
    ]
    public static let integrationAuthType: [String] = ["NONE", "OAUTH2", "PERSONAL_ACCESS_TOKEN", "API_KEY"]
    public static let integrationStatus: [String] = ["ACTIVE", "INACTIVE", "ERROR"]
    public static let llmProvider: [String] = ["OPENAI", "ANTHROPIC", "AZURE_OPENAI", "GEMINI", "OLLAMA", "CUSTOM_LLM"]
    public static let notificationMode: [String] = [
        "NONE", "IN_APP", "IN_APP_EMAIL_IMMEDIATE", "IN_APP_EMAIL_DAILY", "USE_GLOBAL",
    ]
    public static let notificationType: [String] = [
        "WORK_ASSIGNED", "SESSION_ASSIGNED", "SYSTEM_ANNOUNCEMENT", "USER_REGISTERED", "COMMENT_MENTION",
        "MILESTONE_DUE_REMINDER", "SHARE_LINK_ACCESSED",
    ]
    public static let shareLinkMode: [String] = ["AUTHENTICATED", "PUBLIC", "PASSWORD_PROTECTED"]
    public static let shareLinkEntityType: [String] = ["REPORT", "TEST_CASE", "TEST_RUN", "SESSION", "DASHBOARD"]
    public static let ssoProviderType: [String] = ["GOOGLE", "SAML", "APPLE", "MAGIC_LINK", "OIDC"]
    public static let authMethod: [String] = ["INTERNAL", "SSO", "BOTH"]
    public static let testmoImportStatus: [String] = ["QUEUED", "RUNNING", "READY", "COMPLETED", "FAILED", "CANCELED"]
    public static let testmoImportPhase: [String] = [
        "UPLOADING", "ANALYZING", "CONFIGURING", "IMPORTING", "FINALIZING",
    ]
    public static let auditAction: [String] = [
        "CREATE", "UPDATE", "DELETE", "BULK_CREATE", "BULK_UPDATE", "BULK_DELETE", "LOGIN", "LOGOUT", "LOGIN_FAILED",
        "SESSION_INVALIDATED", "PASSWORD_CHANGED", "PASSWORD_RESET", "PERMISSION_GRANT", "PERMISSION_REVOKE",
        "ROLE_CHANGED", "API_KEY_CREATED", "API_KEY_DELETED", "API_KEY_REGENERATED", "API_KEY_REVOKED",
        "DATA_EXPORTED", "SSO_CONFIG_CHANGED", "SYSTEM_CONFIG_CHANGED", "SHARE_LINK_CREATED", "SHARE_LINK_ACCESSED",
        "SHARE_LINK_REVOKED",
    ]
    public static let theme: [String] = ["Light", "Dark", "System", "Green", "Orange", "Purple"]
    public static let itemsPerPage: [String] = ["P10", "P25", "P50", "P100", "P250"]
    public static let locale: [String] = ["en_US", "es_ES", "fr_FR"]
    public static let dateFormat: [String] = [
        "MM_DD_YYYY_SLASH", "MM_DD_YYYY_DASH", "DD_MM_YYYY_SLASH", "DD_MM_YYYY_DASH", "YYYY_MM_DD", "MMM_D_YYYY",
        "D_MMM_YYYY",
    ]
    public static let timeFormat: [String] = ["HH_MM", "HH_MM_A", "HH_MM_Z", "HH_MM_Z_A"]
    public static let automationStatus: [String] = ["MANUAL", "AUTOMATED", "SEMI_AUTOMATED"]
    public static let templateType: [String] = ["STEPS", "TCD"]
    public static let caseKind: [String] = [
        "ScriptedTest", "ApiTest", "FireCracker", "xBotTest", "EggplantTest", "BDDTest", "ExploratoryTest",
    ]
    public static let product: [String] = ["TESTPLANIT", "TESTWORTHY", "TESTQUALITY", "TESTSIGMA", "PRACTITEST"]
    public static let valueList: [String] = [
        "CASE_STATE", "CASE_PRIORITY", "CASE_TYPE", "AUTOMATION_TYPE", "RUN_STATUS", "TEST_TYPE", "TEST_QUALITY",
        "TEST_QUALITY_TYPE", "PURPOSE", "DEFECT_STATUS", "DEFECT_RESOLUTION", "STATUS_TYPE",
    ]
    public static let customFieldFormat: [String] = [
        "text", "memo", "number", "list", "multilist", "linkedlist", "checkbox", "date", "user", "url",
    ]
    public static let loginAttemptKind: [String] = ["PASSWORD", "TWO_FACTOR", "MAGIC_LINK", "SSO", "SHARE", "TOKEN"]
    public static let pendingLoginPurpose: [String] = ["TWO_FACTOR", "TWO_FACTOR_SETUP", "SSO_TWO_FACTOR"]
    public static let verificationPurpose: [String] = [
        "EMAIL", "EMAIL_CHANGE", "MAGIC_LINK", "PASSWORD_RESET", "INVITATION",
    ]
    public static let selectionType: [String] = ["STATIC", "DYNAMIC"]
    public static let runKind: [String] = ["ManualRun", "AutomatedRun"]
    public static let findingSeverity: [String] = ["LOW", "MEDIUM", "HIGH", "CRITICAL", "BLOCKER"]
    public static let deliveryStatus: [String] = ["PENDING", "SUCCEEDED", "FAILED"]
    public static let reportKind: [String] = [
        "runSummary", "projectSummary", "caseList", "milestoneSummary", "defectSummary", "traceability",
    ]
    public static let reportFormat: [String] = ["PDF", "HTML", "CSV", "XLSX", "JSON"]
    public static let announcementLevel: [String] = ["INFO", "WARNING", "CRITICAL"]
    public static let importKind: [String] = ["RESULTS", "CASES", "REQUIREMENTS"]
    public static let importStatus: [String] = ["PENDING", "IN_PROGRESS", "COMPLETED", "FAILED"]
    public static let jobState: [String] = ["WAITING", "DELAYED", "ACTIVE", "COMPLETED", "FAILED"]
    public static let idempotencyState: [String] = ["IN_PROGRESS", "DONE"]
    public static let fileState: [String] = ["PENDING", "STORED", "ORPHANED", "DELETED"]
    public static let fileStore: [String] = ["LOCAL", "S3"]
    public static let filePurpose: [String] = [
        "ATTACHMENT", "AVATAR", "DOCUMENT_IMAGE", "PROJECT_ICON", "IMPORT", "EXPORT",
    ]
}
