import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/projects/{projectId}/results`, `POST /v1/results` and `/v1/results/{id}` (TestWorthy API, Test results).
enum ResultHandlers {
    /// The largest request of results in bytes.
    private static let limit = 32 << 20

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(
            call, sorting: ["id": "id", "createdAt": "createdAt", "updatedAt": "updatedAt", "status": "statusId"])
        let from = try time("from", call)
        let to = try time("to", call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call)
            var run = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            if let key = try call.queryKey("runId") {
                run = run && .equals("id", .int(try work.own("TestRun", key, by: "runId", project: project.id)))
            }
            var filter = Filter.equals("isDeleted", false) && .related("testRun", .some, run)
            if let key = try call.queryKey("caseId") {
                let id = try work.own("RepositoryCase", key, by: "caseId", project: project.id)
                filter = filter && .related("testRunCase", .some, .equals("repositoryCaseId", .int(id)))
            }
            if let word = call.query["status"], !word.isEmpty {
                filter = filter && (try ResultStatus.filter(word, "statusId", in: work))
            }
            if let from { filter = filter && .compare("executedAt", .greaterOrEqual, .int(from)) }
            if let to { filter = filter && .compare("executedAt", .lessOrEqual, .int(to)) }
            let query = Query(
                "TestRunResult", where: filter,
                order: listing.order([.by("executedAt", .descending), .by("id", .descending)]), page: listing.window)
            let page = try ResultPage(query, in: work)
            return listing.reply(page.json, total: try work.count("TestRunResult", where: filter))
        }
    }

    private static func time(_ name: String, _ call: Call) throws(DomainError) -> Int64? {
        guard let text = call.query[name], !text.isEmpty else { return nil }
        guard let time = Timestamp.parse(text) else { throw .invalid(name, "\(name) must be an ISO 8601 date or time") }
        return time
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "TestRunResult")
        return .json(
            try await engine.read(as: call.caller) { work throws(DomainError) in
                let row = try work.row("TestRunResult", key, fields: ["id"])
                return try ResultPage.rendered([row.id], in: work)[0]
            })
    }

    static func submit(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let bodies = try ResultBodies(try await call.content(limit: limit))
        let ids = try await engine.write(as: call.caller) { work throws(DomainError) in
            try record(bodies, in: work)
        }
        let rendered = try await engine.read(as: call.caller) { work throws(DomainError) in
            try ResultPage.rendered(ids, in: work)
        }
        guard !bodies.isMany, let first = rendered.first else {
            return .json(["data": .array(rendered)], status: .created)
        }
        return .created(first, at: "/v1/results/\(ids[0])")
    }

    private static func record(_ bodies: ResultBodies, in work: Writing) throws(DomainError) -> [Int64] {
        let runs = try Named("TestRun", bodies.entries.map(\.run), ["id", "uid", "projectId", "isCompleted"], in: work)
        let cases = try Named("RepositoryCase", bodies.entries.map(\.testCase), ["id", "uid", "projectId"], in: work)
        let book = try work.statuses()
        var issues: [Issue] = []
        func refuse(_ index: Int, _ name: String, _ message: String) {
            issues.append(Issue(field: bodies.field(index, name), message: message))
        }
        var places: [Membership?] = []
        var results: [ResultInput?] = []
        for (index, entry) in bodies.entries.enumerated() {
            let run = runs.row(entry.run)
            let testCase = cases.row(entry.testCase)
            let status = ResultStatus.named(entry.status, book)
            if run == nil { refuse(index, "runId", "runId names no run") }
            if testCase == nil { refuse(index, "caseId", "caseId names no case") }
            if status == nil { refuse(index, "status", "there is no status \(entry.status)") }
            var steps: [ResultInput.Step] = []
            for (place, step) in entry.steps.enumerated() {
                guard let status = ResultStatus.named(step.status, book) else {
                    refuse(index, "stepResults[\(place)].status", "there is no status \(step.status)")
                    continue
                }
                let order = Int(clamping: step.order)
                steps.append(ResultInput.Step(order: order, status: status.id, notes: step.comments))
            }
            guard let run, let testCase, let status else {
                places.append(nil)
                results.append(nil)
                continue
            }
            places.append(Membership(run: run.id, testCase: testCase.id))
            var result = ResultInput(run: run.id, member: 0, testCase: testCase.id, status: status.id)
            result.notes = entry.comments
            result.seconds = entry.elapsed
            result.executedAt = entry.executedAt
            result.issues = entry.defects
            result.steps = steps
            results.append(result)
        }
        let known = try work.members(Set(places.compactMap { $0 }))
        for (index, place) in places.enumerated() {
            guard let place else { continue }
            if let member = known[place] {
                results[index]?.member = member
            } else {
                refuse(index, "caseId", "the case is not in the run")
            }
        }
        if !issues.isEmpty { throw .invalid(issues) }
        if runs.rows.contains(where: { $0.flag("isCompleted") }) { throw .conflict("the test run is completed") }
        try assign(bodies, results.compactMap { $0 }, in: work)
        return try store(results.compactMap { $0 }, runs, in: work)
    }

    /// Results of each project together, the ids in the order of the request.
    private static func store(
        _ results: [ResultInput], _ runs: Named, in work: Writing
    ) throws(DomainError) -> [Int64] {
        var ids = [Int64](repeating: 0, count: results.count)
        let projects = results.map { runs.byId[$0.run]?["projectId"].integer ?? 0 }
        for project in Set(projects).sorted() {
            let indices = results.indices.filter { projects[$0] == project }
            let made = try work.record(indices.map { results[$0] }, project: project)
            for (index, id) in zip(indices, made) { ids[index] = id }
        }
        return ids
    }

    private static func assign(
        _ bodies: ResultBodies, _ results: [ResultInput], in work: Writing
    ) throws(DomainError) {
        let keys = bodies.entries.compactMap(\.assignee)
        guard !keys.isEmpty else { return }
        let users = try Named("User", keys, ["id", "uid"], in: work)
        var changes: [Change] = []
        var issues: [Issue] = []
        for (index, entry) in bodies.entries.enumerated() {
            guard let key = entry.assignee else { continue }
            guard let user = users.row(key) else {
                let field = bodies.field(index, "assignedTo")
                issues.append(Issue(field: field, message: "assignedTo names no user"))
                continue
            }
            changes.append(Change(results[index].member, set: ["assignedToId": .int(user.id)]))
        }
        if !issues.isEmpty { throw .invalid(issues) }
        try work.update("TestRunCase", changes)
    }
}

/// Rows that many elements of a request name, read with one query.
struct Named {
    let rows: [Row]
    let byId: [Int64: Row]
    private let byUid: [String: Row]

    init(_ entity: String, _ keys: [RowKey], _ fields: [String], in work: Reading) throws(DomainError) {
        rows = keys.isEmpty ? [] : try work.find(entity, Array(Set(keys)), fields: fields)
        byId = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
        byUid = Dictionary(rows.map { ($0.uid, $0) }) { first, _ in first }
    }

    func row(_ key: RowKey) -> Row? {
        switch key {
        case .id(let id): byId[id]
        case .uid(let uid): byUid[uid]
        }
    }
}

/// Results with everything that this API shows of them.
struct ResultPage {
    private let tree: ResultTree
    private let statuses: StatusBook

    init(_ query: Query, in work: Reading) throws(DomainError) {
        var query = query
        let live = Filter.equals("isDeleted", false)
        let titled = Query("RepositoryCase", fields: ["id", "name"])
        query.include = [
            Query.Include(
                "testRunCase",
                .rows(
                    Query(
                        "TestRunCase", fields: ["id", "repositoryCaseId"],
                        include: [Query.Include("repositoryCase", .rows(titled))]))),
            Query.Include("testRun", .rows(Query("TestRun", fields: ["id", "projectId"]))),
            Query.Include(
                "issues", .rows(Query("Issue", where: live, fields: ["id", "name", "externalKey"], order: [.by("id")]))),
            Query.Include(
                "stepResults",
                .rows(
                    Query(
                        "TestRunStepResult", where: live, fields: ["id", "order", "statusId", "notes"],
                        order: [.by("order"), .by("id")]))),
            Query.Include(
                "attachments",
                .rows(Query("Attachment", where: live, fields: ["id", "name", "size", "mimeType", "url"]))),
        ]
        tree = try work.tree(query)
        statuses = try work.statuses()
    }

    var json: [JSON] { (0..<tree.count).map { json($0) } }

    /// The results with these ids, in their order.
    static func rendered(_ ids: [Int64], in work: Reading) throws(DomainError) -> [JSON] {
        var found: [Int64: JSON] = [:]
        var start = 0
        while start < ids.count {
            let chunk = ids[start..<min(start + 1000, ids.count)]
            let page = try ResultPage(
                Query("TestRunResult", where: .oneOf("id", chunk.map { .int($0) })), in: work)
            for index in 0..<page.tree.count { found[page.tree.row(index).id] = page.json(index) }
            start += 1000
        }
        return ids.compactMap { found[$0] }
    }

    private func json(_ index: Int) -> JSON {
        let row = tree.row(index)
        let member = tree.related("testRunCase", of: index).first
        var title: JSON = .null
        for item in tree.included where item.relation.name == "testRunCase" {
            guard case .rows(let members, let positions) = item.content, let place = positions[index].first else {
                continue
            }
            title = .of(members.related("repositoryCase", of: place).first?["name"] ?? .null)
        }
        let steps: [JSON] = tree.related("stepResults", of: index).map { step in
            [
                "order": .of(step["order"]),
                "status": .string(ResultStatus.name(statuses.entry(step["statusId"].integer))),
                "comments": step.document("notes"),
            ]
        }
        let defects = tree.related("issues", of: index).map { JSON.of($0["externalKey"].string ?? $0.text("name")) }
        return [
            "id": .integer(row.id), "uuid": .string(row.uid),
            "projectId": .of(tree.related("testRun", of: index).first?["projectId"] ?? .null),
            "runId": .of(row["testRunId"]), "caseId": .of(member?["repositoryCaseId"] ?? .null), "caseTitle": title,
            "status": .string(ResultStatus.name(statuses.entry(row["statusId"].integer))),
            "comments": row.document("notes"),
            "elapsed": row["seconds"].isNull ? .of(row["elapsed"]) : .of(row["seconds"]), "defects": .array(defects),
            "stepResults": .array(steps),
            "attachments": .array(tree.related("attachments", of: index).map { Files.json($0) }),
            "executedBy": .of(row["executedById"]), "executedAt": .time(row["executedAt"]),
            "createdAt": .time(row["createdAt"]),
        ]
    }
}
