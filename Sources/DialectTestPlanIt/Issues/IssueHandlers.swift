import Engine
import HTTPTypes
import Model
import Wire

/// `/api/issues` (TestPlanIt API, Issues).
enum IssueHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: 200)
        let integration = try call.queryKey("integrationId")
        let showsDeleted = try call.queryFlag("isDeleted") ?? false
        var filter = showsDeleted ? Filter.all : .equals("isDeleted", false)
        if let status = call.query["status"], !status.isEmpty {
            filter = filter && .text("status", .equals, status, .insensitive)
        }
        if let text = call.query["search"], !text.isEmpty {
            var found = Filter.none
            for field in ["name", "title", "description", "externalKey"] {
                found = found || .text(field, .contains, text, .insensitive)
            }
            filter = filter && found
        }
        let conditions = filter
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            var filter = conditions
            if let project = try work.optionalProject(call) {
                filter = filter && .equals("projectId", .int(project.id))
            }
            if let integration {
                switch integration {
                case .id(let id): filter = filter && .equals("integrationId", .int(id))
                case .uid(let uid): filter = filter && .referenceUid("integrationId", [uid])
                }
            }
            let query = Query(
                "Issue", where: filter, fields: IssuePage.fields, include: IssuePage.include,
                order: [.by("createdAt", .descending), .by("id", .descending)])
            return try ListPage.reply(query, uids: IssuePage.uids, paging, in: work) { tree, index, writer in
                IssuePage.write(tree, index, to: &writer)
            }
        }
    }

    static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let query = Query(
            "Issue", where: key.filter && .equals("isDeleted", false), fields: IssuePage.fields,
            include: IssuePage.include)
        return try ListPage.single(query, uids: IssuePage.uids, in: work) { tree, writer in
            IssuePage.write(tree, 0, to: &writer)
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Issue")
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(key, in: work) }
            .reply()
    }

    /// What a body says about an issue.
    private struct Body: Sendable {
        let project: RowKey?
        let title: String?
        let name: String?
        var values: [String: Value] = [:]
        let assignee: Given<RowKey>
        let integration: Given<RowKey>

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            project = isNew ? input.required("projectId", input.key("projectId")) : nil
            let title = input.text("title")
            self.title = isNew || title.isGiven ? input.required("title", title) : nil
            let name = input.text("name")
            if name.isGiven, name.value == nil, !isNew { input.fail("name", "is required") }
            self.name = name.value
            values.set("description", input.richText("description")) { .text(RichText.plain($0)) }
            values.set("priority", input.text("priority")) { .text($0.uppercased()) }
            values.set("severity", input.text("severity")) { .text($0.uppercased()) }
            values.set("status", input.text("status"))
            values.set("externalUrl", input.text("externalUrl"))
            let external = input.text("externalId", "externalKey")
            values.set("externalId", external)
            values.set("externalKey", external)
            assignee = input.key("assignedTo", "assignedToId")
            integration = input.key("integrationId")
            try input.finish()
        }

        func resolved(in work: Reading) throws(DomainError) -> [String: Value] {
            var values = values
            if let title { values["title"] = .text(title) }
            if let name { values["name"] = .text(name) }
            values.set("assignedToId", try assignee.reference("User", "assignedTo", in: work))
            values.set("integrationId", try integration.reference("Integration", "integrationId", in: work))
            return values
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.object(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let key = body.project else { throw .invalid("projectId", "projectId is required") }
            let project = try work.named("Project", key, by: "projectId").id
            var draft = Draft(try body.resolved(in: work))
            draft["projectId"] = .int(project)
            if draft["name"] == nil { draft["name"] = draft["title"] }
            if draft["status"]?.isNull != false { draft["status"] = "OPEN" }
            if draft["priority"]?.isNull != false { draft["priority"] = "MEDIUM" }
            return try work.insert("Issue", [draft])[0]
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(.id(id), in: work) }
            .reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Issue")
        let body = try Body(try await call.object(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Issue", key)
            try EntityTag(row).check(call)
            try work.update("Issue", [Change(row.id, set: try body.resolved(in: work))])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in try rendered(.id(id), in: work) }
            .reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Issue")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Issue", key)
            try EntityTag(row).check(call)
            try work.delete("Issue", ids: [row.id])
        }
        return .success
    }

    static func link(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await join(call, engine) { work, issue, target, id throws(DomainError) in
            try work.linkIssue(issue, to: target, id)
        }
    }

    static func unlink(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await join(call, engine) { work, issue, target, id throws(DomainError) in
            try work.unlinkIssue(issue, from: target, id)
        }
    }

    private static func join(
        _ call: Call, _ engine: Engine,
        _ body: @escaping @Sendable (Writing, Int64, IssueTarget, Int64) throws(DomainError) -> Void
    ) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Issue")
        var input = Input(try await call.object())
        let word = input.required("entityType", input.text("entityType"))
        let entity = input.required("entityId", input.key("entityId"))
        let target = word.flatMap { IssueTarget(word: $0) }
        if word != nil, target == nil {
            let words = IssueTarget.allCases.map(\.rawValue).joined(separator: ", ")
            input.fail("entityType", "must be one of \(words)")
        }
        try input.finish()
        guard let target, let entity else { throw .invalid("entityId", "entityId is required") }
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let issue = try work.row("Issue", key, fields: ["id", "projectId"])
            let row = try work.named(target.entity, entity, by: "entityId")
            do throws(DomainError) {
                try body(work, issue.id, target, row.id)
            } catch {
                guard error.code == .missingReference else { throw error }
                throw .invalid("entityId", "entityId belongs to another project")
            }
            return issue.id
        }
        let shown = try await engine.read(as: call.caller) { work throws(DomainError) in
            let query = Query(
                "Issue", where: .equals("id", .int(id)), fields: IssuePage.fields, include: IssuePage.include)
            let tree = try work.tree(query, uids: IssuePage.uids)
            var writer = JSONWriter(capacity: 1024)
            writer.beginObject()
            writer.member("success", flag: true)
            writer.key(.data)
            IssuePage.write(tree, 0, to: &writer)
            writer.endObject()
            return writer.bytes
        }
        return Reply.json(shown)
    }
}

extension IssueTarget {
    /// A name in any of the spellings `testCase`, `test_case`, `repositoryCase`.
    init?(word: String) {
        let plain = word.lowercased().filter(\.isLetter)
        if plain == "repositorycase" || plain == "case" {
            self = .testCase
            return
        }
        guard let found = IssueTarget.allCases.first(where: { $0.rawValue.lowercased() == plain }) else { return nil }
        self = found
    }
}
