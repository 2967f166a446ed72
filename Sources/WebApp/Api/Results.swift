import Engine
import HTTPTypes
import Model
import Wire

/// Results of people, with their steps and files.
struct ResultRows {
    let rows: [Row]
    private let tree: ResultTree
    private let people: [Int64: String]
    private let caller: Int64?
    private let issues: [Int64: [Row]]

    init(_ filter: Filter, limit: Int = 200, in work: Reading) throws(DomainError) {
        let live = Filter.equals("isDeleted", false)
        var query = Query(
            "TestRunResult", where: filter && live, order: [.by("executedAt", .descending), .by("id", .descending)],
            page: .init(limit: limit))
        query.include = [
            Query.Include("stepResults", .rows(Query("TestRunStepResult", where: live, order: [.by("id")]))),
            Query.Include("attachments", .rows(Query("Attachment", where: live, order: [.by("id")]))),
        ]
        tree = try work.tree(query)
        rows = tree.rows
        people = try work.names("User", rows.map { $0["executedById"].integer })
        caller = work.caller.userId
        issues = try Issues.ofResults(rows.map(\.id), in: work)
    }

    func author(_ index: Int) -> String? { rows[index]["executedById"].integer.flatMap { people[$0] } }
    func steps(_ index: Int) -> [Row] { tree.related("stepResults", of: index) }
    func attachments(_ index: Int) -> [Row] { tree.related("attachments", of: index) }

    func write(_ index: Int, to writer: inout JSONWriter) throws(DomainError) {
        let row = rows[index]
        try writer.object { writer throws(DomainError) in
            writer.put(.id, row.id)
            writer.put(.statusId, row["statusId"])
            writer.put(.at, row["executedAt"])
            writer.put(.by, author(index))
            writer.put(.elapsed, row["elapsed"])
            writer.put(.comment, rich: row["notes"])
            writer.put(.attempt, row["attempt"])
            try writer.array(.steps, steps(index)) { writer, step throws(DomainError) in
                try writer.object { writer throws(DomainError) in
                    writer.put(.stepId, step["stepId"])
                    writer.put(.statusId, step["statusId"])
                    writer.put(.comment, rich: step["notes"])
                }
            }
            try Attachments.write(attachments(index), to: &writer)
            try Issues.write(issues[row.id] ?? [], to: &writer)
            writer.put(.canEdit, row["executedById"].integer == caller)
        }
    }
}

/// `/app/api/results`
enum Results {
    static let routes: [Route] = [
        Endpoint.change(.post, "/runs/{id}/results", "results.create", record),
        Endpoint.change(.put, "/results/{id}", "results.update", update),
        Endpoint.change(.delete, "/results/{id}", "results.delete", undo),
    ]

    /// The latest result of a case in another run.
    static func last(
        ofCase id: Int64, outside run: Int64, in work: Reading
    ) throws(DomainError) -> (row: Row, run: String)? {
        let filter =
            Filter.related("testRunCase", .some, .equals("repositoryCaseId", .int(id)))
            && .not(.equals("testRunId", .int(run))) && .equals("isDeleted", false)
            && .related("testRun", .some, .equals("isDeleted", false))
        let query = Query(
            "TestRunResult", where: filter, fields: ["id", "statusId", "executedAt", "testRunId"],
            order: [.by("executedAt", .descending), .by("id", .descending)])
        guard let row = try work.first(query) else { return nil }
        let names = try work.names("TestRun", [row["testRunId"].integer])
        return (row, row["testRunId"].integer.flatMap { names[$0] } ?? "")
    }

    /// Whether a case got a new version after a moment.
    static func changed(_ id: Int64, after time: Int64, in work: Reading) throws(DomainError) -> Bool {
        let later =
            Filter.equals("repositoryCaseId", .int(id)) && .compare("version", .greater, .int(1))
            && .compare("createdAt", .greater, .int(time))
        return try work.first(Query("RepositoryCaseVersion", where: later, fields: ["id"])) != nil
    }

    private static func status(_ id: Int64?, _ field: String, in work: Reading) throws(DomainError) -> StatusBook.Entry
    {
        guard let entry = try work.statuses().entry(id), entry.isEnabled else {
            throw .invalid(field, "there is no such status")
        }
        return entry
    }

