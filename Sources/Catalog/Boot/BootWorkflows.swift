extension BootData {
    /// The workflow states in order; all are enabled and belong to every project.
    public static let workflows: [Workflow] =
        [
            Workflow(
                name: "Draft", scope: "CASES", type: "NOT_STARTED", icon: "pencil", color: Shade("Black", 3),
                isDefault: true),
            Workflow(
                name: "Under Review", scope: "CASES", type: "IN_PROGRESS", icon: "eye", color: Shade("Yellow", 2),
                isDefault: false),
            Workflow(
                name: "Rejected", scope: "CASES", type: "IN_PROGRESS", icon: "thumbs-down", color: Shade("Red", 2),
                isDefault: false),
            Workflow(
                name: "Active", scope: "CASES", type: "IN_PROGRESS", icon: "circle-play", color: Shade("Blue", 2),
                isDefault: false),
            Workflow(
                name: "Done", scope: "CASES", type: "DONE", icon: "circle-check", color: Shade("Green", 2),
                isDefault: false),
            Workflow(
                name: "Archived", scope: "CASES", type: "DONE", icon: "archive", color: Shade("Black", 2),
                isDefault: false),
        ]
        + working("RUNS") + working("SESSIONS")

    /// The states of work that people do: runs and sessions have the same five.
    private static func working(_ scope: String) -> [Workflow] {
        [
            Workflow(
                name: "New", scope: scope, type: "NOT_STARTED", icon: "sparkles", color: Shade("Black", 3),
                isDefault: true),
            Workflow(
                name: "In Progress", scope: scope, type: "IN_PROGRESS", icon: "play", color: Shade("Blue", 2),
                isDefault: false),
            Workflow(
                name: "Under Review", scope: scope, type: "IN_PROGRESS", icon: "eye", color: Shade("Yellow", 2),
                isDefault: false),
            Workflow(
                name: "Done", scope: scope, type: "DONE", icon: "circle-check", color: Shade("Green", 2),
                isDefault: false),
            Workflow(
                name: "Rejected", scope: scope, type: "DONE", icon: "circle-x", color: Shade("Red", 2),
                isDefault: false),
        ]
    }

    /// The kinds of milestones.
    public static let milestoneTypes: [MilestoneType] = [
        MilestoneType(name: "Cycle", icon: "repeat", isDefault: true),
        MilestoneType(name: "Feature", icon: "puzzle", isDefault: false),
        MilestoneType(name: "Iteration", icon: "iteration-cw", isDefault: false),
        MilestoneType(name: "Plan", icon: "map", isDefault: false),
        MilestoneType(name: "Release", icon: "rocket", isDefault: false),
        MilestoneType(name: "Sprint", icon: "zap", isDefault: false),
        MilestoneType(name: "Version", icon: "tag", isDefault: false),
    ]
}
