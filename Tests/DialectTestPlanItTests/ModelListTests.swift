import Catalog
import Model
import Testing

@testable import DialectTestPlanIt

/// The models of the wire specification, section 6: `Name: scalars | to one | to many | keys`.
private let list = """
    User: id name email emailVerifToken image externalId lastSeenVersion isApi twoFactorEnabled isActive
      emailVerified emailTokenExpires lastActiveAt authMethod access roleId createdById createdAt updatedAt
      isDeleted | role createdBy userPreferences | projects createdProjects groups createdMilestones repositoryCases
      attachments assignedSessions createdSessions sessionResults testRunCreatedBy testRunCasesAssigned
      testRunResults createdIssues projectPermissions notifications createdComments commentMentions apiTokens |
    ApiToken: id name token tokenPrefix lastUsedIp scopes isActive expiresAt lastUsedAt userId createdAt | user |
      |
    Roles: id name isDefault isDeleted | | users rolePermissions defaultForProjects userProjectPermissions
      groupProjectPermissions |
    RolePermission: canAddEdit canDelete canClose area roleId | role | | roleId_area
    Groups: id name externalId url note isDeleted | | assignedUsers projectPermissions |
    GroupAssignment: userId groupId | user group | | userId_groupId
    UserProjectPermission: accessType userId projectId roleId | user project role | | userId_projectId
    GroupProjectPermission: accessType groupId projectId roleId | group project role | | groupId_projectId
    Projects: id name iconUrl note docs isCompleted completedAt defaultAccessType createdBy defaultRoleId
      createdAt isDeleted | creator defaultRole | assignedUsers assignedStatuses milestoneTypes assignedTemplates
      assignedWorkflows milestones repositories repositoryFolders repositoryCases repositoryCaseVersions sessions
      sessionVersions testRuns userPermissions groupPermissions sharedStepGroups projectIntegrations
      projectLlmIntegrations issues llmUsages llmFeatureConfigs llmResponseCaches comments auditLogs shareLinks |
    ProjectAssignment: userId projectId | user project | | userId_projectId
    ProjectStatusAssignment: statusId projectId | status project | | statusId_projectId
    ProjectWorkflowAssignment: workflowId projectId | workflow project | | workflowId_projectId
    Milestones: id name notifyDaysBefore isStarted isCompleted automaticCompletion startedAt completedAt note docs
      projectId rootId parentId milestoneTypesId createdBy createdAt isDeleted | project root parent milestoneType
      creator | descendants children sessions testRuns comments |
    MilestoneTypes: id name isDefault iconId isDeleted | icon | projects milestones |
    MilestoneTypesAssignment: projectId milestoneTypeId | project milestoneType | | projectId_milestoneTypeId
    FieldIcon: id name | | fieldOptions workflows milestoneTypes |
    ColorFamily: id name order | | colors | name order
    Color: id value order colorFamilyId | colorFamily | fieldOptions statuses workflows | colorFamilyId_order
    CaseFieldTypes: id type options | | caseFields resultFields |
    CaseFields: id displayName systemName hint defaultValue initialHeight minValue maxValue isRequired
      isRestricted isChecked typeId isDeleted isEnabled | type | templates fieldOptions caseFieldValues
      sessionFieldValues |
    ResultFields: id displayName systemName hint defaultValue initialHeight minValue maxValue isRequired
      isRestricted isChecked typeId isDeleted isEnabled | type | templates fieldOptions resultFieldValues |
    FieldOptions: id name order isDefault iconId iconColorId isDeleted isEnabled | icon iconColor | caseFields
      resultFields |
    CaseFieldAssignment: fieldOptionId caseFieldId | fieldOption caseField | | fieldOptionId_caseFieldId
    ResultFieldAssignment: order fieldOptionId resultFieldId | fieldOption resultField | |
      fieldOptionId_resultFieldId
    Templates: id templateName isEnabled isDefault isDeleted | | caseFields resultFields projects repositoryCases
      sessions |
    TemplateProjectAssignment: templateId projectId | template project | | templateId_projectId
    TemplateCaseAssignment: order caseFieldId templateId | caseField template | | caseFieldId_templateId
    TemplateResultAssignment: order resultFieldId templateId | resultField template | | resultFieldId_templateId
    StatusScope: id name icon | | statuses |
    Status: id name systemName aliases order isEnabled isSuccess isFailure isCompleted colorId isDeleted | color |
      scope projects sessionResults testRunCases testRunResults testRunStepResults junitTestResults junitTestSteps |
    StatusScopeAssignment: statusId scopeId | status scope | | statusId_scopeId
    Workflows: id name order isDefault workflowType scope iconId colorId isDeleted isEnabled | icon color |
      projects repositoryCases sessions testRuns |
    ConfigCategories: id name isDeleted | | variants |
    ConfigVariants: id name categoryId isDeleted isEnabled | category | configurations |
    Configurations: id name isDeleted isEnabled | | variants sessions testRuns |
    ConfigurationConfigVariant: configurationId variantId | configuration variant | | configurationId_variantId
    Tags: id name isDeleted | | repositoryCases sessions testRuns |
    Repositories: id isArchived isActive projectId isDeleted | project | folders cases |
    RepositoryFolders: id name order docs projectId repositoryId parentId creatorId createdAt isDeleted | project
      repository parent creator | children cases | projectId_repositoryId_parentId_name_isDeleted
    RepositoryCases: id name className order currentVersion estimate forecastManual forecastAutomated automated
      isArchived source projectId repositoryId folderId templateId stateId creatorId createdAt isDeleted | project
      repository folder template state creator | repositoryCaseVersions caseFieldValues resultFieldValues
      attachments steps testRuns tags issues junitResults junitProperties junitAttachments junitTestSteps linksFrom
      linksTo comments | projectId_name_className_source
    Steps: id order step expectedResult testCaseId sharedStepGroupId isDeleted | testCase sharedStepGroup |
      stepResults |
    SharedStepGroup: id name deletedAt projectId createdById createdAt updatedAt isDeleted | project createdBy |
      items placeholderSteps |
    SharedStepItem: id order step expectedResult sharedStepGroupId createdAt updatedAt | sharedStepGroup |
      testRunStepResults |
    CaseFieldValues: id value testCaseId fieldId | testCase field | |
    RepositoryCaseVersions: id staticProjectName folderName templateName name stateName creatorId creatorName
      staticProjectId repositoryId folderId templateId stateId order version estimate forecastManual
      forecastAutomated automated isArchived steps tags issues links attachments repositoryCaseId projectId
      createdAt isDeleted | repositoryCase project | caseFieldVersionValues | repositoryCaseId_version
    CaseFieldVersionValues: id field value versionId | version | |
    RepositoryCaseLink: id type caseAId caseBId createdById createdAt isDeleted | caseA caseB createdBy | |
      caseAId_caseBId_type
    Attachments: id url name mimeType note size testCaseId createdById sessionId sessionResultsId testRunsId
      testRunResultsId testRunStepResultId junitTestResultId createdAt isDeleted | testCase createdBy session
      sessionResults testRuns testRunResults testRunStepResult junitTestResult | |
    TestRuns: id name configurationGroupId forecastManual elapsed forecastAutomated isCompleted completedAt note
      docs testRunType projectId configId milestoneId stateId createdById createdAt isDeleted | project
      configuration milestone state createdBy | attachments testCases results tags issues junitTestSuites comments |
    TestRunCases: id order elapsed isCompleted startedAt completedAt notes testRunId repositoryCaseId statusId
      assignedToId createdAt | testRun repositoryCase status assignedTo | results | testRunId_repositoryCaseId
    TestRunResults: id testRunCaseVersion attempt elapsed executedAt editedAt notes evidence testRunId
      testRunCaseId statusId executedById editedById isDeleted | testRun testRunCase status executedBy editedBy |
      attachments resultFieldValues stepResults issues |
    TestRunStepResults: id elapsed executedAt notes evidence testRunResultId stepId sharedStepItemId statusId
      isDeleted | testRunResult step sharedStepItem stepStatus | attachments issues |
      testRunResultId_stepId_sharedStepItemId
    ResultFieldValues: id value testCaseId fieldId sessionResultsId testRunResultsId | testCase field
      sessionResults testRunResults | |
    JUnitTestSuite: id name file systemOut systemErr tests failures errors skipped assertions time timestamp
      parentId testRunId createdById createdAt | parent testRun createdBy | properties results children |
    JUnitTestResult: id message content file systemOut systemErr assertions line time executedAt type
      repositoryCaseId testSuiteId createdById statusId createdAt | repositoryCase testSuite createdBy status |
      attachments |
    Sessions: id name currentVersion estimate forecastManual elapsed forecastAutomated isCompleted completedAt
      note mission projectId templateId configId milestoneId stateId assignedToId createdById createdAt isDeleted |
      project template configuration milestone state assignedTo createdBy | sessionResults sessionFieldValues
      versions attachments tags issues comments |
    SessionResults: id elapsed resultData sessionId createdById statusId createdAt isDeleted | session createdBy
      status | attachments resultFieldValues issues |
    SessionFieldValues: id value sessionId fieldId | session field | |
    SessionVersions: id name staticProjectName templateName stateName createdById createdByName configurationName
      milestoneName assignedToId assignedToName staticProjectId templateId stateId version configId milestoneId
      estimate forecastManual elapsed forecastAutomated isCompleted completedAt note mission tags attachments issues
      sessionId projectId createdAt updatedAt | session project | | sessionId_version
    Issue: id name title description status priority externalId externalKey externalUrl externalStatus issueTypeId
      issueTypeName issueTypeIconUrl lastSyncedAt externalData data note createdById projectId integrationId
      createdAt isDeleted | createdBy project integration | repositoryCases sessions sessionResults testRuns
      testRunResults testRunStepResults | externalId_integrationId
    Comment: id isEdited content projectId repositoryCaseId testRunId sessionId milestoneId creatorId createdAt
      updatedAt isDeleted | project repositoryCase testRun session milestone creator | mentionedUsers |
    CommentMention: id commentId userId createdAt | comment user | | commentId_userId
    UserPreferences: id timezone hasCompletedWelcomeTour hasCompletedInitialPreferencesSetup emailNotifications
      inAppNotifications theme itemsPerPage locale dateFormat timeFormat notificationMode userId | user | |
    Notification: id title message relatedEntityId relatedEntityType isRead data type userId createdAt updatedAt
      isDeleted | user | |
    ShareLink: id shareKey entityId title description viewCount notifyOnView isRevoked expiresAt lastViewedAt
      entityConfig entityType mode projectId createdById createdAt updatedAt isDeleted | project createdBy |
      accessLogs |
    ShareLinkAccessLog: id ipAddress userAgent wasAuthenticated accessedAt shareLinkId accessedById | shareLink
      accessedBy | |
    Integration: id name lastSyncAt credentials settings provider authType status createdAt updatedAt isDeleted |
      | userIntegrationAuths projectIntegrations issues | name
    ProjectIntegration: id syncStatus syncError issueCount isActive lastSyncAt config fieldMappings projectId
      integrationId createdAt updatedAt | project integration | | projectId_integrationId
    LlmIntegration: id name credentials settings provider status createdAt updatedAt isDeleted | llmProviderConfig
      | ollamaModelRegistry llmUsages llmFeatureConfigs llmResponseCaches projectLlmIntegrations llmPromptTemplates
      llmRateLimits | name
    LlmProviderConfig: id defaultModel maxTokensPerRequest maxRequestsPerMinute defaultMaxTokens timeout
      retryAttempts maxRequestsPerDay defaultTemperature costPerInputToken costPerOutputToken monthlyBudget
      streamingEnabled isDefault availableModels settings llmIntegrationId createdAt updatedAt | llmIntegration | |
    ProjectLlmIntegration: id isActive config projectId llmIntegrationId createdAt updatedAt | project
      llmIntegration | | projectId_llmIntegrationId
    AppConfig: key value | | |
    AuditLog: id entityType entityId userId userEmail userName entityName timestamp changes metadata action
      projectId | project | |
    RegistrationSettings: id restrictEmailDomains force2FANonSSO force2FAAllLogins allowOpenRegistration
      requireEmailVerification defaultAccess createdAt updatedAt | | |
    AllowedEmailDomain: id domain enabled createdBy createdAt updatedAt | creator | |
    SsoProvider: id name forceSso enabled config type createdAt updatedAt | samlConfig | |
    JUnitProperty: id name value testSuiteId repositoryCaseId createdById createdAt | testSuite repositoryCase
      createdBy | |
    JUnitAttachment: id name value type repositoryCaseId createdById createdAt | repositoryCase createdBy | |
    JUnitTestStep: id name content statusId repositoryCaseId createdById createdAt | stepStatus repositoryCase
      createdBy | |
    """

