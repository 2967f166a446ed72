import Engine

/// What the server does without being asked: the kinds of jobs that its workers know, and who hears the outbox.
enum BackgroundWork {
    static func kinds(_ engine: Engine) -> [JobKind] { EngineJobs.all }

    static func listeners(_ engine: Engine) -> [OutboxListener] { EngineJobs.listeners }
}
