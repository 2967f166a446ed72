import Engine
import HTTPTypes
import Model
import Wire

/// `/app/api/cases`
enum Cases {
    static let routes: [Route] = [
        Endpoint.change(.post, "/projects/{project}/cases", "cases.create", create),
        Endpoint.change(.post, "/projects/{project}/cases/bulk", "cases.bulk", bulk),
        Endpoint.get("/cases/{id}", "cases.get", get),
        Endpoint.change(.put, "/cases/{id}", "cases.update", current: get, update),
        Endpoint.change(.delete, "/cases/{id}", "cases.delete") { order, work throws(DomainError) in
            _ = try work.row("RepositoryCase", .id(try order.ask.id()), fields: ["id"])
            try work.delete("RepositoryCase", ids: [try order.ask.id()])
            return .nothing
        },
        Endpoint.change(.post, "/cases/{id}/restore", "cases.restore") { order, work throws(DomainError) in
            let id = try order.ask.id()
            try work.update("RepositoryCase", [Change(id, set: ["isDeleted": false])])
            return try Cases.show(id, in: work)
        },
    ]

    static let get: Endpoint.Read = { ask, work throws(DomainError) in try show(try ask.id(), in: work) }

    /// Grows with every change of the case, its steps and its tags.
    static func version(_ row: Row) -> Int64 { (row["epoch"].integer ?? 0) + (row["currentVersion"].integer ?? 0) }

    private static func tree(_ id: Int64, in work: Reading) throws(DomainError) -> ResultTree {
        let live = Filter.equals("isDeleted", false)
        var query = Query("RepositoryCase", where: .equals("id", .int(id)) && live)
        query.include = [
            Query.Include("project", .rows(Query("Project", fields: ["id", "key", "name"]))),
            Query.Include(
                "steps",
                .rows(
                    Query(
                        "Step", where: live, fields: ["id", "step", "expectedResult"], order: [.by("order"), .by("id")])
                )),
            Query.Include("tags", .rows(Query("Tag", where: live, fields: ["id", "name"], order: [.by("name")]))),
            Query.Include("caseFieldValues", .rows(Query("CaseFieldValue", fields: ["id", "fieldId", "value"]))),
            Query.Include("attachments", .rows(Query("Attachment", where: live, order: [.by("id")]))),
            Query.Include("creator", .rows(Query("User", fields: ["id", "name"]))),
            Query.Include("updatedBy", .rows(Query("User", fields: ["id", "name"]))),
        ]
        let tree = try work.tree(query)
        guard !tree.isEmpty else { throw .notFound("RepositoryCase") }
        return tree
    }