private struct ListedModel {
    let name: String
    /// Scalars, relations to one row, relations to many, compound keys.
    let parts: [[String]]

    static let all: [ListedModel] = {
        var paragraphs: [String] = []
        for line in list.split(separator: "\n") {
            if line.hasPrefix("  ") {
                paragraphs[paragraphs.count - 1] += line
            } else {
                paragraphs.append(String(line))
            }
        }
        return paragraphs.map { paragraph in
            let halves = paragraph.split(separator: ":", maxSplits: 1)
            let parts = halves[1].split(separator: "|", omittingEmptySubsequences: false)
            return ListedModel(
                name: String(halves[0]), parts: parts.map { $0.split(separator: " ").map(String.init) })
        }
    }()
}

/// Internal models: the names alone are fixed.
private let innerModels = [
    "Account", "OllamaModelRegistry", "LlmResponseCache", "LlmRateLimit", "TestmoImportStaging", "TestmoImportMapping",
    "LlmPromptTemplate", "LlmFeatureConfig", "LlmUsage", "UserIntegrationAuth", "SamlConfiguration",
    "TestmoImportDataset", "TestmoImportJob",
]

/// Known by name but never shown.
private let secrets: Set<String> = [
    "User.emailVerifToken", "User.emailTokenExpires", "ApiToken.token", "Integration.credentials",
    "LlmIntegration.credentials", "SsoProvider.config",
]

