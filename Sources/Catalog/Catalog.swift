public import Model

/// Every kind of thing that the server keeps.
public enum Catalog {
    /// The declarations of all entities, checked when first used.
    public static let schema: Schema = {
        do throws(SchemaError) {
            return try Schema(areas.flatMap { $0 })
        } catch {
            preconditionFailure(error.description)
        }
    }()

    /// The table of contents, in reading order.
    static let areas: [[EntityType]] = [
        accounts, access, projects, fields, repository, milestones, plans, runs, automation, sessions, issues,
        requirements, integrations, llm, collaboration, imports, administration, infrastructure,
    ]

    private static let accounts: [EntityType] = [
        Entities.user, Entities.userPreferences, Entities.apiToken, Entities.browserSession, Entities.oAuthGrant,
        Entities.loginAttempt, Entities.pendingLogin, Entities.account, Entities.verificationToken,
        Entities.registrationSettings, Entities.allowedEmailDomain, Entities.ssoProvider, Entities.samlConfiguration,
    ]

    private static let access: [EntityType] = [
        Entities.role, Entities.rolePermission, Entities.group, Entities.groupAssignment,
        Entities.userProjectPermission, Entities.groupProjectPermission, Entities.projectGroup,
    ]

    private static let projects: [EntityType] = [
        Entities.project, Entities.projectAssignment, Entities.projectStatusAssignment,
        Entities.projectWorkflowAssignment,
    ]

    private static let fields: [EntityType] = [
        Entities.fieldIcon, Entities.colorFamily, Entities.color, Entities.caseFieldType, Entities.caseField,
        Entities.resultField, Entities.fieldOption, Entities.caseFieldAssignment, Entities.resultFieldAssignment,
        Entities.template, Entities.templateProjectAssignment, Entities.templateCaseAssignment,
        Entities.templateResultAssignment, Entities.statusScope, Entities.status, Entities.statusScopeAssignment,
        Entities.workflow, Entities.listValue, Entities.customFieldValue, Entities.configCategory,
        Entities.configVariant, Entities.configuration, Entities.configurationConfigVariant,
    ]

    private static let repository: [EntityType] = [
        Entities.tag, Entities.labelAssignment, Entities.repository, Entities.repositoryFolder,
        Entities.repositoryCase, Entities.step, Entities.sharedStepGroup, Entities.sharedStepItem,
        Entities.sharedPrecondition, Entities.dataSet, Entities.dataSetRow, Entities.caseFieldValue,
        Entities.repositoryCaseVersion, Entities.caseFieldVersionValue, Entities.repositoryCaseLink,
    ]

    private static let milestones: [EntityType] = [
        Entities.milestone, Entities.milestoneType, Entities.milestoneTypeAssignment,
    ]

    private static let plans: [EntityType] = [
        Entities.testPlan, Entities.testPlanFolder, Entities.testPlanCase,
    ]

    private static let runs: [EntityType] = [
        Entities.testRun, Entities.testRunCase, Entities.testRunCaseStep, Entities.testRunCaseIssue,
        Entities.testRunFolder, Entities.testRunResult, Entities.testRunStepResult, Entities.resultFieldValue,
    ]

    private static let automation: [EntityType] = [
        Entities.jUnitTestSuite, Entities.jUnitTestResult, Entities.jUnitProperty, Entities.jUnitAttachment,
        Entities.jUnitTestStep,
    ]

    private static let sessions: [EntityType] = [
        Entities.session, Entities.sessionResult, Entities.sessionFinding, Entities.sessionFieldValue,
        Entities.sessionVersion,
    ]

    private static let issues: [EntityType] = [
        Entities.issue
    ]

    private static let requirements: [EntityType] = [
        Entities.requirement, Entities.requirementVersion, Entities.requirementCoverage,
    ]

    private static let integrations: [EntityType] = [
        Entities.integration, Entities.projectIntegration, Entities.userIntegrationAuth, Entities.oAuthState,
        Entities.webhook, Entities.webhookDelivery,
    ]

    private static let llm: [EntityType] = [
        Entities.llmIntegration, Entities.llmProviderConfig, Entities.projectLlmIntegration,
        Entities.llmFeatureConfig, Entities.llmPromptTemplate, Entities.llmUsage, Entities.llmRateLimit,
        Entities.llmResponseCache, Entities.ollamaModelRegistry,
    ]

    private static let collaboration: [EntityType] = [
        Entities.attachment, Entities.comment, Entities.commentMention, Entities.notification, Entities.watch,
        Entities.savedView, Entities.shareLink, Entities.shareLinkAccessLog, Entities.report,
        Entities.scheduledReport, Entities.dashboard, Entities.announcement,
    ]

    private static let imports: [EntityType] = [
        Entities.testmoImportJob, Entities.testmoImportDataset, Entities.testmoImportStaging,
        Entities.testmoImportMapping, Entities.importJob,
    ]

    private static let administration: [EntityType] = [
        Entities.appConfig, Entities.auditLog, Entities.auditChain,
    ]

    private static let infrastructure: [EntityType] = [
        Entities.job, Entities.jobQueue, Entities.outboxEvent, Entities.idempotencyKey, Entities.rateLimitBucket,
        Entities.counter, Entities.storedFile, Entities.pairIdentity,
    ]
}

/// The entities by name; each file beside this one adds one.
enum Entities {}
