import Engine
import HTTPTypes
import Model
import Wire

/// `/api/admin/elasticsearch` (TestPlanIt API, Elasticsearch administration); the index is a part of the database.
enum SearchAdministration {
    private static let prefix = "testplanit-"
    private static let replicas = "search_replicas"

    /// The published name of a part, such as `repository-cases`.
    private static let names: [(entity: String, name: String)] = [
        ("RepositoryCase", "repository-cases"), ("SharedStepGroup", "shared-steps"), ("TestRun", "test-runs"),
        ("Session", "sessions"), ("Project", "projects"), ("Issue", "issues"), ("Milestone", "milestones"),
    ]

    private static func name(_ entity: String) -> String { names.first { $0.entity == entity }?.name ?? entity }

    private static func writeParts(_ parts: [SearchPart], to writer: inout JSONWriter) {
        writer.array("indices")
        for part in parts {
            writer.beginObject()
            writer.member(.name, prefix + name(part.entity))
            writer.key("documentCount")
            writer.value(part.documents)
            writer.key("sizeInBytes")
            writer.value(part.bytes)
            writer.member("health", "green")
            writer.endObject()
        }
        writer.endArray()
    }

    private static func replicas(_ work: Reading) throws(DomainError) -> Int64 {
        let row = try work.first(Query("AppConfig", where: .equals("key", .text(replicas))))
        return row.flatMap { JSON.stored($0["value"]).integer } ?? 0
    }

    static func settings(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let parts = try work.searchParts()
            let count = try replicas(work)
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                writer.member("enabled", flag: true)
                writer.member("node", "embedded")
                writeParts(parts, to: &writer)
                writer.key("numberOfReplicas")
                writer.value(count)
                writer.endObject()
            }
        }
    }

    static func setSettings(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let object = try await call.object()
        let count = try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            var input = Input(object)
            let count = input.required("numberOfReplicas", input.count("numberOfReplicas"))
            if let count, count > 10 { input.fail("numberOfReplicas", "must be at most 10") }
            try input.finish()
            let value = Value.text("\(count ?? 0)")
            if let row = try work.first(Query("AppConfig", where: .equals("key", .text(replicas)))) {
                try work.update("AppConfig", [Change(row.id, set: ["value": value])])
            } else {
                try work.insert("AppConfig", [Draft(["key": .text(replicas), "value": value])])
            }
            return count ?? 0
        }
        return .json(["success": true, "numberOfReplicas": .integer(count)])
    }

    static func overview(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let parts = try work.searchParts()
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                writer.member("available", flag: true)
                writer.member("health", "green")
                writer.member("numberOfNodes", 1)
                writeParts(parts, to: &writer)
                writer.endObject()
            }
        }
    }

    static func reindex(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let object = try await call.object()
        let key = try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            var input = Input(object)
            let entities = entities(&input)
            let isFresh = input.bool("fresh").value ?? false
            let project = input.key("projectId").value
            try input.finish()
            let id = try project.map { key throws(DomainError) in try work.named("Project", key, by: "projectId").id }
            return try work.reindex(entities, isFresh: isFresh, project: id)
        }
        return .json([
            "jobId": .string(key.uid), "status": "QUEUED", "message": "Reindex job queued successfully",
            "success": true,
        ])
    }

    private static func entities(_ input: inout Input) -> [String] {
        let field = input.object["indices"] == nil ? "entityType" : "indices"
        let given = input.object[field] ?? "all"
        if given.string?.lowercased() == "all" { return names.map(\.entity) }
        let words = given.array ?? [given]
        var result: [String] = []
        for word in words {
            guard let text = word.string, let entity = entity(text) else {
                input.fail(field, "must be \"all\" or some of \(names.map(\.name).joined(separator: ", "))")
                return []
            }
            if !result.contains(entity) { result.append(entity) }
        }
        if result.isEmpty { input.fail(field, "must name an index") }
        return result
    }

    private static func entity(_ word: String) -> String? {
        var word = word
        if word.hasPrefix(prefix) { word = String(word.dropFirst(prefix.count)) }
        return SearchKind(word: word)?.entity
    }

    static func status(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("jobId", "Job")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.requireAdministrator()
            let job = try work.job(Reindexing.kind.queue, key)
            let isDone = job.text("state") == "COMPLETED"
            let state = Reindexing.State(JSON.stored(isDone ? job["result"] : job["progressText"]))
            return try Reply.json { writer throws(DomainError) in
                writer.beginObject()
                writer.member(.id, job.uid)
                writer.member("jobId", job.uid)
                writer.member(.status, word(job.text("state")))
                writer.member("progress", job["progress"])
                writer.array("processedIndices")
                for entity in state.processed { writer.value(name(entity)) }
                writer.endArray()
                writer.member("currentIndex", state.current.map { name($0) })
                writer.key("documentsIndexed")
                writer.value(state.documents)
                writer.array("errors")
                if let error = job["error"].string { writer.value(error) }
                writer.endArray()
                writer.member(.state, job.text("state").lowercased())
                writer.array("logs")
                for entity in state.processed { writer.value("\(name(entity)) done") }
                writer.endArray()
                writer.member("result", document: job["result"])
                writer.member("failedReason", job["error"])
                writer.member("timestamp", job["createdAt"])
                writer.member("processedOn", job["startedAt"])
                writer.member("finishedOn", job["finishedAt"])
                writer.endObject()
            }
        }
    }

    private static func word(_ state: String) -> String {
        switch state {
        case "ACTIVE": "RUNNING"
        case "COMPLETED", "FAILED": state
        default: "QUEUED"
        }
    }
}
