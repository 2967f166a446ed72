import Engine
import HTTPTypes
import Model
import Wire

/// Results that integrations send and read.
enum VerbResults {
    private struct Entry: Sendable {
        let testCase: Int64
        let status: String
        let comment: String?
        let assignee: Int64?
        let defects: [String]
        let elapsed: Double?
    }

    private static func entry(_ json: JSON, testCase: Int64? = nil) throws(DomainError) -> Entry {
        guard let object = json.object else { throw .invalid("Results", "a result must be an object") }
        guard let testCase = testCase ?? number(object["caseid"]) else {
            throw .invalid("case_id", "case_id is required and an integer")
        }
        guard let id = number(object["statusid"]), id != 3,
            let status = Verb.statuses.first(where: { $0.id == id })
        else { throw .invalid("status_id", "status_id must be one of 1, 2, 4, 5, 6, 7") }
        let comment = object["comment"] ?? .null
        guard comment.isNull || comment.string != nil else { throw .invalid("comment", "comment must be a text") }
        let assignee = object["assignedtoid"] ?? .null
        guard assignee.isNull || number(assignee) != nil else {
            throw .invalid("assignedto_id", "assignedto_id must be an integer")
        }
        let defects = object["defects"] ?? .null
        guard defects.isNull || defects.string != nil else { throw .invalid("defects", "defects must be a text") }
        return Entry(
            testCase: testCase, status: status.systemName, comment: comment.string, assignee: number(assignee),
            defects: Defects.split(defects.string ?? ""), elapsed: seconds(object["elapsed"]))
    }

    /// An integer, or one in a text.
    private static func number(_ json: JSON?) -> Int64? { json?.integer ?? json?.string.flatMap { Int64($0) } }

    /// Seconds as a number, or such as `1m 30s`.
    private static func seconds(_ json: JSON?) -> Double? {
        if let number = json?.double { return number >= 0 ? number : nil }
        var total = 0.0
        for part in (json?.string ?? "").split(separator: " ") {
            guard let unit = part.last, let amount = Double(part.dropLast()), amount >= 0, amount < 1e6 else {
                return nil
            }
            switch unit {
            case "s": total += amount
            case "m": total += amount * 60
            case "h": total += amount * 3600
            default: return nil
            }
        }
        return total > 0 ? total : nil
    }

    static func addMany(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        guard let list = try await Verb.body(call)["results"]?.array, !list.isEmpty else {
            throw .invalid("Results", "Results must be a list with at least one result")
        }
        guard list.count <= ResultBodies.maximum else { throw .invalid("Results", "too many results in one request") }
        var entries: [Entry] = []
        for element in list { entries.append(try entry(element)) }
        return ["results": .array(try await record(entries, call, engine))]
    }

    static func addOne(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        guard let id = Int64(call.parameter("case")) else { throw .notFound("RepositoryCase") }
        let entry = try entry(.object(try await Verb.body(call)), testCase: id)
        return try await record([entry], call, engine)[0]
    }

    private static func record(
        _ entries: [Entry], _ call: Call, _ engine: Engine
    ) async throws(DomainError) -> [JSON] {
        let ids = try await engine.write(as: call.caller) { work throws(DomainError) in
            let run = try Verb.row("TestRun", "run", call, in: work)
            guard !run.flag("isCompleted") else { throw .invalid("run_id", "the run is completed") }
            let book = try work.statuses()
            let members = try work.members(Set(entries.map { Membership(run: run.id, testCase: $0.testCase) }))
            var results: [ResultInput] = []
            var assignments: [Change] = []
            for entry in entries {
                guard let member = members[Membership(run: run.id, testCase: entry.testCase)] else {
                    throw .invalid("case_id", "the case \(entry.testCase) is not in the run")
                }
                guard let status = book.named(entry.status) else { throw .invalid("status_id", "unknown status_id") }
                var result = ResultInput(run: run.id, member: member, testCase: entry.testCase, status: status.id)
                result.notes = entry.comment
                result.issues = entry.defects
                result.seconds = entry.elapsed
                results.append(result)
                if let user = entry.assignee { assignments.append(Change(member, set: ["assignedToId": .int(user)])) }
            }
            try work.update("TestRunCase", assignments)
            return try work.record(results, project: run["projectId"].integer ?? 0)
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let found = try rendered(.oneOf("id", ids.map { .int($0) }), order: [.by("id")], in: work)
            return ids.compactMap { id in found.first { $0["id"]?.integer == id } }
        }
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let run = try Verb.row("TestRun", "run", call, in: work)
            let key = try call.key("case", "RepositoryCase")
            guard case .id(let testCase) = key else { throw .notFound("RepositoryCase") }
            let place = Membership(run: run.id, testCase: testCase)
            guard let member = try work.members([place])[place] else { throw .notFound("RepositoryCase") }
            let filter = Filter.equals("testRunCaseId", .int(member)) && .equals("isDeleted", false)
            let order: [Query.Order] = [.by("executedAt", .descending), .by("id", .descending)]
            return ["results": .array(try rendered(filter, order: order, in: work))]
        }
    }

    private static func rendered(
        _ filter: Filter, order: [Query.Order], in work: Reading
    ) throws(DomainError) -> [JSON] {
        let member = Query("TestRunCase", fields: ["id", "repositoryCaseId", "assignedToId"])
        let issues = Query("Issue", where: .equals("isDeleted", false), fields: ["id", "name", "externalKey"])
        let query = Query(
            "TestRunResult", where: filter,
            include: [Query.Include("testRunCase", .rows(member)), Query.Include("issues", .rows(issues))],
            order: order)
        let tree = try work.tree(query)
        let book = try work.statuses()
        return (0..<tree.count).map { index in
            let row = tree.row(index)
            let member = tree.related("testRunCase", of: index).first
            let names = tree.related("issues", of: index).map { $0["externalKey"].string ?? $0.text("name") }
            return [
                "id": .integer(row.id), "test_id": .of(row["testRunCaseId"]), "run_id": .of(row["testRunId"]),
                "case_id": .of(member?["repositoryCaseId"] ?? .null),
                "status_id": .integer(Verb.number(book.entry(row["statusId"].integer))),
                "comment": row.document("notes"),
                "defects": names.isEmpty ? .null : .string(names.joined(separator: ",")),
                "assignedto_id": .of(member?["assignedToId"] ?? .null),
                "elapsed": .of(row["elapsed"].integer.map { "\($0)s" }), "created_on": Verb.seconds(row["createdAt"]),
                "created_by": .of(row["executedById"]),
            ]
        }
    }
}
