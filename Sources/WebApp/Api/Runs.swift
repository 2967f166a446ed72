import Engine
import HTTPTypes
import Model
import Wire

/// Runs as every list shows them, with their figures: a few statements for all.
struct RunRows {
    private static let fields = [
        "id", "epoch", "name", "testRunType", "isCompleted", "completedAt", "createdAt", "startedAt", "createdById",
        "milestoneId", "configId", "stateId", "note", "projectId",
    ]

    private let rows: [Row]
    private let figures: [Int64: RunFigures]
    private let people: [Int64: String]
    private let milestones: [Int64: String]
    private let configurations: [Int64: String]
    private let states: StateBook

    init(_ query: Query, in work: Reading) throws(DomainError) {
        var query = query
        query.fields = RunRows.fields
        rows = try work.find(query)
        figures = try work.figures(ofRuns: rows.map(\.id))
        people = try work.names("User", rows.map { $0["createdById"].integer })
        milestones = try work.names("Milestone", rows.map { $0["milestoneId"].integer })
        configurations = try work.names("Configuration", rows.map { $0["configId"].integer })
        states = try work.states()
    }

    var count: Int { rows.count }
    func row(_ index: Int) -> Row { rows[index] }
    func figures(_ index: Int) -> RunFigures { figures[rows[index].id] ?? RunFigures() }

    /// The members of a Run, without braces.
    func write(_ index: Int, to writer: inout JSONWriter) {
        let row = rows[index]
        let own = figures(index)
        writer.put(.id, row.id)
        writer.put(.name, row["name"])
        writer.put(.type, row["testRunType"])
        writer.put(.isAutomated, row.text("testRunType") != "REGULAR")
        writer.put(.isCompleted, flag: row["isCompleted"])
        writer.put(.completedAt, row["completedAt"])
        writer.put(.createdAt, row["createdAt"])
        writer.put(.startedAt, row["startedAt"])
        writer.put(.createdBy, row["createdById"].integer.flatMap { people[$0] })
        writer.put(
            .milestone, id: row["milestoneId"], name: .text(row["milestoneId"].integer.flatMap { milestones[$0] }))
        writer.put(
            .configuration, id: row["configId"], name: .text(row["configId"].integer.flatMap { configurations[$0] }))
        writer.put(.state, states.entry(row["stateId"].integer)?.name)
        writer.put(.counts, counts: own.counts)
        writer.put(.total, own.total)
        writer.put(.elapsed, own.elapsed)
        writer.put(.remaining, own.remaining)
        writer.put(.lastAt, own.lastAt)
    }
}

/// `/app/api/runs`
enum Runs {
    static let routes: [Route] = [
        Endpoint.get("/projects/{project}/runs", "runs.list", list),
        Endpoint.change(.post, "/projects/{project}/runs", "runs.create", create),
        Endpoint.get("/runs/{id}", "runs.get", get),
        Endpoint.change(.put, "/runs/{id}", "runs.update", current: get, update),
        Endpoint.change(.delete, "/runs/{id}", "runs.delete") { order, work throws(DomainError) in
            _ = try Runs.run(order.ask, in: work)
            try work.delete("TestRun", ids: [try order.ask.id()])
            return .nothing
        },
        Endpoint.change(.post, "/runs/{id}/restore", "runs.restore") { order, work throws(DomainError) in
            let id = try order.ask.id()
            try work.update("TestRun", [Change(id, set: ["isDeleted": false])])
            return try show(id, in: work)
        },
    ]

    /// The live run of the path.
    static func run(_ ask: Ask, in work: Reading) throws(DomainError) -> Row {
        try work.row("TestRun", .id(try ask.id()))
    }

