import Engine
import HTTPTypes
import Model
import Wire

/// `/api/sessions` (TestPlanIt API, Sessions).
enum SessionHandlers {
    private static let statuses = ["ACTIVE", "COMPLETED"]

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: 200)
        let assignee = try call.queryKey("assignedTo")
        let milestone = try call.queryKey("milestoneId")
        var filter = Filter.equals("isDeleted", false)
        if let word = call.query["status"], !word.isEmpty {
            guard statuses.contains(word.uppercased()) else {
                throw .invalid("status", "status must be one of \(statuses.joined(separator: ", "))")
            }
            filter = filter && .equals("isCompleted", .bool(word.uppercased() == "COMPLETED"))
        }
        if let text = call.query["search"], !text.isEmpty {
            filter = filter && .text("name", .contains, text, .insensitive)
        }
        let conditions = filter
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.projectOfQuery(call)
            var filter = Filter.equals("projectId", .int(project.id)) && conditions
            if let assignee {
                filter = filter && .equals("assignedToId", .int(try work.named("User", assignee, by: "assignedTo").id))
            }
            if let milestone {
                let row = try work.named("Milestone", milestone, by: "milestoneId")
                filter = filter && .equals("milestoneId", .int(row.id))
            }
            let query = Query(
                "Session", where: filter, fields: SessionPage.fields,
                order: [.by("createdAt", .descending), .by("id", .descending)])
            let page = try SessionPage(work)
            return try ListPage.reply(query, uids: SessionPage.uids, paging, in: work) { tree, index, writer in
                page.write(tree.row(index), to: &writer)
            }
        }
    }

    private static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let query = Query(
            "Session", where: key.filter && .equals("isDeleted", false), fields: SessionPage.fields)
        let page = try SessionPage(work)
        return try ListPage.single(query, uids: SessionPage.uids, in: work) { tree, writer throws(DomainError) in
            let row = tree.row(0)
            let results = try SessionPage.results(.equals("sessionId", .int(row.id)), in: work)
            page.write(row, results: results, to: &writer)
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Session")
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(key, in: work) }
            .reply()
    }

    /// What a body says about a session.
    private struct Body: Sendable {
        let project: RowKey?
        let name: String?
        let description: Given<JSON>
        let template: Given<RowKey>
        let assignee: Given<RowKey>
        let milestone: Given<RowKey>
        let configuration: Given<RowKey>
        let estimate: Given<Int64>
        let status: String?

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            project = isNew ? input.required("projectId", input.key("projectId")) : nil
            let name = input.text("name")
            self.name = isNew || name.isGiven ? input.required("name", name) : nil
            description = input.richText("description", "mission")
            template = input.key("templateId")
            assignee = input.key("assignedTo", "assignedToId")
            milestone = input.key("milestoneId")
            configuration = input.key("configurationId", "configId")
            estimate = input.count("estimate")
            status = input.word("status", SessionHandlers.statuses).value
            try input.finish()
        }

        func values(project: Int64, in work: Reading) throws(DomainError) -> [String: Value] {
            var values: [String: Value] = [:]
            if let name { values["name"] = .text(name) }
            values.set("mission", description) { RichText.stored($0) }
            values.set("estimate", estimate)
            if template.isGiven, template.value == nil { throw .invalid("templateId", "templateId is required") }
            values.set("templateId", try template.reference("Template", "templateId", in: work))
            values.set("assignedToId", try assignee.reference("User", "assignedTo", in: work))
            values.set("configId", try configuration.reference("Configuration", "configurationId", in: work))
            values.set("milestoneId", try work.sameProject("Milestone", milestone, "milestoneId", project: project))
            return values
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.object(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let key = body.project else { throw .invalid("projectId", "projectId is required") }
            let project = try work.named("Project", key, by: "projectId").id
            let values = try body.values(project: project, in: work)
            let id = try work.createSession(project: project, values)
            if body.status == "COMPLETED" { try work.update("Session", [Change(id, set: ["isCompleted": true])]) }
            return id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(.id(id), in: work) }
            .reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Session")
        let body = try Body(try await call.object(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Session", key)
            try EntityTag(row).check(call)
            var values = try body.values(project: row["projectId"].integer ?? 0, in: work)
            if let status = body.status { values["isCompleted"] = .bool(status == "COMPLETED") }
            if values["isCompleted"]?.boolean == row.flag("isCompleted") { values["isCompleted"] = nil }
            try work.update("Session", [Change(row.id, set: values)])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(.id(id), in: work) }
            .reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Session")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Session", key)
            try EntityTag(row).check(call)
            try work.delete("Session", ids: [row.id])
        }
        return .success
    }

    static func record(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Session")
        let record = try record(try await call.object())
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let session = try work.row("Session", key)
            do throws(DomainError) {
                return try work.record(session: session, record)
            } catch {
                throw ExecuteCase.respelled(error, "status")
            }
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let results = try SessionPage.results(.equals("id", .int(id)), in: work)
            guard results.count == 1 else { throw .notFound("SessionResult") }
            let page = try SessionPage(work)
            var writer = JSONWriter(capacity: 512)
            writer.beginObject()
            writer.key(.data)
            page.write(results, 0, to: &writer)
            writer.endObject()
            return Reply.json(writer.bytes, status: .created)
        }
    }

    private static func record(_ object: JSONObject) throws(DomainError) -> SessionRecord {
        var input = Input(object)
        let findings = input.each("findings", limit: 1000) { inner -> SessionRecord.Finding? in
            let description = inner.richText("description").value.map { RichText.plain($0) }
            let severity = inner.word("severity", ["LOW", "MEDIUM", "HIGH", "CRITICAL", "BLOCKER"]).value
            let type = inner.required("type", inner.text("type"))
            let title = inner.required("title", inner.text("title"))
            if title?.isEmpty == true { inner.fail("title", "is required") }
            guard let type, let title else { return nil }
            return SessionRecord.Finding(type: type, title: title, description: description, severity: severity)
        }
        let record = SessionRecord(
            notes: input.richText("notes").value, seconds: input.count("duration").value,
            status: input.text("status").value, findings: findings.value ?? [])
        try input.finish()
        return record
    }
}
