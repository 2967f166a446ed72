extension BootData {
    /// The scopes of statuses.
    public static let statusScopes: [StatusScope] = [
        StatusScope(name: "Test Run", icon: "circle-play"),
        StatusScope(name: "Session", icon: "compass"),
        StatusScope(name: "Automation", icon: "bot"),
    ]

    /// The statuses in order; all are enabled and belong to every project.
    public static let statuses: [Status] = [
        Status(
            name: "Untested", systemName: "untested", aliases: nil, color: Shade("Black", 4), isSuccess: false,
            isFailure: false, isCompleted: false, scopes: everywhere),
        Status(
            name: "Passed", systemName: "passed", aliases: "ok,success", color: Shade("Green", 2), isSuccess: true,
            isFailure: false, isCompleted: true, scopes: everywhere),
        Status(
            name: "Failed", systemName: "failed", aliases: "failure", color: Shade("Red", 2), isSuccess: false,
            isFailure: true, isCompleted: true, scopes: everywhere),
        Status(
            name: "Retest", systemName: "retest", aliases: nil, color: Shade("Yellow", 3), isSuccess: false,
            isFailure: false, isCompleted: false, scopes: everywhere),
        Status(
            name: "Blocked", systemName: "blocked", aliases: nil, color: Shade("Orange", 2), isSuccess: false,
            isFailure: false, isCompleted: false, scopes: everywhere),
        Status(
            name: "Skipped", systemName: "skipped", aliases: nil, color: Shade("Violet", 3), isSuccess: false,
            isFailure: false, isCompleted: true, scopes: everywhere),
        Status(
            name: "Exception", systemName: "exception", aliases: "error", color: Shade("Pink", 2), isSuccess: false,
            isFailure: true, isCompleted: true, scopes: ["Automation"]),
    ]

    /// Made when a product that has them is first used, because the others do not expect them.
    public static let furtherStatuses: [Status] = [
        Status(
            name: "In Progress", systemName: "in_progress", aliases: "started,running,not completed",
            color: Shade("Blue", 3), isSuccess: false, isFailure: false, isCompleted: false,
            scopes: ["Test Run", "Session"])
    ]

    private static let everywhere: [String] = ["Test Run", "Session", "Automation"]
}
