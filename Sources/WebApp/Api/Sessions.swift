import Engine
import HTTPTypes
import Model
import Wire

/// Exploratory sessions: `/app/api/sessions`.
enum Sessions {
    static let routes: [Route] = [
        Endpoint.get("/projects/{project}/sessions", "sessions.list", list),
        Endpoint.change(.post, "/projects/{project}/sessions", "sessions.create", create),
        Endpoint.get("/sessions/{id}", "sessions.get", get),
        Endpoint.change(.put, "/sessions/{id}", "sessions.update", current: get, update),
        Endpoint.change(.delete, "/sessions/{id}", "sessions.delete") { order, work throws(DomainError) in
            _ = try session(order.ask, in: work)
            try work.delete("Session", ids: [try order.ask.id()])
            return .nothing
        },
        Endpoint.change(.post, "/sessions/{id}/restore", "sessions.restore") { order, work throws(DomainError) in
            let id = try order.ask.id()
            try work.update("Session", [Change(id, set: ["isDeleted": false])])
            return try show(id, in: work)
        },
        Endpoint.change(.post, "/sessions/{id}/notes", "sessions.note", note),
        Endpoint.change(.put, "/session-notes/{id}", "sessions.note.update", updateNote),
        Endpoint.change(.delete, "/session-notes/{id}", "sessions.note.delete") { order, work throws(DomainError) in
            let row = try work.row("SessionResult", .id(try order.ask.id()))
            try work.delete("SessionResult", ids: [row.id])
            return try show(row["sessionId"].integer ?? 0, in: work)
        },
        Endpoint.change(.post, "/session-notes/{id}/restore", "sessions.note.restore") {
            order, work throws(DomainError) in
            let id = try order.ask.id()
            try work.update("SessionResult", [Change(id, set: ["isDeleted": false])])
            let row = try work.row("SessionResult", .id(id), fields: ["id", "sessionId"])
            return try show(row["sessionId"].integer ?? 0, in: work)
        },
    ]

    private static func session(_ ask: Ask, in work: Reading) throws(DomainError) -> Row {
        try work.row("Session", .id(try ask.id()))
    }

    // MARK: Lists

