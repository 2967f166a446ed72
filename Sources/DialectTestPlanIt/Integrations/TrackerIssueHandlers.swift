import Engine
import HTTPTypes
import Model
import Wire

/// Making and linking issues of a tracker.
enum TrackerIssueHandlers {
    /// What a body asks for.
    private struct Body: Sendable {
        var issue: NewTrackerIssue
        var project: RowKey?
        var links: [(field: String, target: IssueTarget, key: RowKey)] = []

        static let linkFields: [(String, IssueTarget)] = [
            ("testCaseId", .testCase), ("testRunId", .testRun), ("sessionId", .session),
            ("testRunResultId", .testRunResult), ("testRunStepResultId", .testRunStepResult),
            ("sessionResultId", .sessionResult),
        ]

        init(_ object: JSONObject) throws(DomainError) {
            var input = Input(object)
            var fields = input.object("fields").value ?? JSONObject()
            let title = fields["summary"]?.string ?? fields["title"]?.string ?? input.text("title", "summary").value
            if title?.isEmpty != false { input.fail("fields.summary", "is required") }
            if let title, title.unicodeScalars.count > 1000 {
                input.fail("fields.summary", "is longer than 1000 characters")
            }
            var text: String?
            for candidate in [fields["description"], object["description"]] where text == nil {
                guard let candidate, !candidate.isNull else { continue }
                text = RichText.plain(candidate)
            }
            let priority = fields["priority"] ?? object["priority"]
            issue = NewTrackerIssue(
                project: Body.word(object["projectKey"]) ?? Body.word(object["projectId"]),
                type: Body.word(object["issueType"]) ?? Body.word(object["issueTypeId"]), title: title ?? "",
                description: text, priority: Body.word(priority))
            for name in ["summary", "title", "description", "priority"] { fields[name] = nil }
            issue.fields = fields
            project = input.key("testplanitProjectId").value
            for (field, target) in Body.linkFields {
                if let key = input.key(field).value { links.append((field, target, key)) }
            }
            try input.finish()
        }

        /// A text, a number, or the name or id of an object.
        private static func word(_ json: JSON?) -> String? {
            guard let json else { return nil }
            if let text = json.string { return text.isEmpty ? nil : text }
            if let number = json.integer { return String(number) }
            return json["key"]?.string ?? json["id"]?.string ?? json["name"]?.string
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.object())
        return try await TrackerLookups.answering(call, engine) { connection throws(DomainError) in
            let (project, rows) = try await place(body, connection, call, engine)
            let made = try await connection.tracker.create(body.issue)
            var kept: Row?
            if let project {
                var copy = made
                if copy.type == nil, let type = body.issue.type { copy.type = TrackerIssueType(id: type, name: type) }
                let issue = copy
                kept = try await keeping(issue, call, engine) { work throws(DomainError) in
                    let id = try work.keep(issue, integration: connection.row.id, project: project).id
                    for row in rows { try work.linkIssue(id, to: row.target, row.id) }
                    return try work.row("Issue", .id(id), fields: ["id", "uid"])
                }
                try await tell(connection, made.key, rows, call, engine)
            }
            return .json(
                [
                    "key": .string(made.key), "id": .string(made.id), "self": .string(made.address),
                    "url": .string(made.url), "title": .string(made.title),
                    "internalId": kept.map { .string($0.uid) } ?? .null,
                    "internalNumericId": kept.map { .integer($0.id) } ?? .null,
                ], status: .created)
        }
    }

