import Engine
import HTTPTypes
import Model
import Wire

/// The tests of a run that people execute.
enum RunTests {
    static let routes: [Route] = [
        Endpoint.get("/runs/{id}/tree", "tests.tree", tree),
        Endpoint.get("/runs/{id}/tests", "tests.window", window),
        Endpoint.get("/runs/{id}/tests/{test}", "tests.get", get),
        Endpoint.change(.put, "/runs/{id}/tests/{test}", "tests.update", assign),
    ]

    static let tree: Endpoint.Read = { ask, work throws(DomainError) in
        let run = try Runs.run(ask, in: work)
        let project = run["projectId"].integer ?? 0
        let paths = try FolderPaths(project, in: work)
        var shares: [Int64: Reading.RunShare] = [:]
        var needed: Set<Int64> = []
        for share in try work.folderShares(ofRun: run.id) {
            shares[share.owner] = share
            needed.formUnion(paths.line(share.owner))
        }
        // A deleted folder stays in the runs that have its cases.
        let folders = try work.find(
            Query(
                "RepositoryFolder", where: .equals("projectId", .int(project)),
                fields: ["id", "parentId", "name", "order"],
                order: [.by("order"), .by("name"), .by("id")])
        ).filter { needed.contains($0.id) }
        return try Answer { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array(.folders, folders) { writer, row throws(DomainError) in
                    writer.beginArray()
                    writer.value(row.id)
                    writer.value(row["parentId"])
                    writer.value(row["name"])
                    writer.value(row["order"])
                    writer.value(shares[row.id]?.tests ?? 0)
                    writer.value(shares[row.id]?.open ?? 0)
                    writer.endArray()
                }
                writer.put(.total, shares.values.reduce(0) { $0 + $1.tests })
            }
        }
    }

    private static func filter(_ ask: Ask, _ run: Row, in work: Reading) throws(DomainError) -> Filter {
        var filter = Filter.equals("testRunId", .int(run.id))
        if !ask.list("status").isEmpty {
            filter = filter && (try CaseFilter.status(ask.ids("status"), "statusId", in: work))
        }
        if let assignee = ask.text("assignee") { filter = filter && CaseFilter.assignee(assignee, in: work) }
        var ofCase = Filter.all
        if let folder = try ask.integer("folder") {
            let inside = Filter.subtree(field: "folderId", parent: "parentId", root: folder)
            ofCase = ofCase && (ask.flag("deep") ? inside : .equals("folderId", .int(folder)))
        }
        if let text = ask.text("search") { ofCase = ofCase && CaseFilter.search(text) }
        if !ask.list("priority").isEmpty {
            ofCase = ofCase && (try CaseFilter.priority(ask.list("priority"), in: work))
        }
        return ofCase == .all ? filter : filter && .related("repositoryCase", .some, ofCase)
    }

    static let window: Endpoint.Read = { ask, work throws(DomainError) in
        let run = try Runs.run(ask, in: work)
        let filter = try filter(ask, run, in: work)
        let page = try ask.page()
        let priorities = try PriorityReader(work)
        let cases = Query("RepositoryCase", fields: ["id", "name", "folderId"], include: [priorities.include])
        var query = Query(
            "TestRunCase", where: filter, fields: ["id", "repositoryCaseId", "statusId", "assignedToId", "elapsed"],
            include: [Query.Include("repositoryCase", .rows(cases))], order: [.by("order"), .by("id")], page: page)
        query.uids = ["assignedToId"]
        let tree = try work.tree(query)
        let total = try work.count("TestRunCase", where: filter)
        let counts = try work.counts(ofRun: run.id)
        let untested = try work.statuses().untested?.id
        return try Answer(capacity: 160 * tree.count + 256) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                writer.put(.offset, page.offset)
                writer.put(.counts, counts: counts)
                try writer.array(.rows, 0..<tree.count) { writer, index throws(DomainError) in
                    let row = tree.row(index)
                    let (ofCase, values) = RunTests.caseOf(tree, index)
                    writer.beginArray()
                    writer.value(row.id)
                    writer.value(row["repositoryCaseId"])
                    writer.value(ofCase?["name"] ?? .null)
                    writer.value(row["statusId"].integer ?? untested)
                    writer.value(priorities.word(values))
                    writer.value(row["assignedToId#uid"])
                    writer.value(ofCase?["folderId"] ?? .null)
                    writer.value(row["elapsed"])
                    writer.endArray()
                }
            }
        }
    }

    /// The included case of a row and its field values.
    private static func caseOf(_ tree: ResultTree, _ index: Int) -> (row: Row?, values: [Row]) {
        for item in tree.included where item.relation.name == "repositoryCase" {
            guard case .rows(let cases, let positions) = item.content, let place = positions[index].first else {
                continue
            }
            return (cases.row(place), cases.related("caseFieldValues", of: place))
        }
        return (nil, [])
    }

    /// The test of the path, which must be of the run of the path.
    static func test(_ ask: Ask, in work: Reading) throws(DomainError) -> (run: Row, test: Row) {
        let run = try Runs.run(ask, in: work)
        let test = try work.row("TestRunCase", .id(try ask.id("test")))
        guard test["testRunId"].integer == run.id else { throw .notFound("TestRunCase") }
        return (run, test)
    }

    private static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let (run, test) = try test(ask, in: work)
        let id = test["repositoryCaseId"].integer ?? 0
        let live = Filter.equals("isDeleted", false)
        var query = Query("RepositoryCase", where: .equals("id", .int(id)))
        query.include = [
            Query.Include(
                "steps",
                .rows(
                    Query(
                        "Step", where: live, fields: ["id", "step", "expectedResult"], order: [.by("order"), .by("id")])
                )),
            Query.Include("tags", .rows(Query("Tag", where: live, fields: ["id", "name"], order: [.by("name")]))),
            Query.Include("caseFieldValues", .rows(Query("CaseFieldValue", fields: ["id", "fieldId", "value"]))),
            Query.Include("attachments", .rows(Query("Attachment", where: live, order: [.by("id")]))),
        ]
        let tree = try work.tree(query)
        guard let row = tree.first else { throw .notFound("RepositoryCase") }
        let fields = try CaseTexts(tree.related("caseFieldValues", of: 0), in: work)
        let paths = try FolderPaths(run["projectId"].integer ?? 0, in: work)
        let results = try ResultRows(.equals("testRunCaseId", .int(test.id)), in: work)
        let assignee = try test["assignedToId"].integer.flatMap { id throws(DomainError) in
            try work.find("User", [.id(id)], fields: ["id", "uid", "name"], deleted: .shown).first
        }
        let last = try Results.last(ofCase: id, outside: run.id, in: work)
        let since = results.rows.first?["executedAt"].integer ?? run["createdAt"].integer ?? 0
        let untested = try work.statuses().untested?.id
        return try Answer(capacity: 4096) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.id, test.id)
                writer.put(.caseId, id)
                writer.put(.title, row["name"])
                writer.key(.folder)
                paths.write(row["folderId"].integer ?? 0, to: &writer)
                writer.put(.statusId, test["statusId"].integer ?? untested)
                writer.put(.assignee, id: assignee?["uid"] ?? .null, name: assignee?["name"] ?? .null)
                writer.put(.estimate, row["estimate"])
                fields.write(row, to: &writer)
                try writer.array(.tags, tree.related("tags", of: 0)) { writer, tag throws(DomainError) in
                    writer.value(tag["name"])
                }
                fields.writeOthers(to: &writer)
                try Cases.writeSteps(tree.related("steps", of: 0), to: &writer)
                try Attachments.write(tree.related("attachments", of: 0), to: &writer)
                writer.put(.caseVersion, row["currentVersion"])
                writer.put(.changedSince, try Results.changed(id, after: since, in: work))
                writer.key(.last)
                if let last {
                    writer.beginObject()
                    writer.put(.statusId, last.row["statusId"])
                    writer.put(.at, last.row["executedAt"])
                    writer.put(.run, id: last.row["testRunId"], name: .text(last.run))
                    writer.endObject()
                } else {
                    writer.null()
                }
                try writer.array(.results, 0..<results.rows.count) { writer, index throws(DomainError) in
                    try results.write(index, to: &writer)
                }
            }
        }
    }

    private static let assign: Endpoint.Write = { order, work throws(DomainError) in
        let (_, test) = try test(order.ask, in: work)
        var person: Row?
        if let word = try order.text("assigneeId"), !word.isEmpty {
            guard let key = RowKey(word), let user = try work.find("User", [key], fields: ["id", "uid", "name"]).first
            else {
                throw .invalid("assigneeId", "there is no such person")
            }
            person = user
        }
        try work.update("TestRunCase", [Change(test.id, set: ["assignedToId": .int(person?.id)])])
        return try Answer { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.assignee, id: person?["uid"] ?? .null, name: person?["name"] ?? .null)
            }
        }
    }
}
