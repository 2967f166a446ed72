import Engine
import HTTPTypes
import Model
import Wire

/// Defects and what they belong to: `/app/api/issues`.
enum Issues {
    static let routes: [Route] = [
        Endpoint.get("/projects/{project}/issues", "issues.list", list),
        Endpoint.change(.post, "/projects/{project}/issues", "issues.create", create),
        Endpoint.get("/issues/{id}", "issues.get", get),
        Endpoint.change(.put, "/issues/{id}", "issues.update", current: get, update),
        Endpoint.change(.post, "/results/{id}/issues", "results.issues.add", add),
        Endpoint.change(.delete, "/results/{id}/issues/{issue}", "results.issues.remove") {
            order, work throws(DomainError) in
            let result = try work.row("TestRunResult", .id(try order.ask.id()))
            try work.unlinkIssue(try order.ask.id("issue"), from: .testRunResult, result.id)
            return try shownIssues(ofResult: result.id, in: work)
        },
    ]

    private static let closing = [
        "closed", "CLOSED", "rejected", "REJECTED", "duplicate", "DUPLICATE", "DONE", "RESOLVED",
    ]
    private static let severities = ["LOW", "MEDIUM", "HIGH", "CRITICAL", "BLOCKER"]
    private static let fields = [
        "id", "number", "name", "title", "status", "severity", "priority", "externalKey", "externalUrl",
        "externalStatus", "createdAt", "createdById", "assignedToId", "closedAt", "projectId",
    ]