    /// The project of ours that gets a copy, and what is linked; the caller's rights are asked before the tracker is.
    private static func place(
        _ body: Body, _ connection: TrackerConnection, _ call: Call, _ engine: Engine
    ) async throws(DomainError) -> (project: Int64?, rows: [LinkedRow]) {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            var rows: [LinkedRow] = []
            for link in body.links { rows.append(try work.linkedRow(link.target, link.key, by: link.field)) }
            var project: Int64?
            if let key = body.project {
                project = try work.named("Project", key, by: "testplanitProjectId").id
            } else if let row = rows.first {
                project = row.project
            } else {
                project = try work.project(ofTracker: body.issue.project, integration: connection.row.id)
            }
            for (row, link) in zip(rows, body.links) where row.project != project {
                throw .invalid(link.field, "\(link.field) belongs to another project")
            }
            if let project {
                try work.requireIssues(in: project)
            } else if !call.caller.isAdministrator {
                throw .invalid("testplanitProjectId", "testplanitProjectId is required")
            }
            return (project, rows)
        }
    }

    /// Stores our copy. What the tracker has made already is named when that fails, so that nothing gets lost.
    private static func keeping<T: Sendable>(
        _ issue: TrackerIssue, _ call: Call, _ engine: Engine,
        _ body: @escaping @Sendable (Writing) throws(DomainError) -> T
    ) async throws(DomainError) -> T {
        do throws(DomainError) {
            return try await engine.write(as: call.caller, body)
        } catch {
            throw DomainError(
                error.code, "the issue \(issue.key) was made in the tracker, but not stored here: \(error.message)",
                issues: error.issues)
        }
    }

    static func link(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var object = try await call.object()
        // The Jira app names the row by a member of its own.
        for (field, target) in Body.linkFields where object["entityType"] == nil {
            guard let key = object[field] else { continue }
            object["entityType"] = .string(target.rawValue)
            object["entityId"] = key
        }
        var input = Input(object)
        let key = input.required("issueKey", input.text("issueKey", "jiraIssueKey", "issueId"))
        let word = input.required("entityType", input.text("entityType"))
        let entity = input.required("entityId", input.key("entityId"))
        let target = word.flatMap { IssueTarget(word: $0) }
        if word != nil, target == nil {
            input.fail("entityType", "must be one of \(IssueTarget.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        if let key, key.isEmpty || key.utf8.count > 300 { input.fail("issueKey", "must have 1 to 300 characters") }
        try input.finish()
        guard let key, let target, let entity else { throw .invalid("issueKey", "issueKey is required") }
        return try await TrackerLookups.answering(call, engine) { connection throws(DomainError) in
            let row = try await engine.write(as: call.caller) { work throws(DomainError) in
                let row = try work.linkedRow(target, entity, by: "entityId")
                try work.requireIssues(in: row.project)
                return row
            }
            let found = try await connection.tracker.issue(key)
            let id = try await engine.write(as: call.caller) { work throws(DomainError) in
                let id = try work.keep(found, integration: connection.row.id, project: row.project).id
                try work.linkIssue(id, to: row.target, row.id)
                return id
            }
            try await tell(connection, found.key, [row], call, engine)
            return try await engine.read(as: call.caller) { work throws(DomainError) in
                let query = Query(
                    "Issue", where: .equals("id", .int(id)), fields: IssuePage.fields, include: IssuePage.include)
                let tree = try work.tree(query, uids: IssuePage.uids)
                var writer = JSONWriter(capacity: 1024)
                writer.beginObject()
                writer.member("success", flag: true)
                writer.key("issue")
                IssuePage.write(tree, 0, to: &writer)
                writer.endObject()
                return .json(writer.bytes)
            }
        }
    }

    /// Shows the links at the tracker too.
    private static func tell(
        _ connection: TrackerConnection, _ key: String, _ rows: [LinkedRow], _ call: Call, _ engine: Engine
    ) async throws(DomainError) {
        for row in rows {
            let (path, title) = try await engine.read(as: call.caller) { work throws(DomainError) in
                try address(row, work)
            }
            await engine.showLink(connection, key, to: call.origin + path, title: title)
        }
    }

    private static func address(_ row: LinkedRow, _ work: Reading) throws(DomainError) -> (String, String) {
        let project = try work.row("Project", .id(row.project), fields: ["id", "key"])
        let base = "/p/\(PercentEncoding.encoded(project["key"].string ?? String(project.id)))"
        let name = try work.find(row.target.entity, [.id(row.id)]).first?["name"].string ?? "Assay"
        switch row.target {
        case .testCase: return ("\(base)/cases?case=\(row.id)", name)
        case .testRun: return ("\(base)/runs/\(row.id)", name)
        case .session: return ("\(base)/sessions/\(row.id)", name)
        case .testRunResult, .testRunStepResult, .sessionResult: return (base, name)
        }
    }
}
