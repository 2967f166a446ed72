import Engine
import HTTPTypes
import Model
import Wire

/// `/api/admin/queues` (TestPlanIt API, Admin queue management).
enum QueueHandlers {
    private static let states = ["ACTIVE", "WAITING", "COMPLETED", "FAILED", "DELAYED"]

    private static func write(_ queue: QueueFigures, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(.name, queue.name)
        for name in ["jobCounts", "counts"] {
            writer.object(JSONKey(name))
            for state in states {
                writer.key(state.lowercased())
                writer.value(queue.count(state))
            }
            writer.key("paused")
            writer.value(queue.isPaused ? queue.count("WAITING") : 0)
            writer.endObject()
        }
        writer.member("isPaused", flag: queue.isPaused)
        writer.key("concurrency")
        writer.value(queue.concurrency)
        writer.key("error")
        writer.null()
        writer.endObject()
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let queues = try work.queues()
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                writer.array("queues")
                for queue in queues { write(queue, to: &writer) }
                writer.endArray()
                writer.endObject()
            }
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let name = call.parameter("queue")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let queue = try work.queue(name)
            return try Reply.json { writer throws(DomainError) in write(queue, to: &writer) }
        }
    }

    static func act(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let name = call.parameter("queue")
        let object = try await call.object()
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            // Whether the caller may comes before what the body says.
            _ = try work.queue(name)
            let action = try action(object)
            let cleaned = try work.perform(action, on: name)
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                writer.member("success", flag: true)
                switch action {
                case .pause: writer.member("message", "Queue \(name) paused")
                case .resume: writer.member("message", "Queue \(name) resumed")
                case .clean, .drain, .obliterate:
                    writer.member("message", "\(cleaned) jobs removed from \(name)")
                    writer.member("cleaned", cleaned)
                }
                writer.endObject()
            }
        }
    }

    private static func action(_ object: JSONObject) throws(DomainError) -> QueueAction {
        var input = Input(object)
        let words = ["PAUSE", "RESUME", "CLEAN", "DRAIN", "OBLITERATE"]
        let word = input.required("action", input.word("action", words))
        let grace = input.count("grace").value ?? 0
        let limit = input.count("limit", minimum: 1).value ?? 1000
        try input.finish()
        switch word {
        case "PAUSE": return .pause
        case "RESUME": return .resume
        case "CLEAN": return .clean(grace: grace, limit: limit)
        case "DRAIN": return .drain
        default: return .obliterate
        }
    }

    private static func page(_ call: Call) throws(DomainError) -> Query.Page {
        if call.query["start"] == nil, call.query["end"] == nil {
            return try Paging(call, default: 50).page
        }
        func number(_ name: String, _ fallback: Int) throws(DomainError) -> Int {
            guard let text = call.query[name], !text.isEmpty else { return fallback }
            guard let number = Int(text), number >= 0, number < 1 << 40 else {
                throw .invalid(name, "\(name) must be a whole number from 0")
            }
            return number
        }
        let start = try number("start", 0)
        let end = try number("end", start + 49)
        return Query.Page(limit: min(max(end - start + 1, 0), Paging.maximum), offset: start)
    }

    static func jobs(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let name = call.parameter("queue")
        let page = try page(call)
        let word = (call.query["status"] ?? call.query["state"] ?? "all").uppercased()
        guard word == "ALL" || word.isEmpty || states.contains(word) else {
            throw .invalid("status", "status must be one of active, waiting, completed, failed, delayed, all")
        }
        let wanted = states.contains(word) ? [word] : states
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let found = try work.jobs(name, states: wanted, page: page)
            var writer = JSONWriter(capacity: 256 + found.jobs.count * 512)
            writer.beginObject()
            writer.array("jobs")
            for job in found.jobs { write(job, to: &writer) }
            writer.endArray()
            writer.member(.total, found.total)
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }

    static func write(_ job: Row, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member(.id, job.uid)
        writer.member(.numericId, job["id"])
        writer.member(.name, job["name"])
        writer.member("queueName", job["queue"])
        writer.key(.data)
        writer.value(withoutSecrets(JSON.stored(job["payload"])))
        writer.object("opts")
        writer.member(.priority, job["priority"])
        writer.key("delay")
        writer.value(max((job["runAt"].integer ?? 0) - (job["createdAt"].integer ?? 0), 0))
        writer.endObject()
        writer.member("progress", job["progress"])
        writer.member("progressText", job["progressText"])
        writer.member("returnvalue", document: job["result"])
        writer.array("stacktrace")
        writer.endArray()
        writer.member("timestamp", job["createdAt"])
        writer.member("processedOn", job["startedAt"])
        writer.member("finishedOn", job["finishedAt"])
        writer.member("attemptsMade", job["attempts"])
        writer.member("failedReason", job["error"])
        let state = job.text("state").lowercased()
        writer.member(.state, state)
        writer.member(.status, state)
        writer.endObject()
    }

    private static let secretWords = ["password", "secret", "token", "apikey", "credential", "authorization"]

    /// Payloads hold no secrets; should one ever, it is not shown.
    private static func withoutSecrets(_ json: JSON) -> JSON {
        switch json {
        case .object(let object):
            var result = JSONObject()
            for member in object.members {
                let plain = member.name.lowercased().filter(\.isLetter)
                let isSecret = secretWords.contains { plain.contains($0) }
                result.members.append(
                    JSONObject.Member(name: member.name, value: isSecret ? "***" : withoutSecrets(member.value)))
            }
            return .object(result)
        case .array(let elements): return .array(elements.map { withoutSecrets($0) })
        case .null, .bool, .integer, .number, .string: return json
        }
    }

    static func job(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let name = call.parameter("queue")
        let key = try call.key("jobId", "Job")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let job = try work.job(name, key)
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                writer.key("job")
                write(job, to: &writer)
                writer.endObject()
            }
        }
    }

    private static func done(_ message: String) -> Reply {
        .json(["success": true, "message": .string(message)])
    }

    static func retry(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let name = call.parameter("queue")
        let key = try call.key("jobId", "Job")
        try await engine.write(as: call.caller) { work throws(DomainError) in try work.retryJob(name, key) }
        return done("Job retried")
    }

    static func steer(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let name = call.parameter("queue")
        let key = try call.key("jobId", "Job")
        let object = try await call.object()
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.job(name, key)
            var input = Input(object)
            let word = input.required("action", input.word("action", ["RETRY", "PROMOTE", "REMOVE"]))
            try input.finish()
            switch word {
            case "RETRY":
                try work.retryJob(name, key)
                return done("Job retried")
            case "PROMOTE":
                try work.promoteJob(name, key)
                return done("Job promoted")
            default:
                try work.removeJob(name, key, isForced: false)
                return done("Job removed")
            }
        }
    }

    static func remove(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let name = call.parameter("queue")
        let text = call.parameter("jobId").isEmpty ? try call.needed("jobId") : call.parameter("jobId")
        let isForced = try call.queryFlag("force") ?? false
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.queue(name)
            guard let key = RowKey(text) else { throw .notFound("Job") }
            try work.removeJob(name, key, isForced: isForced)
        }
        return done("Job removed")
    }
}