    static func show(_ id: Int64, status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        let tree = try tree(id, in: work)
        let row = tree.row(0)
        let project = row["projectId"].integer ?? 0
        let paths = try FolderPaths(project, in: work)
        let fields = try CaseTexts(tree.related("caseFieldValues", of: 0), in: work)
        let results = try LatestResults(ofCase: id, limit: 10, in: work)
        let may = try May(project, in: work)
        return try Answer(capacity: 2048, status: status, version: version(row)) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.id, id)
                let owner = tree.related("project", of: 0).first
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project)
                    writer.put(.key, owner.map { Projects.key($0) })
                    writer.put(.name, owner?["name"] ?? .null)
                }
                writer.key(.folder)
                paths.write(row["folderId"].integer ?? 0, to: &writer)
                writer.put(.title, row["name"])
                fields.write(row, to: &writer)
                writer.put(.automation, row["automationStatus"])
                writer.put(.source, row["source"])
                writer.put(.className, row["className"])
                writer.put(.stateId, row["stateId"])
                writer.put(.estimate, row["estimate"])
                writer.put(.forecast, row["forecastManual"])
                try writer.array(.tags, tree.related("tags", of: 0)) { writer, tag throws(DomainError) in
                    writer.value(tag["name"])
                }
                fields.writeOthers(to: &writer)
                try writeSteps(tree.related("steps", of: 0), to: &writer)
                try Attachments.write(tree.related("attachments", of: 0), to: &writer)
                writer.put(.version, row["currentVersion"])
                writer.put(.epoch, version(row))
                writer.put(.createdAt, row["createdAt"])
                writer.put(.createdBy, tree.related("creator", of: 0).first?["name"] ?? .null)
                writer.put(.updatedAt, row["updatedAt"])
                writer.put(.updatedBy, tree.related("updatedBy", of: 0).first?["name"] ?? .null)
                try results.write(to: &writer)
                try writer.object(.can) { writer throws(DomainError) in
                    writer.put(.edit, may.editCases)
                    writer.put(.delete, may.deleteCases)
                }
            }
        }
    }

    static func writeSteps(_ steps: [Row], to writer: inout JSONWriter) throws(DomainError) {
        try writer.array(.steps, steps) { writer, step throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.id, step.id)
                writer.put(.action, rich: step["step"])
                writer.put(.expected, rich: step["expectedResult"])
            }
        }
    }

    /// What a body says about a case.
    private static func input(_ order: Order, project: Int64, in work: Reading) throws(DomainError) -> CaseInput {
        var input = CaseInput()
        if order.has("title") { input.fields["name"] = .text(try order.title("title")) }
        if let folder = try order.integer("folderId") {
            let row = try work.find("RepositoryFolder", [.id(folder)], fields: ["id", "projectId", "repositoryId"])
                .first
            guard let row, row["projectId"].integer == project else {
                throw .invalid("folderId", "there is no such folder")
            }
            input.fields["folderId"] = .int(folder)
            input.fields["repositoryId"] = row["repositoryId"]
        }
        if order.has("preconditions") { input.fields["preconditions"] = .text(try order.text("preconditions")) }
        if let automation = try order.text("automation") { input.fields["automationStatus"] = .text(automation) }
        if let state = try order.integer("stateId") { input.fields["stateId"] = .int(state) }
        if order.has("estimate") {
            let estimate = try order.integer("estimate")
            guard estimate ?? 0 >= 0 else { throw .invalid("estimate", "must not be negative") }
            input.fields["estimate"] = .int(estimate)
        }
        for name in ["description", "expected"] where order.has(name) {
            let text = try order.text(name) ?? ""
            input.values.append((name, text.isEmpty ? .null : .string(text)))
        }
        if let word = try order.text("priority") {
            guard let priority = try work.priorities().first(where: { $0.word == word }) else {
                throw .invalid("priority", "there is no such priority")
            }
            input.values.append(("priority", .string(priority.name)))
        }
        if let others = order.body["fields"]?.object {
            for member in others.members { input.values.append((member.name, member.value)) }
        }
        input.tags = try order.texts("tags")
        if let steps = try order.array("steps") {
            input.steps = steps.map { step in
                CaseInput.Step(
                    key: step["id"]?.integer.map { .id($0) }, action: .string(step["action"]?.string ?? ""),
                    expected: .string(step["expected"]?.string ?? ""))
            }
        }
        return input
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        _ = try order.title("title")
        let input = try input(order, project: project.id, in: work)
        let id = try work.createCases(project: project.id, [input])[0]
        return try show(id, status: 201, in: work)
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.row("RepositoryCase", .id(try order.ask.id()))
        try order.check(version: version(row))
        let input = try input(order, project: row["projectId"].integer ?? 0, in: work)
        try work.updateCase(row.id, input)
        return .nothing
    }

    private static let bulk: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        let ids = try order.ids("ids") ?? []
        guard !ids.isEmpty, ids.count <= 10_000 else { throw .invalid("ids", "1 to 10000 cases are needed") }
        guard let change = order.body["change"]?.object else { throw .invalid("change", "is needed") }
        let part = Order(ask: order.ask, body: change, ifMatch: nil)
        let isDeletion = try part.flag("deleted")
        let own = Filter.equals("projectId", .int(project.id)) && .oneOf("id", ids.map { .int($0) })
        let found = try work.find(
            Query("RepositoryCase", where: own && .equals("isDeleted", .bool(isDeletion == false)), fields: ["id"])
        ).map(\.id)
        if isDeletion == true {
            try work.delete("RepositoryCase", ids: found)
        } else {
            var input = try input(part, project: project.id, in: work)
            if isDeletion == false { input.fields["isDeleted"] = false }
            let added = try part.texts("addTags") ?? []
            let removed = Set((try part.texts("removeTags") ?? []).map { $0.lowercased() })
            if !input.fields.isEmpty { try work.update("RepositoryCase", found.map { Change($0, set: input.fields) }) }
            input.fields = [:]
            for id in found where !input.values.isEmpty || !added.isEmpty || !removed.isEmpty {
                if !added.isEmpty || !removed.isEmpty {
                    let present = try tree(id, in: work).related("tags", of: 0).map { $0.text("name") }
                    let kept = present.filter { !removed.contains($0.lowercased()) }
                    input.tags = kept + added.filter { name in !kept.contains { $0.lowercased() == name.lowercased() } }
                }
                try work.updateCase(id, input)
            }
        }
        return try Answer { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in writer.put(.changed, found.count) }
        }
    }
}

