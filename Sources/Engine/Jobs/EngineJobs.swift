/// The background work that needs nothing but the engine.
public enum EngineJobs {
    /// The table of contents.
    public static let all: [JobKind] = [
        Reindexing.kind,
        IssueSync.kind,
        WebhookDeliveries.kind,
        TestmoJobs.analyse,
        TestmoJobs.run,
    ]

    /// Who hears what happened.
    public static let listeners: [OutboxListener] = [WebhookDeliveries.listener]
}
