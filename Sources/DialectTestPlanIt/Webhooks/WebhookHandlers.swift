import Engine
import HTTPTypes
import Model
import Wire

/// `/api/webhooks` (TestPlanIt API, Webhooks).
enum WebhookHandlers {
    private static let uids = ["projectId"]

    private static func write(_ row: Row, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(.id, row.uid)
        writer.member(.name, row["name"])
        writer.member(.url, row["url"])
        writer.key("events")
        writer.value(JSON.stored(row["events"]))
        writer.member("active", flag: row.flag("isActive"))
        writer.member(.projectId, row["projectId#uid"])
        writer.member("hasSecret", flag: !row["secret"].isNull)
        writer.member("failureCount", row["failureCount"])
        writer.member("lastError", row["lastError"])
        writer.member("lastDeliveredAt", time: row["lastDeliveredAt"])
        writer.member("pausedAt", time: row["disabledAt"])
        writer.member(.createdAt, time: row["createdAt"])
        writer.member(.updatedAt, time: row["updatedAt"])
        writer.endObject()
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: nil)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            var filter = Filter.equals("isDeleted", false)
            if let project = try work.optionalProject(call) {
                filter = filter && .equals("projectId", .int(project.id))
                try requireSettings(project.id, in: work)
            } else if !call.caller.isAdministrator {
                throw .forbidden("name a project with projectId; only administrators see all webhooks")
            }
            let query = Query("Webhook", where: filter, order: [.by("createdAt"), .by("id")])
            return try ListPage.reply(query, uids: uids, paging, in: work) { tree, index, writer in
                write(tree.row(index), to: &writer)
            }
        }
    }

    private static func requireSettings(_ project: Int64, in work: Reading) throws(DomainError) {
        guard try work.grants().rights(in: project)?.allows(.addEdit, in: .settings) == true else {
            throw .forbidden("only administrators of the project see its webhooks")
        }
    }

    private static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let query = Query("Webhook", where: key.filter && .equals("isDeleted", false))
        return try ListPage.single(query, uids: uids, in: work) { tree, writer in
            if let row = tree.first { write(row, to: &writer) }
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Webhook")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try own(key, in: work)
            return try rendered(key, in: work)
        }.reply()
    }

    /// The webhook, for those who administer its project or the server.
    @discardableResult
    private static func own(_ key: RowKey, in work: Reading) throws(DomainError) -> Row {
        let row = try work.row("Webhook", key)
        if let project = row["projectId"].integer {
            try requireSettings(project, in: work)
        } else if !work.caller.isAdministrator {
            throw .forbidden("only administrators see this webhook")
        }
        return row
    }

    private static func values(_ input: inout Input, isNew: Bool) -> [String: Value] {
        var values: [String: Value] = [:]
        let url = input.text("url")
        if isNew || url.isGiven, let url = input.required("url", url) { values["url"] = .text(url) }
        let events = input.texts("events")
        if isNew || events.isGiven, let events = input.required("events", events) {
            if events.isEmpty { input.fail("events", "must name at least one event") }
            values["events"] = .text(JSON.array(events.map { .string($0) }).text)
        }
        values.set("secret", input.text("secret"))
        values.set("name", input.text("name"))
        if let isActive = input.bool("active", "isActive").value { values["isActive"] = .bool(isActive) }
        return values
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let values = values(&input, isNew: true)
        let project = input.key("projectId").value
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            var draft = Draft(values)
            if let project {
                draft["projectId"] = .int(try work.named("Project", project, by: "projectId").id)
            } else if !call.caller.isAdministrator {
                throw .forbidden("only administrators make webhooks for all projects; name one with projectId")
            }
            return try work.insert("Webhook", [draft])[0]
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered(.id(id), in: work)
        }.reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Webhook")
        var input = Input(try await call.object())
        let values = values(&input, isNew: false)
        try input.finish()
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try own(key, in: work)
            try EntityTag(row).check(call)
            try work.update("Webhook", [Change(row.id, set: values)])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered(.id(id), in: work)
        }.reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Webhook")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try own(key, in: work)
            try EntityTag(row).check(call)
            try work.delete("Webhook", ids: [row.id])
        }
        return .success
    }

    static func events(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let events = WebhookEvent.all.map { event -> JSON in
            [
                "name": .string(event.name), "category": .string(event.category), "description": .string(event.help),
                "payloadKeys": .array(event.payloadKeys.map { .string($0) }),
            ]
        }
        return .json([
            "generatedAt": .string(Timestamp.text(engine.world.now())), "count": .integer(Int64(events.count)),
            "events": .array(events),
        ])
    }

    private static func write(delivery row: Row, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(.id, row.uid)
        writer.member("event", row["event"])
        writer.member(.status, row["status"])
        writer.member(.attempts, row["attempts"])
        writer.member("responseStatus", row["responseStatus"])
        writer.member("error", row["error"])
        writer.member(.createdAt, time: row["createdAt"])
        writer.member("nextAttemptAt", time: row["nextAttemptAt"])
        writer.member("deliveredAt", time: row["deliveredAt"])
        writer.key("payload")
        writer.value(JSON.stored(row["payload"]))
        writer.endObject()
    }

    static func deliveries(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Webhook")
        let paging = try Paging(call, default: 100)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let hook = try own(key, in: work)
            let query = Query(
                "WebhookDelivery", where: .equals("webhookId", .int(hook.id)),
                order: [.by("createdAt", .descending), .by("id", .descending)])
            return try ListPage.reply(query, uids: [], paging, in: work) { tree, index, writer in
                write(delivery: tree.row(index), to: &writer)
            }
        }
    }

    private static func delivery(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> (
        Row, Reply
    ) {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try work.row("WebhookDelivery", key)
            var writer = JSONWriter(capacity: 512)
            writer.beginObject()
            writer.member("success", flag: row.text("status") != "FAILED")
            writer.member("responseStatus", row["responseStatus"])
            writer.member("error", row["error"])
            writer.key(.data)
            write(delivery: row, to: &writer)
            writer.endObject()
            return (row, .json(writer.bytes))
        }
    }

    static func test(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Webhook")
        return try await delivery(try await engine.testWebhook(key, as: call.caller), call, engine).1
    }

    static func redeliver(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Webhook")
        let delivery = try call.key("deliveryId", "WebhookDelivery")
        let again = try await engine.redeliver(key, delivery, as: call.caller)
        return try await self.delivery(again, call, engine).1
    }
}
