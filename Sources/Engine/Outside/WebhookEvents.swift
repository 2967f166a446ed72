import Model

/// One kind of thing that webhooks hear of.
public struct WebhookEvent: Sendable, Hashable {
    public let name: String
    public let category: String
    public let help: String
    /// The members of `data`.
    public let payloadKeys: [String]

    private static let caseKeys = [
        "id", "projectId", "title", "folderId", "automationStatus", "priority", "tags",
    ]

    /// The table of contents (TestPlanIt API, Webhook Events).
    public static let all: [WebhookEvent] = [
        WebhookEvent(
            name: "test_case.created", category: "Test cases", help: "A test case was made.", payloadKeys: caseKeys),
        WebhookEvent(
            name: "test_case.updated", category: "Test cases", help: "A test case was changed.", payloadKeys: caseKeys),
        WebhookEvent(
            name: "test_run.completed", category: "Test runs", help: "A test run was completed.",
            payloadKeys: ["id", "projectId", "name", "status", "completedAt", "results"]),
        WebhookEvent(
            name: "session.completed", category: "Sessions", help: "An exploratory session was completed.",
            payloadKeys: ["id", "projectId", "name", "status", "elapsed", "results"]),
        WebhookEvent(
            name: "issue.created", category: "Issues", help: "An issue was made.",
            payloadKeys: ["id", "projectId", "name", "title", "status", "priority", "severity", "externalId"]),
        WebhookEvent(
            name: "milestone.completed", category: "Milestones", help: "A milestone was completed.",
            payloadKeys: ["id", "projectId", "name", "status", "completedAt"]),
    ]

    /// What the test of a webhook sends; nobody subscribes to it.
    static let test = "webhook.test"

    public static func named(_ name: String) -> WebhookEvent? { all.first { $0.name == name } }
}