@Suite struct ModelListTests {
    @Test func `every model of the specification is there with its fields`() throws {
        #expect(ListedModel.all.count == 79)
        for row in ListedModel.all {
            let model = try #require(ModelBook.shared[row.name], "\(row.name)")
            for name in row.parts[0] {
                let field = try #require(model.scalar(name)?.field, "\(row.name).\(name)")
                #expect((field.visibility == .nobody) == secrets.contains("\(row.name).\(name)"), "\(row.name).\(name)")
            }
            for name in row.parts[1] { #expect(model.relation(name)?.isList == false, "\(row.name).\(name)") }
            for name in row.parts[2] { #expect(model.relation(name)?.isList == true, "\(row.name).\(name)") }
            for name in row.parts[3] {
                #expect(model.keys[name] != nil || model.uniqueFields.contains(name), "\(row.name) \(name)")
            }
        }
        for name in innerModels { #expect(ModelBook.shared[name] != nil, "\(name)") }
    }

    @Test func `every entity but the engine's own is a model under one name`() {
        for entity in Catalog.schema.entities {
            let model = ModelBook.shared.model(of: entity.name)
            #expect((model == nil) == (entity.ownership == .engine), "\(entity.name)")
            guard let model else { continue }
            #expect(ModelBook.shared[model.name] === model && ModelBook.shared[model.accessor] === model)
            if model.name != entity.name { #expect(ModelBook.shared[entity.name] == nil, "\(entity.name)") }
        }
    }

    @Test(arguments: [
        ("1.5e-7", "0.00000015"), ("0.250", "0.25"), ("-12", "-12"), ("1E3", "1000"), ("007", "7"), (".5", "0.5"),
        ("-0.0", "0"), ("12345678901234567890.123", "12345678901234567890.123"),
    ])
    func `decimals have one spelling`(_ text: String, _ plain: String) {
        #expect(DecimalText.plain(text) == plain)
    }

    @Test(arguments: ["", "-", ".", "1e99", "abc", "1.2.3", "0x10", "1e"])
    func `other texts are no decimals`(_ text: String) {
        #expect(DecimalText.plain(text) == nil)
    }

    @Test func `paths of notes are split at dots that are not escaped`() {
        #expect(SerializationNotes.segments(#"a.b\.c.0"#) == ["a", "b.c", "0"])
    }
}
