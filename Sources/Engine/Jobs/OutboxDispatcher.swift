public import Model
import Statements
import Store

/// Something that happened, as the transaction that did it wrote it down.
public struct OutboxMessage: Sendable {
    public let id: Int64
    public let uid: String
    /// The event's name, such as `test_run.completed`.
    public let event: String
    /// The catalogue's name of what it happened to.
    public let entity: String
    public let entityId: Int64
    public let project: Int64?
    public let payload: JSON
    /// Milliseconds, UTC.
    public let time: Int64
}

/// Somebody who wants to hear what happened.
///
/// It runs inside the transaction that takes the messages off the outbox, so what it writes (rows, jobs) is written
/// exactly once for each message, in the order of the messages. It must not reach the network; a job does that.
public struct OutboxListener: Sendable {
    public let name: String
    public let hear: @Sendable ([OutboxMessage], Writing) throws(DomainError) -> Void

    public init(
        name: String, hear: @escaping @Sendable ([OutboxMessage], Writing) throws(DomainError) -> Void
    ) {
        self.name = name
        self.hear = hear
    }
}

/// Hands the messages of the outbox to the listeners.
public struct OutboxDispatcher: Sendable {
    public let engine: Engine
    public let listeners: [OutboxListener]

    /// Messages of one transaction.
    private static let batch = 200

    public init(engine: Engine, listeners: [OutboxListener]) {
        self.engine = engine
        self.listeners = listeners
    }

    /// Hands over what is there; returns how many messages it were.
    @discardableResult
    public func dispatch() async throws(DomainError) -> Int {
        // Without anybody to hear them the messages wait.
        if listeners.isEmpty { return 0 }
        var total = 0
        while true {
            let count = try await dispatchBatch()
            total += count
            if count < OutboxDispatcher.batch { return total }
        }
    }

    private func dispatchBatch() async throws(DomainError) -> Int {
        let isEmpty = try await engine.read(as: .system) { work throws(DomainError) in
            try work.value("SELECT id FROM outbox_event WHERE processed_at IS NULL LIMIT 1") == nil
        }
        if isEmpty { return 0 }
        let listeners = listeners
        return try await engine.write(as: .system) { work throws(DomainError) in
            // Waiting for the lock keeps the order when two nodes dispatch.
            let rows = try work.rows(
                """
                SELECT id, uid, event, entity_type, entity_id, project_id, payload, created_at FROM outbox_event
                WHERE processed_at IS NULL ORDER BY id LIMIT \(Value.int(OutboxDispatcher.batch))\
                \(work.session.flavor.rowLock)
                """)
            guard !rows.isEmpty else { return 0 }
            let messages = rows.map { row in
                OutboxMessage(
                    id: row[0].integer ?? 0, uid: row[1].string ?? "", event: row[2].string ?? "",
                    entity: row[3].string ?? "", entityId: row[4].integer ?? 0, project: row[5].integer,
                    payload: JobRunner.json(row[6]), time: row[7].integer ?? 0)
            }
            for listener in listeners { try listener.hear(messages, work) }
            let list = SQLText.list(rows.map { $0[0] })
            _ = try work.run { () throws(StoreError) in
                try work.session.execute(
                    """
                    UPDATE outbox_event SET processed_at = \(Value.int(work.time)), attempts = attempts + 1
                    WHERE id IN (\(list))
                    """)
            }
            return rows.count
        }
    }
}
