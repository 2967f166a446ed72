/// The kinds of things that a search finds, as the reference names them.
enum SearchKind: String, CaseIterable, Sendable {
    case repositoryCase = "repository_case"
    case sharedStep = "shared_step"
    case testRun = "test_run"
    case session
    case project
    case issue
    case milestone

    /// The name in the catalogue.
    var entity: String {
        switch self {
        case .repositoryCase: "RepositoryCase"
        case .sharedStep: "SharedStepGroup"
        case .testRun: "TestRun"
        case .session: "Session"
        case .project: "Project"
        case .issue: "Issue"
        case .milestone: "Milestone"
        }
    }

    /// The member of the advanced filters.
    var filterName: String {
        switch self {
        case .repositoryCase: "repositoryCase"
        case .sharedStep: "sharedStep"
        case .testRun: "testRun"
        case .session: "session"
        case .project: "project"
        case .issue: "issue"
        case .milestone: "milestone"
        }
    }

    init?(entity: String) {
        guard let kind = SearchKind.allCases.first(where: { $0.entity == entity }) else { return nil }
        self = kind
    }

    /// A name in singular or plural, with any of the spellings `repository_case`, `repository-cases`, `repositoryCases`.
    init?(word: String) {
        var plain = String(word.lowercased().filter(\.isLetter))
        if plain.hasSuffix("s") { plain.removeLast() }
        switch plain {
        case "repositorycase", "testcase", "case": self = .repositoryCase
        case "sharedstep", "sharedstepgroup": self = .sharedStep
        case "testrun", "run": self = .testRun
        case "session": self = .session
        case "project": self = .project
        case "issue": self = .issue
        case "milestone": self = .milestone
        default: return nil
        }
    }

    /// What the fields of the filters are called in this kind; `nil` where it has none such.
    func field(_ filter: SearchFilter) -> String? { SearchKind.fields[self]?[filter] }

    private static let fields: [SearchKind: [SearchFilter: String]] = [
        .repositoryCase: [
            .project: "projectId", .creator: "creatorId", .state: "stateId", .template: "templateId",
            .repository: "repositoryId", .folder: "folderId", .assignee: "assignedToId",
        ],
        .sharedStep: [.project: "projectId", .creator: "createdById"],
        .testRun: [
            .project: "projectId", .creator: "createdById", .state: "stateId", .milestone: "milestoneId",
            .configuration: "configId", .assignee: "assignedToId",
        ],
        .session: [
            .project: "projectId", .creator: "createdById", .state: "stateId", .template: "templateId",
            .milestone: "milestoneId", .configuration: "configId", .assignee: "assignedToId",
        ],
        .project: [.project: "id", .creator: "createdBy"],
        .issue: [.project: "projectId", .creator: "createdById", .assignee: "assignedToId"],
        .milestone: [
            .project: "projectId", .creator: "createdBy", .parent: "parentId", .milestoneType: "milestoneTypesId",
        ],
    ]
}

/// The conditions on references that the advanced filters know.
enum SearchFilter: CaseIterable, Sendable {
    case project, creator, state, template, repository, folder, milestone, configuration, assignee, parent
    case milestoneType

    /// The members that name it.
    var names: [String] {
        switch self {
        case .project: ["projectIds", "projectId"]
        case .creator: ["creatorIds", "creatorId", "createdByIds"]
        case .state: ["stateIds", "stateId"]
        case .template: ["templateIds", "templateId"]
        case .repository: ["repositoryIds", "repositoryId"]
        case .folder: ["folderIds", "folderId"]
        case .milestone: ["milestoneIds", "milestoneId"]
        case .configuration: ["configurationIds", "configIds", "configurationId"]
        case .assignee: ["assignedToIds", "assigneeIds", "assignedTo"]
        case .parent: ["parentIds", "parentId"]
        case .milestoneType: ["milestoneTypeIds", "milestoneTypeId"]
        }
    }
}