    private static let record: Endpoint.Write = { order, work throws(DomainError) in
        let run = try Runs.run(order.ask, in: work)
        guard let id = try order.integer("testId"), id > 0 else { throw .invalid("testId", "is needed") }
        let test = try work.row("TestRunCase", .id(id))
        guard test["testRunId"].integer == run.id else { throw .invalid("testId", "is not of this run") }
        var execution = Execution(status: try status(try order.integer("statusId"), "statusId", in: work).systemName)
        if let comment = try order.text("comment"), !comment.isEmpty { execution.notes = .string(comment) }
        execution.seconds = try order.integer("elapsed")
        for step in try order.array("steps") ?? [] {
            guard let stepId = step["stepId"]?.integer, stepId > 0 else { throw .invalid("steps", "a step has no id") }
            let notes = step["comment"]?.string.flatMap { $0.isEmpty ? nil : JSON.string($0) }
            execution.steps.append(
                Execution.StepResult(
                    step: .id(stepId), status: try status(step["statusId"]?.integer, "steps", in: work).systemName,
                    notes: notes))
        }
        let result = try work.execute(run: run.id, runCase: test, execution)
        return try answer(result, test: id, run: run.id, status: 201, in: work)
    }

    /// The result as it stands, the test's status and the run's counts.
    private static func answer(
        _ result: Int64?, test: Int64, run: Int64, status: Int = 200, in work: Reading
    ) throws(DomainError) -> Answer {
        let test = try work.row("TestRunCase", .id(test), fields: ["id", "statusId"])
        let counts = try work.counts(ofRun: run)
        let untested = try work.statuses().untested?.id
        let results = try result.map { id throws(DomainError) in try ResultRows(.equals("id", .int(id)), in: work) }
        return try Answer(status: status) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                if let results, !results.rows.isEmpty {
                    writer.key(.result)
                    try results.write(0, to: &writer)
                }
                try writer.object(.test) { writer throws(DomainError) in
                    writer.put(.statusId, test["statusId"].integer ?? untested)
                }
                writer.put(.counts, counts: counts)
            }
        }
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.row("TestRunResult", .id(try order.ask.id()))
        var values: [String: Value] = ["editedAt": .int(work.time), "editedById": .int(work.caller.userId)]
        if order.has("comment") {
            let comment = try order.text("comment") ?? ""
            values["notes"] = comment.isEmpty ? .null : RichText.stored(.string(comment))
        }
        if let status = try order.integer("statusId") {
            values["statusId"] = .int(try Results.status(status, "statusId", in: work).id)
        }
        try work.update("TestRunResult", [Change(row.id, set: values)])
        if let steps = try order.array("steps") { try update(steps, of: row.id, in: work) }
        return try answer(
            row.id, test: row["testRunCaseId"].integer ?? 0, run: row["testRunId"].integer ?? 0, in: work)
    }

    /// Changes the outcomes of steps that have one and adds those that have none.
    private static func update(_ steps: [JSON], of result: Int64, in work: Writing) throws(DomainError) {
        let known = try work.find(
            Query("TestRunStepResult", where: .equals("testRunResultId", .int(result)) && .equals("isDeleted", false)))
        for step in steps {
            guard let id = step["stepId"]?.integer else { throw .invalid("steps", "a step has no id") }
            let entry = try status(step["statusId"]?.integer, "steps", in: work)
            let text = step["comment"]?.string ?? ""
            let notes = text.isEmpty ? Value.null : RichText.stored(.string(text))
            if let row = known.first(where: { $0["stepId"].integer == id }) {
                try work.update(
                    "TestRunStepResult", [Change(row.id, set: ["statusId": .int(entry.id), "notes": notes])])
            } else {
                let draft = Draft([
                    "testRunResultId": .int(result), "stepId": .int(id), "statusId": .int(entry.id), "notes": notes,
                ])
                try work.insert("TestRunStepResult", [draft])
            }
        }
    }

    private static let undo: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.undoResult(try order.ask.id())
        return try answer(nil, test: row["testRunCaseId"].integer ?? 0, run: row["testRunId"].integer ?? 0, in: work)
    }
}