    static let list: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
        let closed = Filter.oneOf("status", closing.map { .text($0) }) || .not(.equals("closedAt", .null))
        switch ask.text("state") ?? "all" {
        case "open": filter = filter && .not(closed)
        case "closed": filter = filter && closed
        case "all": break
        default: throw .malformed("state must be open, closed or all")
        }
        for word in (ask.text("search") ?? "").split(separator: " ") {
            let text = String(word)
            filter =
                filter
                && (.text("title", .contains, text, .insensitive)
                    || .text("externalKey", .contains, text, .insensitive))
        }
        let page = try ask.page(default: 50)
        let rows = try work.find(
            Query(
                "Issue", where: filter, fields: fields, order: [.by("createdAt", .descending), .by("id", .descending)],
                page: page))
        let total = try work.count("Issue", where: filter)
        let places = try work.places(ofIssues: rows.map(\.id))
        let people = try work.names(
            "User", rows.flatMap { [$0["createdById"].integer, $0["assignedToId"].integer] })
        return try Answer(capacity: 300 * rows.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                writer.put(.offset, page.offset)
                try writer.array("issues", rows) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writeHead(row, to: &writer)
                        writer.put(.createdAt, row["createdAt"])
                        writer.put(.createdBy, row["createdById"].integer.flatMap { people[$0] })
                        writer.put(.assignee, row["assignedToId"].integer.flatMap { people[$0] })
                        writer.put(.cases, places[row.id]?.cases.count ?? 0)
                        writer.put(.runs, places[row.id]?.runs.count ?? 0)
                    }
                }
            }
        }
    }

    /// What stands wherever an issue is named.
    private static func writeHead(_ row: Row, to writer: inout JSONWriter) {
        writer.put(.id, row.id)
        writer.put(.title, row["title"])
        writer.put("status", row["externalStatus"].isNull ? row["status"] : row["externalStatus"])
        writer.put("isClosed", !row["closedAt"].isNull || closing.contains(row.text("status")))
        writer.put("severity", row["severity"])
        writer.put("key", row["externalKey"])
        writer.put(.url, row["externalUrl"])
    }

    static let get: Endpoint.Read = { ask, work throws(DomainError) in try show(try ask.id(), in: work) }

    private static func show(_ id: Int64, status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        let row = try work.row("Issue", .id(id))
        let projectId = row["projectId"].integer ?? 0
        let project = try work.row("Project", .id(projectId), fields: ["id", "key", "name"])
        let places = try work.places(ofIssues: [id])[id]
        let cases = try work.find(
            "RepositoryCase", (places?.cases ?? []).prefix(200).map { .id($0) }, fields: ["id", "name"])
        let runs = try work.find("TestRun", (places?.runs ?? []).prefix(200).map { .id($0) }, fields: ["id", "name"])
        let people = try work.names("User", [row["createdById"].integer, row["assignedToId"].integer])
        let rights = try work.grants().rights(in: projectId) ?? .readOnly
        let mayEdit = !work.caller.isReadOnly && rights.allows(.addEdit, in: .issues)
        return try Answer(capacity: 1024, status: status, version: row["epoch"].integer) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writeHead(row, to: &writer)
                writer.put(.description, row["description"])
                writer.put(.createdAt, row["createdAt"])
                writer.put(.createdBy, row["createdById"].integer.flatMap { people[$0] })
                writer.put(.assignee, row["assignedToId"].integer.flatMap { people[$0] })
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project.id)
                    writer.put(.key, Projects.key(project))
                    writer.put(.name, project["name"])
                }
                try writer.array(.cases, cases) { writer, row throws(DomainError) in
                    writer.put(id: row["id"], name: row["name"])
                }
                try writer.array(.runs, runs) { writer, row throws(DomainError) in
                    writer.put(id: row["id"], name: row["name"])
                }
                try writer.object(.can) { writer throws(DomainError) in writer.put(.edit, mayEdit) }
            }
        }
    }

    /// The issues of results, by result.
    static func ofResults(_ results: [Int64], in work: Reading) throws(DomainError) -> [Int64: [Row]] {
        guard !results.isEmpty else { return [:] }
        let live = Query("Issue", where: .equals("isDeleted", false), fields: fields, order: [.by("id")])
        let tree = try work.tree(
            Query(
                "TestRunResult", where: .oneOf("id", results.map { .int($0) }), fields: ["id"],
                include: [Query.Include("issues", .rows(live))]))
        var found: [Int64: [Row]] = [:]
        for index in 0..<tree.count { found[tree.row(index).id] = tree.related("issues", of: index) }
        return found
    }

    static func write(_ issues: [Row], to writer: inout JSONWriter) throws(DomainError) {
        try writer.array("issues", issues) { writer, row throws(DomainError) in
            try writer.object { writer throws(DomainError) in writeHead(row, to: &writer) }
        }
    }

    private static func shownIssues(ofResult id: Int64, status: Int = 200, in work: Reading) throws(DomainError)
        -> Answer
    {
        let issues = try ofResults([id], in: work)[id] ?? []
        return try Answer(status: status) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in try write(issues, to: &writer) }
        }
    }

    // MARK: Changes

    private static func severity(_ order: Order) throws(DomainError) -> String? {
        guard let word = try order.text("severity"), !word.isEmpty else { return nil }
        guard severities.contains(word) else {
            throw .invalid("severity", "must be one of \(severities.joined(separator: ", "))")
        }
        return word
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        let title = try order.title("title")
        let draft = Draft([
            "projectId": .int(project.id), "name": .text(title), "title": .text(title),
            "description": .text(try order.text("description")), "severity": .text(try severity(order)),
            "status": "OPEN",
        ])
        return try show(try work.insert("Issue", [draft])[0], status: 201, in: work)
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.row("Issue", .id(try order.ask.id()))
        try order.check(version: row["epoch"].integer ?? 0)
        var values: [String: Value] = [:]
        if order.has("title") {
            let title = try order.title("title")
            (values["title"], values["name"]) = (.text(title), .text(title))
        }
        if order.has("description") { values["description"] = .text(try order.text("description")) }
        if order.has("severity") { values["severity"] = .text(try severity(order)) }
        if let isClosed = try order.flag("isClosed") {
            values["status"] = isClosed ? "CLOSED" : "OPEN"
            values["closedAt"] = isClosed ? .int(work.time) : .null
            values["closedById"] = isClosed ? .int(work.caller.userId) : .null
        }
        try work.update("Issue", [Change(row.id, set: values)])
        return .nothing
    }

    /// Links an issue to a result, or files a new one there.
    private static let add: Endpoint.Write = { order, work throws(DomainError) in
        let result = try work.row("TestRunResult", .id(try order.ask.id()))
        if let issue = try order.integer("issueId") {
            guard try !work.find("Issue", [.id(issue)], fields: ["id"]).isEmpty else {
                throw .invalid("issueId", "there is no such issue")
            }
            try work.linkIssue(issue, to: .testRunResult, result.id)
        } else {
            _ = try work.fileDefect(
                of: result, title: try order.title("title"), description: try order.text("description"),
                severity: try severity(order))
        }
        return try shownIssues(ofResult: result.id, status: 201, in: work)
    }
}
