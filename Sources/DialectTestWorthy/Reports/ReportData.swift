import Engine
import Formats
import Model
import Wire

/// What a report says: figures, rows, and the same as a table.
struct ReportData {
    let title: String
    let summary: JSON
    let results: [JSON]
    let table: ReportTable

    private static let columns = ["caseId", "caseTitle", "status", "comments", "defects", "executedBy", "executedAt"]

    init(_ row: Row, in work: Reading) throws(DomainError) {
        let project = try work.row("Project", .id(row["projectId"].integer ?? 0))
        switch row.text("type") {
        case "runSummary":
            guard let id = row["testRunId"].integer else { throw .notFound("TestRun") }
            let run = try work.row("TestRun", .id(id))
            let title = row.flag("isAutomatic") ? run.text("name") : row.text("title")
            try self.init(title: title, run: run, in: work)
        case "milestoneSummary":
            var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            if let milestone = row["milestoneId"].integer { filter = filter && .equals("milestoneId", .int(milestone)) }
            try self.init(title: row.text("title"), runs: filter, in: work)
        case "caseList", "traceability":
            try self.init(title: row.text("title"), casesOf: project.id, in: work)
        case "defectSummary":
            try self.init(title: row.text("title"), defectsOf: project.id, in: work)
        default:
            let title = row.flag("isAutomatic") ? project.text("name") : row.text("title")
            let live = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            try self.init(title: title, runs: live, in: work)
        }
    }

    private init(title: String, summary: [(String, JSON)], results: [JSON], columns: [String]) {
        self.title = title
        self.summary = .members(summary)
        self.results = results
        var facts: [(name: String, value: String)] = []
        for (name, value) in summary { facts.append((name, ReportData.text(value))) }
        let rows = results.map { result in columns.map { ReportData.text(result[$0] ?? .null) } }
        table = ReportTable(title: title, facts: facts, columns: columns, rows: rows)
    }

    private static func text(_ json: JSON) -> String {
        switch json {
        case .null: ""
        case .string(let text): text
        case .array(let elements): elements.map { text($0) }.joined(separator: ", ")
        case .bool, .integer, .number, .object: json.text
        }
    }

    /// Percent of what was executed, one decimal.
    private static func withRate(_ counts: StatusCounts, _ book: StatusBook) -> [(String, JSON)] {
        let sums = ResultStatus.summary(counts, book)
        let open = sums.first { $0.0 == "notExecuted" }?.1.integer ?? 0
        let passed = sums.first { $0.0 == "passed" }?.1.integer ?? 0
        let executed = counts.total - open
        let rate = executed == 0 ? 0 : (Double(passed) * 1000 / Double(executed)).rounded() / 10
        return sums + [("passRate", .number(rate))]
    }

    private init(title: String, run: Row, in work: Reading) throws(DomainError) {
        let book = try work.statuses()
        let counts = try work.tallies(ofRuns: [run.id])[run.id] ?? StatusCounts()
        let query = Query(
            "TestRunCase", where: .equals("testRunId", .int(run.id)) && Reading.counted,
            order: [.by("order"), .by("id")])
        let members = try RunMembers(query, in: work)
        let defects = try work.defectNames(ofResults: members.latest.values.map(\.id))
        var results: [JSON] = []
        for index in 0..<members.tree.count {
            let row = members.tree.row(index)
            let latest = members.latest[row.id]
            let names = latest.flatMap { defects[$0.id] } ?? []
            results.append([
                "caseId": .of(row["repositoryCaseId"]), "caseTitle": .of(members.testCase(index)?["name"] ?? .null),
                "status": .string(ResultStatus.name(book.entry(row["statusId"].integer))),
                "comments": latest?.document("notes") ?? .null, "defects": .array(names.map { .string($0) }),
                "executedBy": .of(latest?["executedById"] ?? .null),
                "executedAt": .time(latest?["executedAt"] ?? .null),
            ])
        }
        self.init(
            title: title, summary: ReportData.withRate(counts, book), results: results, columns: ReportData.columns)
    }

    private init(title: String, runs filter: Filter, in work: Reading) throws(DomainError) {
        let book = try work.statuses()
        let rows = try work.find(Query("TestRun", where: filter, order: [.by("id")]))
        let page = try RunPage(rows, in: work)
        var sums = StatusCounts()
        var results: [JSON] = []
        for row in rows {
            sums.add(page.counts(row))
            results.append([
                "runId": .integer(row.id), "runName": .of(row["name"]), "status": .string(page.status(row)),
                "summary": page.summary(row),
            ])
        }
        self.init(
            title: title, summary: ReportData.withRate(sums, book), results: results,
            columns: ["runId", "runName", "status", "summary"])
    }

    private init(title: String, casesOf project: Int64, in work: Reading) throws(DomainError) {
        let live = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
        let book = try work.statuses()
        let query = Query("RepositoryCase", where: live, order: [.by("id")], page: Query.Page(limit: 10_000))
        let rows = try work.find(query)
        let issues = try work.issueNames(ofCases: rows.map(\.id))
        let results: [JSON] = rows.map { row in
            [
                "caseId": .integer(row.id), "caseTitle": .of(row["name"]),
                "status": .string(ResultStatus.name(book.entry(row["lastStatusId"].integer))), "comments": .null,
                "defects": .array((issues[row.id] ?? []).map { .string($0) }), "executedBy": .null,
                "executedAt": .time(row["lastExecutedAt"]),
            ]
        }
        var counts: [String: Int64] = [:]
        for result in results { counts[result["status"]?.string ?? "", default: 0] += 1 }
        var summary: [(String, JSON)] = [("total", .integer(Int64(rows.count)))]
        for name in counts.keys.sorted() { summary.append((name, .integer(counts[name] ?? 0))) }
        self.init(title: title, summary: summary, results: results, columns: ReportData.columns)
    }

    private init(title: String, defectsOf project: Int64, in work: Reading) throws(DomainError) {
        let live = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
        let rows = try work.find(Query("Issue", where: live, order: [.by("id")], page: Query.Page(limit: 10_000)))
        let results = try DefectHandlers.rendered(rows, in: work)
        var counts: [String: Int64] = [:]
        for result in results { counts[result["status"]?.string ?? "", default: 0] += 1 }
        var summary: [(String, JSON)] = [("total", .integer(Int64(rows.count)))]
        for name in counts.keys.sorted() { summary.append((name, .integer(counts[name] ?? 0))) }
        self.init(
            title: title, summary: summary, results: results,
            columns: ["id", "title", "status", "severity", "priority", "externalKey", "caseIds", "runIds"])
    }
}