    static let list: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
        switch ask.text("state") ?? "all" {
        case "open": filter = filter && .equals("isCompleted", false)
        case "completed": filter = filter && .equals("isCompleted", true)
        case "all": break
        default: throw .malformed("state must be open, completed or all")
        }
        for word in (ask.text("search") ?? "").split(separator: " ") {
            filter = filter && .text("name", .contains, String(word), .insensitive)
        }
        let page = try ask.page(default: 50)
        let rows = try work.find(
            Query("Session", where: filter, order: [.by("createdAt", .descending), .by("id", .descending)], page: page))
        let total = try work.count("Session", where: filter)
        let heads = try Heads(rows, in: work)
        return try Answer(capacity: 400 * rows.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                writer.put(.offset, page.offset)
                try writer.array("sessions", rows) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in heads.write(row, to: &writer) }
                }
            }
        }
    }

    /// What stands in lists and heads of pages.
    private struct Heads {
        private let people: [Int64: Row]
        private let milestones: [Int64: String]
        private let configurations: [Int64: String]
        private var notes: [Int64: Int] = [:]
        private var findings: [Int64: [String: Int]] = [:]

        init(_ rows: [Row], in work: Reading) throws(DomainError) {
            let ids = Set(rows.flatMap { [$0["assignedToId"].integer, $0["createdById"].integer] }.compactMap { $0 })
            var people: [Int64: Row] = [:]
            for row in try work.find(
                "User", ids.sorted().map { .id($0) }, fields: ["id", "uid", "name"], deleted: .shown)
            {
                people[row.id] = row
            }
            self.people = people
            milestones = try work.names("Milestone", rows.map { $0["milestoneId"].integer })
            configurations = try work.names("Configuration", rows.map { $0["configId"].integer })
            let live = Filter.equals("isDeleted", false)
            let found = try work.find(
                Query(
                    "SessionResult", where: .oneOf("sessionId", rows.map { .int($0.id) }) && live,
                    fields: ["id", "sessionId"]))
            var owners: [Int64: Int64] = [:]
            for row in found {
                owners[row.id] = row["sessionId"].integer
                notes[row["sessionId"].integer ?? 0, default: 0] += 1
            }
            for row in try work.find(
                Query(
                    "SessionFinding", where: .oneOf("sessionResultId", found.map { .int($0.id) }) && live,
                    fields: ["id", "sessionResultId", "type"]))
            {
                guard let owner = owners[row["sessionResultId"].integer ?? 0] else { continue }
                findings[owner, default: [:]][row.text("type"), default: 0] += 1
            }
        }

        func write(_ row: Row, to writer: inout JSONWriter) {
            writer.put(.id, row.id)
            writer.put(.name, row["name"])
            writer.put("mission", rich: row["mission"])
            writer.put(.isCompleted, flag: row["isCompleted"])
            writer.put(.completedAt, row["completedAt"])
            writer.put(.createdAt, row["createdAt"])
            writer.put(.startedAt, row["startedAt"])
            writer.put(.estimate, row["estimate"])
            writer.put(.elapsed, row["elapsed"].integer ?? 0)
            let assignee = row["assignedToId"].integer.flatMap { people[$0] }
            writer.put(.assignee, id: assignee?["uid"] ?? .null, name: assignee?["name"] ?? .null)
            writer.put(.createdBy, row["createdById"].integer.flatMap { people[$0]?.text("name") })
            writer.put(
                .milestone, id: row["milestoneId"], name: .text(row["milestoneId"].integer.flatMap { milestones[$0] }))
            writer.put(
                .configuration, id: row["configId"],
                name: .text(row["configId"].integer.flatMap { configurations[$0] }))
            writer.put("notes", notes[row.id] ?? 0)
            writer.key("findings")
            writer.beginArray()
            for (type, count) in (findings[row.id] ?? [:]).sorted(by: { $0.key < $1.key }) {
                writer.beginArray()
                writer.value(type)
                writer.value(Int64(count))
                writer.endArray()
            }
            writer.endArray()
        }
    }

    // MARK: One session

    static let get: Endpoint.Read = { ask, work throws(DomainError) in try show(try ask.id(), in: work) }

    private static func show(_ id: Int64, status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        let row = try work.row("Session", .id(id))
        let projectId = row["projectId"].integer ?? 0
        let project = try work.row("Project", .id(projectId), fields: ["id", "key", "name"])
        let heads = try Heads([row], in: work)
        let log = try Log(id, in: work)
        let rights = try work.grants().rights(in: projectId) ?? .readOnly
        let changes = !work.caller.isReadOnly
        let isOpen = !row.flag("isCompleted")
        return try Answer(capacity: 4096, status: status, version: row["epoch"].integer) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                heads.write(row, to: &writer)
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project.id)
                    writer.put(.key, Projects.key(project))
                    writer.put(.name, project["name"])
                }
                try writer.array("log", log.notes) { writer, note throws(DomainError) in
                    try log.write(note, caller: work.caller.userId, to: &writer)
                }
                try writer.object(.can) { writer throws(DomainError) in
                    writer.put("record", changes && isOpen && rights.allows(.addEdit, in: .sessionResults))
                    writer.put(.edit, changes && rights.allows(.addEdit, in: .sessions))
                    writer.put(
                        .close,
                        changes && (rights.allows(.close, in: .sessions) || rights.allows(.addEdit, in: .sessions)))
                    writer.put(.delete, changes && rights.allows(.delete, in: .sessions))
                }
            }
        }
    }

    /// The notes of a session with what was found and the files.
    private struct Log {
        let notes: [Row]
        private let findings: [Row]
        private let files: [Row]
        private let issues: [Int64: String]
        private let people: [Int64: String]

        init(_ session: Int64, in work: Reading) throws(DomainError) {
            let live = Filter.equals("isDeleted", false)
            notes = try work.find(
                Query(
                    "SessionResult", where: .equals("sessionId", .int(session)) && live,
                    order: [.by("createdAt", .descending), .by("id", .descending)], page: .init(limit: 1000)))
            let ids = notes.map { Value.int($0.id) }
            findings = try work.find(
                Query("SessionFinding", where: .oneOf("sessionResultId", ids) && live, order: [.by("id")]))
            files = try work.find(
                Query("Attachment", where: .oneOf("sessionResultsId", ids) && live, order: [.by("id")]))
            issues = try work.names("Issue", findings.map { $0["issueId"].integer })
            people = try work.names("User", notes.map { $0["createdById"].integer })
        }

        func write(_ note: Row, caller: Int64?, to writer: inout JSONWriter) throws(DomainError) {
            try writer.object { writer throws(DomainError) in
                writer.put(.id, note.id)
                writer.put(.at, note["createdAt"])
                writer.put(.by, note["createdById"].integer.flatMap { people[$0] })
                writer.put(.elapsed, note["elapsed"])
                writer.put(.statusId, note["statusId"])
                writer.put("text", rich: note["resultData"])
                let own = findings.filter { $0["sessionResultId"].integer == note.id }
                try writer.array("findings", own) { writer, finding throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, finding.id)
                        writer.put(.type, finding["type"])
                        writer.put(.title, finding["title"])
                        writer.put(.description, finding["description"])
                        writer.put("severity", finding["severity"])
                        writer.put(
                            "issue", id: finding["issueId"],
                            name: .text(finding["issueId"].integer.flatMap { issues[$0] }))
                    }
                }
                try Attachments.write(files.filter { $0["sessionResultsId"].integer == note.id }, to: &writer)
                writer.put(.canEdit, note["createdById"].integer == caller)
            }
        }
    }

    // MARK: Changes

    private static func values(
        _ order: Order, project: Int64, in work: Reading
    ) throws(DomainError) -> [String: Value] {
        var values: [String: Value] = [:]
        if order.has("name") { values["name"] = .text(try order.title("name")) }
        if order.has("mission") {
            let text = try order.text("mission") ?? ""
            values["mission"] = text.isEmpty ? .null : RichText.stored(.string(text))
        }
        if order.has("estimate") {
            let estimate = try order.integer("estimate")
            guard estimate ?? 0 >= 0 else { throw .invalid("estimate", "must not be negative") }
            values["estimate"] = .int(estimate)
        }
        for (name, field, entity) in [
            ("milestoneId", "milestoneId", "Milestone"), ("configurationId", "configId", "Configuration"),
        ]
        where order.has(name) {
            let id = try order.integer(name)
            if let id {
                let found = try work.find(entity, [.id(id)], fields: nil).first
                guard let found, entity != "Milestone" || found["projectId"].integer == project else {
                    throw .invalid(name, "there is no such choice")
                }
            }
            values[field] = .int(id)
        }
        if order.has("assigneeId") {
            let word = try order.text("assigneeId") ?? ""
            let user = try RowKey(word).flatMap { key throws(DomainError) in
                try work.find("User", [key], fields: ["id"]).first
            }
            guard word.isEmpty || user != nil else { throw .invalid("assigneeId", "there is no such person") }
            values["assignedToId"] = .int(user?.id)
        }
        if let isCompleted = try order.flag("isCompleted") { values["isCompleted"] = .bool(isCompleted) }
        return values
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        _ = try order.title("name")
        var values = try values(order, project: project.id, in: work)
        values["startedAt"] = .int(work.time)
        return try show(try work.createSession(project: project.id, values), status: 201, in: work)
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try session(order.ask, in: work)
        try order.check(version: row["epoch"].integer ?? 0)
        let values = try values(order, project: row["projectId"].integer ?? 0, in: work)
        try work.update("Session", [Change(row.id, set: values)])
        return .nothing
    }

    private static let note: Endpoint.Write = { order, work throws(DomainError) in
        let row = try session(order.ask, in: work)
        var record = SessionRecord(seconds: try order.integer("elapsed"))
        if let text = try order.text("text"), !text.isEmpty { record.notes = .string(text) }
        if let status = try order.integer("statusId") {
            guard let entry = try work.statuses().entry(status) else {
                throw .invalid("statusId", "there is no such status")
            }
            record.status = entry.systemName
        }
        for finding in try order.array("findings") ?? [] {
            let title = finding["title"]?.string ?? ""
            guard !title.allSatisfy(\.isWhitespace) else { throw .invalid("findings", "a finding needs a title") }
            record.findings.append(
                SessionRecord.Finding(
                    type: finding["type"]?.string ?? "NOTE", title: title,
                    description: finding["description"]?.string, severity: finding["severity"]?.string))
        }
        guard record.notes != nil || !record.findings.isEmpty else { throw .invalid("text", "is needed") }
        _ = try work.record(session: row, record)
        return try show(row.id, status: 201, in: work)
    }

    private static let updateNote: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.row("SessionResult", .id(try order.ask.id()))
        var values: [String: Value] = [:]
        if order.has("text") {
            let text = try order.text("text") ?? ""
            values["resultData"] = text.isEmpty ? .null : RichText.stored(.string(text))
        }
        if let status = try order.integer("statusId") {
            guard try work.statuses().entry(status) != nil else {
                throw .invalid("statusId", "there is no such status")
            }
            values["statusId"] = .int(status)
        }
        try work.update("SessionResult", [Change(row.id, set: values)])
        return try show(row["sessionId"].integer ?? 0, in: work)
    }
}