    static let list: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
        switch ask.text("state") ?? "all" {
        case "open": filter = filter && .equals("isCompleted", false)
        case "completed": filter = filter && .equals("isCompleted", true)
        case "all": break
        default: throw .malformed("state must be open, completed or all")
        }
        switch ask.text("type") {
        case "manual": filter = filter && .equals("testRunType", "REGULAR")
        case "automated": filter = filter && .not(.equals("testRunType", "REGULAR"))
        case nil: break
        default: throw .malformed("type must be manual or automated")
        }
        for word in (ask.text("search") ?? "").split(separator: " ") {
            filter = filter && .text("name", .contains, String(word), .insensitive)
        }
        let page = try ask.page()
        let runs = try RunRows(
            Query(
                "TestRun", where: filter, order: [.by("createdAt", .descending), .by("id", .descending)], page: page),
            in: work)
        let total = try work.count("TestRun", where: filter)
        return try Answer(capacity: 512 * runs.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                writer.put(.offset, page.offset)
                try writer.array(.runs, 0..<runs.count) { writer, index throws(DomainError) in
                    try writer.object { writer throws(DomainError) in runs.write(index, to: &writer) }
                }
            }
        }
    }

    static let get: Endpoint.Read = { ask, work throws(DomainError) in try show(try ask.id(), in: work) }

    static func show(_ id: Int64, status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        let runs = try RunRows(
            Query("TestRun", where: .equals("id", .int(id)) && .equals("isDeleted", false)), in: work)
        guard runs.count == 1 else { throw .notFound("TestRun") }
        let row = runs.row(0)
        let project = try work.row("Project", .id(row["projectId"].integer ?? 0), fields: ["id", "key", "name"])
        let shares = try work.assigneeShares(ofRun: id)
        var people: [Int64: Row] = [:]
        for person in try work.find(
            "User", shares.map { .id($0.owner) }, fields: ["id", "uid", "name"], deleted: .shown)
        {
            people[person.id] = person
        }
        let may = try May(project.id, in: work)
        return try Answer(capacity: 1024, status: status, version: row["epoch"].integer) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                runs.write(0, to: &writer)
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project.id)
                    writer.put(.key, Projects.key(project))
                    writer.put(.name, project["name"])
                }
                writer.put(.note, rich: row["note"])
                try writer.array(.people, shares) { writer, share throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, people[share.owner]?.uid)
                        writer.put(.name, people[share.owner]?.text("name"))
                        writer.put(.tests, share.tests)
                        writer.put(.done, share.tests - share.open)
                    }
                }
                try writer.object(.can) { writer throws(DomainError) in
                    writer.put(.record, may.recordResults && !row.flag("isCompleted"))
                    writer.put(.edit, may.editRuns)
                    writer.put(.close, may.closeRuns)
                    writer.put(.delete, may.deleteRuns)
                }
            }
        }
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        var values = try values(order, project: project.id, in: work)
        values["name"] = .text(try order.title("name"))
        var assignee: Int64?
        if let word = try order.text("assignee"), !word.isEmpty {
            guard let key = RowKey(word), let user = try work.find("User", [key], fields: ["id"]).first else {
                throw .invalid("assignee", "there is no such person")
            }
            assignee = user.id
        }
        let cases = try RunSelection(order, project: project.id, in: work).cases
        guard !cases.isEmpty else { throw .invalid("cases", "no case is chosen") }
        let id = try work.createRun(
            project: project.id, values, members: cases.map { Writing.RunMember(caseId: $0, assignee: assignee) })
        return try show(id, status: 201, in: work)
    }

    private static func values(
        _ order: Order, project: Int64, in work: Reading
    ) throws(DomainError) -> [String: Value] {
        var values: [String: Value] = [:]
        if order.has("note") {
            let note = try order.text("note") ?? ""
            values["note"] = note.isEmpty ? .null : RichText.stored(.string(note))
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
        return values
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try run(order.ask, in: work)
        try order.check(version: row["epoch"].integer ?? 0)
        var values = try values(order, project: row["projectId"].integer ?? 0, in: work)
        if order.has("name") { values["name"] = .text(try order.title("name")) }
        if let isCompleted = try order.flag("isCompleted") { values["isCompleted"] = .bool(isCompleted) }
        try work.update("TestRun", [Change(row.id, set: values)])
        return .nothing
    }
}

/// The cases that a new run takes.
struct RunSelection {
    static let limit = 50_000
    let cases: [Int64]

    init(_ order: Order, project: Int64, in work: Reading) throws(DomainError) {
        guard let choice = order.body["cases"]?.object else { throw .invalid("cases", "is needed") }
        let part = Order(ask: order.ask, body: choice, ifMatch: nil)
        var filter = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
        if try part.flag("all") == true {
            // Everything that is alive.
        } else if let ids = try part.ids("ids") {
            filter = filter && .oneOf("id", ids.map { .int($0) })
        } else if let folders = try part.ids("folders") {
            var inside = Filter.none
            for folder in folders {
                inside = inside || .subtree(field: "folderId", parent: "parentId", root: folder)
            }
            filter = filter && inside
        } else if let wanted = choice["filter"]?.object {
            let items = wanted.members.map { (name: $0.name, value: RunSelection.text($0.value)) }
            filter = try CaseFilter(Ask(query: QueryItems(items)), project: project, in: work).filter
        } else if let run = try part.integer("run") {
            _ = try work.row("TestRun", .id(run), fields: ["id"])
            let statuses = try part.ids("statuses") ?? []
            var tests = Filter.equals("testRunId", .int(run))
            if !statuses.isEmpty { tests = tests && (try CaseFilter.status(statuses, "statusId", in: work)) }
            filter = filter && .related("testRuns", .some, tests)
        } else {
            throw .invalid("cases", "says nothing about the cases")
        }
        let order: [Query.Order] = [
            Query.Order(.through(["folder"], "order")), .by("folderId"), .by("order"), .by("id"),
        ]
        cases = try work.find(
            Query("RepositoryCase", where: filter, fields: ["id"], order: order, page: .init(limit: RunSelection.limit))
        ).map(\.id)
    }

    private static func text(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): flag ? "1" : ""
        case .string(let text): text
        case .integer, .number: value.text
        case .array(let elements): elements.map { text($0) }.joined(separator: ",")
        case .object: ""
        }
    }
}