/// The texts of a case that are kept as fields.
struct CaseTexts {
    private(set) var description = ""
    private(set) var expected = ""
    private(set) var priority: String?
    /// Values of fields that the instance made up, for people.
    private(set) var others: [(name: String, value: JSON)] = []

    init(_ values: [Row], in work: Reading) throws(DomainError) {
        let book = try work.caseFields()
        let priorities = try work.priorities()
        priority = priorities.first(where: \.isDefault)?.word
        for row in values {
            guard let field = row["fieldId"].integer.flatMap({ book.field(id: $0) }) else { continue }
            switch field.systemName {
            case "description": description = RichText.plain(row["value"])
            case "expected": expected = RichText.plain(row["value"])
            case "priority": priority = priorities.first { $0.stored == row["value"] }?.word ?? priority
            default: others.append((field.systemName, field.shown(row["value"])))
            }
        }
    }

    func writeOthers(to writer: inout JSONWriter) {
        writer.key("fields")
        writer.beginObject()
        for (name, value) in others.sorted(by: { $0.name < $1.name }) {
            writer.key(name)
            writer.value(value)
        }
        writer.endObject()
    }

    func write(_ row: Row, to writer: inout JSONWriter) {
        writer.put(.description, description)
        writer.put(.preconditions, row.text("preconditions"))
        writer.put(.expected, expected)
        writer.put(.priority, priority)
    }
}

/// The latest results of a case in all runs.
struct LatestResults {
    private let rows: [Row]
    private let runs: [Int64: String]
    private let people: [Int64: String]

    init(ofCase id: Int64, limit: Int, in work: Reading) throws(DomainError) {
        rows = try work.find(
            Query(
                "TestRunResult",
                where: .equals("isDeleted", false)
                    && .related("testRunCase", .some, .equals("repositoryCaseId", .int(id)))
                    && .related("testRun", .some, .equals("isDeleted", false)),
                fields: ["id", "testRunId", "statusId", "executedAt", "executedById", "elapsed"],
                order: [.by("executedAt", .descending), .by("id", .descending)], page: .init(limit: limit)))
        runs = try work.names("TestRun", rows.map { $0["testRunId"].integer })
        people = try work.names("User", rows.map { $0["executedById"].integer })
    }

    func write(to writer: inout JSONWriter) throws(DomainError) {
        try writer.array(.results, rows) { writer, row throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.run, id: row["testRunId"], name: .text(row["testRunId"].integer.flatMap { runs[$0] }))
                writer.put(.statusId, row["statusId"])
                writer.put(.at, row["executedAt"])
                writer.put(.by, row["executedById"].integer.flatMap { people[$0] })
                writer.put(.elapsed, row["elapsed"])
            }
        }
    }
}

extension Reading {
    /// The names of rows by id, with one statement.
    func names(_ entity: String, _ ids: [Int64?]) throws(DomainError) -> [Int64: String] {
        let wanted = Set(ids.compactMap { $0 })
        guard !wanted.isEmpty else { return [:] }
        var result: [Int64: String] = [:]
        for row in try find(entity, wanted.sorted().map { .id($0) }, fields: ["id", "name"], deleted: .shown) {
            result[row.id] = row.text("name")
        }
        return result
    }
}
