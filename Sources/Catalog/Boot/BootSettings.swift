extension BootData {
    /// The settings of the instance.
    public static let settings: [Setting] = [
        Setting(
            key: "project_docs_default",
            value: #"{"type":"doc","content":[{"type":"paragraph"}]}"#),
        Setting(key: "edit_results_duration", value: "0"),
    ]

    /// The queues of background work.
    public static let queues: [Queue] = [
        Queue(name: "notifications", concurrency: 2),
        Queue(name: "emails", concurrency: 2),
        Queue(name: "forecast-updates", concurrency: 1),
        Queue(name: "issue-sync", concurrency: 2),
        Queue(name: "testmo-imports", concurrency: 1),
        Queue(name: "elasticsearch-reindex", concurrency: 1),
        Queue(name: "audit-logs", concurrency: 1),
        Queue(name: "webhooks", concurrency: 4),
        Queue(name: "imports", concurrency: 1),
    ]
}
