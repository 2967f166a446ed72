import Crypto
public import Model
import Statements
import Store

/// From the outbox to the receivers: a listener writes deliveries down, a job of each brings them.
public enum WebhookDeliveries {
    static let queue = "webhooks"
    static let job = "deliver"

    /// The pauses between attempts in milliseconds (TestPlanIt API, Webhooks): after these a delivery has failed.
    public static let pauses: [Int64] = [5000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000]

    /// This many failed deliveries in a row pause a webhook.
    public static let patience: Int64 = 5

    /// Hears what happened and writes a delivery for every webhook that wants to know.
    public static let listener = OutboxListener(name: "webhooks") { (messages, work) throws(DomainError) in
        try hear(messages, work)
    }

    /// Brings one delivery to its receiver.
    public static let kind = JobKind(queue: queue, name: job, backoff: pauses) { (context) throws(DomainError) in
        guard let id = context.payload["deliveryId"]?.integer else { return .failed("the job names no delivery") }
        let isForced = context.payload["isForced"]?.bool ?? false
        let isLast = context.attempt > Int64(pauses.count)
        let wait = isLast ? nil : pauses[Int(context.attempt) - 1]
        return try await context.engine.deliver(id, isForced: isForced, pause: wait)
    }

    private static func hear(_ messages: [OutboxMessage], _ work: Writing) throws(DomainError) {
        let hooks = try work.rows(
            "SELECT id, project_id, events FROM webhook WHERE is_active AND NOT is_deleted ORDER BY id")
        guard !hooks.isEmpty else { return }
        let known = messages.filter { WebhookEvent.named($0.event) != nil }
        guard !known.isEmpty else { return }
        let payloads = try WebhookPayloads(known, work)
        var rows: [[Value]] = []
        var projects: [Int64?] = []
        for message in known {
            guard let data = payloads.data(message) else { continue }
            let payload: JSON = [
                "event": .string(message.event), "timestamp": .string(Timestamp.text(message.time)), "data": data,
            ]
            for hook in hooks {
                let isInScope = hook[1].integer == nil || hook[1].integer == message.project
                let names = hook[2].string.flatMap { KeptJSON.parsed($0) }?.array?.compactMap(\.string) ?? []
                guard isInScope, names.contains("*") || names.contains(message.event) else { continue }
                rows.append([
                    .text(message.event), .text(payload.text), hook[0], .int(message.id), .int(work.time), "PENDING",
                ])
                projects.append(message.project)
            }
        }
        let names = ["event", "payload", "webhookId", "outboxEventId", "nextAttemptAt", "status"]
        let ids = try work.store(work.schema["WebhookDelivery"], names, rows)
        try work.enqueue(zip(ids, projects).map { WebhookDeliveries.newJob($0, project: $1, isForced: false) })
    }

    static func newJob(_ delivery: Int64, project: Int64?, isForced: Bool) -> NewJob {
        NewJob(
            queue: queue, name: job, ["deliveryId": .integer(delivery), "isForced": .bool(isForced)],
            uniqueKey: "webhook \(isForced ? "replay" : "delivery") \(delivery)", project: project)
    }

    /// The form of a letter: the same body and id at every attempt, signed with the time of this one.
    public static func letter(
        url: String, secret: Secret?, delivery: String, payload: JSONObject, time: Int64
    ) -> WebhookLetter {
        var body = payload
        body["deliveryId"] = .string(delivery)
        let bytes = Array(JSON.object(body).text.utf8)
        var headers: [(name: String, value: String)] = [
            ("Content-Type", "application/json"), ("User-Agent", "Assay-Webhooks/1"),
            ("X-TestPlanIt-Event", payload["event"]?.string ?? ""), ("X-TestPlanIt-Delivery", delivery),
        ]
        if let secret {
            let signature = signature(bytes, secret: secret, seconds: time / 1000)
            headers.append(("X-TestPlanIt-Signature", signature))
        }
        return WebhookLetter(url: url, headers: headers, body: bytes)
    }

