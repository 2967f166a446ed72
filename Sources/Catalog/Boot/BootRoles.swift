extension BootData {
    /// The roles in the order of their ids: the first is `user`, the second `admin`.
    public static let roles: [Role] = [
        role(
            "user", "What new people may do.", isDefault: true, edits: userEdits, deletes: userDeletes,
            closes: userCloses),
        role(
            "admin", "Everything.", edits: Choices.applicationArea, deletes: Choices.applicationArea,
            closes: Choices.applicationArea),
        role(
            "Project Admin", "Everything in a project.", edits: Choices.applicationArea,
            deletes: Choices.applicationArea, closes: Choices.applicationArea),
        role(
            "Manager", "Plans and oversees the work; all but the project's settings.", edits: managed,
            deletes: managed, closes: managed),
        role(
            "Tester", "Writes and executes cases, explores and reports issues.", edits: testerEdits,
            deletes: userDeletes, closes: userCloses),
        role("Contributor", "Writes cases and records results.", edits: contributorEdits, deletes: [], closes: []),
        role("Viewer", "Reads.", edits: [], deletes: [], closes: []),
    ]

    private static let userEdits: [String] = [
        "Documentation", "TestCaseRepository", "TestRuns", "TestRunResults", "TestRunResultRestrictedFields",
        "Sessions", "SessionsRestrictedFields", "SessionResults", "Tags",
    ]
    private static let userDeletes: [String] = ["TestRuns", "TestRunResults", "Sessions", "SessionResults"]
    private static let userCloses: [String] = ["TestRuns", "Sessions"]
    private static let testerEdits: [String] = userEdits + ["SharedSteps", "Issues", "Reporting"]
    private static let contributorEdits: [String] = [
        "Documentation", "TestCaseRepository", "TestRunResults", "SessionResults", "Tags", "SharedSteps", "Issues",
    ]
    private static let managed: [String] = Choices.applicationArea.filter { $0 != "Settings" }

    private static func role(
        _ name: String, _ help: String, isDefault: Bool = false, edits: [String], deletes: [String], closes: [String]
    ) -> Role {
        var rights: [Right] = []
        for area in Choices.applicationArea {
            rights.append(
                Right(
                    area, canAddEdit: edits.contains(area), canDelete: deletes.contains(area),
                    canClose: closes.contains(area)))
        }
        return Role(name: name, help: help, isDefault: isDefault, rights: rights)
    }

    /// The groups of every project; removing somebody from all of them ends the access.
    public static let projectGroups: [ProjectGroup] = [
        ProjectGroup(name: "Administrators", role: "Project Admin"),
        ProjectGroup(name: "Commenters", role: "Viewer"),
        ProjectGroup(
            name: "Developers", role: "Contributor",
            permissions: #"{"TestCaseRepository":[],"TestRunResults":[],"SharedSteps":[],"Reporting":["edit"]}"#),
        ProjectGroup(
            name: "Testers", role: "Tester", permissions: #"{"TestCaseRepository":["edit","delete"]}"#),
    ]
}
