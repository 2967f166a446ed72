import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/projects/{projectId}/defects` and `/v1/defects/{id}`: issues.
enum DefectHandlers {
    private static let states = ["Open", "In Progress", "Resolved", "Verified", "Closed", "Reopened"]

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var sorting = Listing.common(status: "status")
        sorting["title"] = "title"
        sorting["name"] = "title"
        let listing = try Listing(call, sorting: sorting)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call)
            var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            if let text = call.query["search"], !text.isEmpty {
                filter = filter && .text("title", .contains, text, .insensitive)
            }
            if let word = call.query["status"], !word.isEmpty {
                filter = filter && .text("status", .equals, Words.named(word, in: states) ?? word, .insensitive)
            }
            let rows = try work.find(Query("Issue", where: filter, order: listing.order(), page: listing.window))
            return listing.reply(try rendered(rows, in: work), total: try work.count("Issue", where: filter))
        }
    }

    /// The core's words for the same states.
    private static func state(_ row: Row) -> String {
        guard let word = row["status"].string, !word.isEmpty else { return "Open" }
        if let known = Words.named(word, in: states) { return known }
        switch Words.folded(word) {
        case "new", "opened", "assigned", "todo", "additionalinfo": return "Open"
        case "fixed", "done": return "Resolved"
        case "rejected", "duplicate": return "Closed"
        default: return word
        }
    }

    static func rendered(_ rows: [Row], in work: Reading) throws(DomainError) -> [JSON] {
        let places = try work.places(ofIssues: rows.map(\.id))
        return rows.map { row in
            let own = places[row.id]
            let members: [(String, JSON)] = [
                ("id", .integer(row.id)), ("uuid", .string(row.uid)), ("projectId", .of(row["projectId"])),
                ("title", .of(row["title"])), ("description", .of(row["description"])),
                ("status", .string(state(row))), ("severity", .of(row["severity"])), ("priority", .of(row["priority"])),
                ("externalKey", .of(row["externalKey"])), ("externalUrl", .of(row["externalUrl"])),
                ("caseIds", .array((own?.cases ?? []).map { .integer($0) })),
                ("runIds", .array((own?.runs ?? []).map { .integer($0) })),
            ]
            return .members(members + row.times)
        }
    }

    private static func one(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered([try work.row("Issue", key)], in: work)[0]
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(try await one(try call.key("id", "Issue"), call, engine))
    }

    /// What a body says about a defect.
    private struct Body: Sendable {
        let values: [String: Value]
        let cases: [RowKey]?
        let runs: [RowKey]?

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            var values: [String: Value] = [:]
            let title = input.text("title", "name")
            if isNew || title.isGiven, let text = input.required("title", title) {
                input.checkLength("title", text, 1...1000)
            }
            values.set("title", title)
            values.set("name", title)
            values.set("description", input.text("description"))
            values.set("status", input.choice("status", DefectHandlers.states))
            values.set("severity", input.text("severity"))
            values.set("priority", input.text("priority"))
            values.set("externalKey", input.text("externalKey"))
            values.set("externalUrl", input.text("externalUrl"))
            cases = input.keys("caseIds").value
            runs = input.keys("runIds").value
            try input.finish()
            self.values = values
        }

        /// Links exactly what the body names.
        func link(_ issue: Int64, project: Int64, in work: Writing) throws(DomainError) {
            for (keys, target, field) in [(cases, IssueTarget.testCase, "caseIds"), (runs, .testRun, "runIds")] {
                guard let keys else { continue }
                let ids = try work.ids(target.entity, keys) { "\(field)[\($0)]" }
                let wanted = Set(ids)
                let tree = try work.tree(
                    Query(
                        "Issue", where: .equals("id", .int(issue)), fields: ["id"],
                        include: [Query.Include(target.relation, .rows(Query(target.entity, fields: ["id"])))]))
                let present = Set(tree.related(target.relation, of: 0).map(\.id))
                for id in present.subtracting(wanted).sorted() { try work.unlinkIssue(issue, from: target, id) }
                for id in ids where !present.contains(id) { try work.linkIssue(issue, to: target, id) }
            }
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.fields(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call).id
            var draft = Draft(body.values)
            draft["projectId"] = .int(project)
            if draft["status"]?.string == nil { draft["status"] = "Open" }
            if draft["priority"] == nil { draft["priority"] = .null }
            let id = try work.insert("Issue", [draft])[0]
            try body.link(id, project: project, in: work)
            return id
        }
        return .created(try await one(.id(id), call, engine), at: "/v1/defects/\(id)")
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Issue")
        let body = try Body(try await call.fields(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Issue", key)
            try work.update("Issue", [Change(row.id, set: body.values)])
            try body.link(row.id, project: row["projectId"].integer ?? 0, in: work)
            return row.id
        }
        return .json(try await one(.id(id), call, engine))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Issue")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            _ = try work.delete("Issue", ids: [try work.row("Issue", key).id])
        }
        return .noContent
    }
}