    /// `t=<seconds>,v1=<hexadecimal HMAC-SHA256 of "<seconds>.<body>">`.
    public static func signature(_ body: [UInt8], secret: Secret, seconds: Int64) -> String {
        let key = SymmetricKey(data: Array(secret.text.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(seconds).".utf8) + body, using: key)
        return "t=\(seconds),v1=\(Hex.text(code))"
    }
}

extension Engine {
    /// One attempt of a delivery: reads it, sends it, and writes down what came of it. `pause` is the time until the next
    /// attempt; `nil` when this is the last one. A forced delivery goes to a paused webhook too.
    public func deliver(_ delivery: Int64, isForced: Bool, pause: Int64?) async throws(DomainError) -> JobOutcome {
        let found = try await read(as: .system) { work throws(DomainError) in
            guard let row = try work.find("WebhookDelivery", [.id(delivery)]).first,
                let hook = try work.find("Webhook", [.id(row["webhookId"].integer ?? 0)], deleted: .shown).first
            else { return (Row, Row, Secret?)?.none }
            return (row, hook, SecretKeeping.webhook.secret(hook, work))
        }
        guard let (row, hook, secret) = found else { return .failed("the delivery is gone") }
        if row.text("status") == "SUCCEEDED" {
            return .done(["status": row["responseStatus"].integer.map { .integer($0) } ?? .null])
        }
        let isOpen = !hook.flag("isDeleted") && (isForced || hook.flag("isActive"))
        guard isOpen else {
            try await note(
                delivery, hook, WebhookReceipt(status: nil, error: "the webhook is paused"), pause: nil, isSent: false)
            return .failed("the webhook is paused")
        }
        let receipt: WebhookReceipt
        if secret == nil, SecretKeeping.webhook.has(hook) {
            receipt = WebhookReceipt(status: nil, error: "the secret cannot be opened with this server's key")
        } else {
            let letter = WebhookDeliveries.letter(
                url: hook.text("url"), secret: secret, delivery: row.uid, payload: KeptJSON.object(row["payload"]),
                time: world.now())
            receipt = await outside.post.send(letter)
        }
        try await note(delivery, hook, receipt, pause: pause, isSent: true)
        if receipt.isSuccess { return .done(["status": receipt.status.map { .integer(Int64($0)) } ?? .null]) }
        return pause == nil ? .failed(receipt.error ?? "failed") : .again(receipt.error ?? "failed")
    }

    /// Writes down an attempt, and pauses the webhook when deliveries keep failing.
    private func note(
        _ delivery: Int64, _ hook: Row, _ receipt: WebhookReceipt, pause: Int64?, isSent: Bool
    ) async throws(DomainError) {
        try await write(as: .system) { work throws(DomainError) in
            let status = receipt.isSuccess ? "SUCCEEDED" : pause == nil ? "FAILED" : "PENDING"
            var values: [String: Assignment] = [
                "status": .set(.text(status)), "error": .set(.text(receipt.error)),
                "responseStatus": .set(.int(receipt.status.map { Int64($0) })),
                "deliveredAt": .set(receipt.isSuccess ? .int(work.time) : .null),
                "nextAttemptAt": .set(.int(receipt.isSuccess ? nil : pause.map { work.time + $0 })),
            ]
            if isSent { values["attempts"] = .add(1) }
            try work.apply(work.schema["WebhookDelivery"], [Change(delivery, values)])
            guard isSent else { return }
            var changes: [String: Assignment] = ["lastError": .set(.text(receipt.error))]
            if receipt.isSuccess {
                changes["failureCount"] = .set(0)
                changes["lastDeliveredAt"] = .set(.int(work.time))
            } else if pause == nil {
                changes["failureCount"] = .add(1)
                let failures = try work.value("SELECT failure_count FROM webhook WHERE id = \(Value.int(hook.id))")
                if (failures?.integer ?? 0) + 1 >= WebhookDeliveries.patience {
                    changes["isActive"] = .set(false)
                    changes["disabledAt"] = .set(.int(work.time))
                }
            }
            try work.apply(work.schema["Webhook"], [Change(hook.id, changes)])
        }
    }

    /// Sends a test event to a webhook at once, paused or not; it stands in the delivery log as every other.
    public func testWebhook(_ key: RowKey, as caller: Caller) async throws(DomainError) -> RowKey {
        let id = try await write(as: caller) { work throws(DomainError) in
            let hook = try work.row("Webhook", key)
            try work.requireUpdatable("Webhook", [hook.id])
            let payload: JSON = [
                "event": .string(WebhookEvent.test), "timestamp": .string(Timestamp.text(work.time)),
                "data": ["id": .string(hook.uid), "message": "This is a test."],
            ]
            let names = ["event", "payload", "webhookId", "nextAttemptAt", "status"]
            let row: [Value] = [
                .text(WebhookEvent.test), .text(payload.text), .int(hook.id), .int(work.time), "PENDING",
            ]
            return try work.store(work.schema["WebhookDelivery"], names, [row])[0]
        }
        _ = try await deliverTest(id)
        return .id(id)
    }

    /// A test fails by itself: it neither pauses the webhook nor is it repeated.
    private func deliverTest(_ id: Int64) async throws(DomainError) -> JobOutcome {
        let before = try await read(as: .system) { work throws(DomainError) in
            let row = try work.row("WebhookDelivery", .id(id))
            return try work.row("Webhook", .id(row["webhookId"].integer ?? 0))
        }
        let outcome = try await deliver(id, isForced: true, pause: nil)
        try await write(as: .system) { work throws(DomainError) in
            let row = try work.row("WebhookDelivery", .id(id))
            guard row.text("status") == "FAILED" else { return }
            let values: [String: Value] = [
                "failureCount": before["failureCount"], "isActive": .bool(before.flag("isActive")),
                "disabledAt": before["disabledAt"],
            ]
            try work.apply(work.schema["Webhook"], [Change(before.id, set: values)])
        }
        return outcome
    }

    /// Brings a delivery again, with the same id and body.
    public func redeliver(_ webhook: RowKey, _ delivery: RowKey, as caller: Caller) async throws(DomainError) -> RowKey
    {
        try await write(as: caller) { work throws(DomainError) in
            let hook = try work.row("Webhook", webhook)
            try work.requireUpdatable("Webhook", [hook.id])
            let row = try work.row("WebhookDelivery", delivery)
            guard row["webhookId"].integer == hook.id else { throw .notFound("WebhookDelivery") }
            let values: [String: Value] = [
                "status": "PENDING", "nextAttemptAt": .int(work.time), "error": .null, "deliveredAt": .null,
            ]
            try work.apply(work.schema["WebhookDelivery"], [Change(row.id, set: values)])
            try work.enqueue(WebhookDeliveries.newJob(row.id, project: hook["projectId"].integer, isForced: true))
            return .id(row.id)
        }
    }
}
