import Engine
import Model
import Wire

/// Runs with their figures, for all runs of a page at once.
struct RunPage {
    let rows: [Row]
    private let tallies: [Int64: StatusCounts]
    private let cases: [Int64: [Int64]]
    private let reports: [Int64: Int64]
    private let roots: [Int64: Int64]
    private let plans: Set<Int64>
    private let keys: [Int64: String]
    private let statuses: StatusBook

    init(_ rows: [Row], in work: Reading) throws(DomainError) {
        self.rows = rows
        let ids = rows.map(\.id)
        let projects = Set(rows.compactMap { $0["projectId"].integer }).sorted()
        tallies = try work.tallies(ofRuns: ids)
        cases = try work.caseIds(ofRuns: ids)
        reports = try work.reports(runs: ids, projects: []).runs
        roots = try work.rootFolders(ofProjects: projects)
        statuses = try work.statuses()
        let named = Set(rows.compactMap { $0["testPlanId"].integer }).map { Value.int($0) }
        let shown = Filter.oneOf("id", named) && .equals("isRoot", false) && .equals("isDeleted", false)
        plans = named.isEmpty ? [] : Set(try work.find(Query("TestPlan", where: shown, fields: ["id"])).map(\.id))
        var keys: [Int64: String] = [:]
        let owners = Filter.oneOf("id", projects.map { .int($0) })
        for row in try work.find(Query("Project", where: owners, fields: ["id", "key"])) {
            keys[row.id] = row.text("key")
        }
        self.keys = keys
    }

    var json: [JSON] { rows.map { json($0) } }

    static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> JSON {
        try RunPage([try work.row("TestRun", key)], in: work).json[0]
    }

    func counts(_ row: Row) -> StatusCounts { tallies[row.id] ?? StatusCounts() }

    /// `Not Started` until the first result.
    func status(_ row: Row) -> String {
        if row.flag("isCompleted") { return "Completed" }
        let open = counts(row).entries.first { $0.status == statuses.untested?.id }?.count ?? 0
        return counts(row).total > open ? "In Progress" : "Not Started"
    }

    func summary(_ row: Row) -> JSON { .members(ResultStatus.summary(counts(row), statuses)) }

    private func json(_ row: Row) -> JSON {
        let project = row["projectId"].integer ?? 0
        let own = cases[row.id] ?? []
        let plan = row["testPlanId"].integer.flatMap { plans.contains($0) ? $0 : nil }
        var members: [(String, JSON)] = [
            ("id", .integer(row.id)), ("uuid", .string(row.uid)),
            ("key", .of(row["number"].integer.map { "\(keys[project] ?? "")-R-\($0)" })),
            ("projectId", .integer(project)), ("name", .of(row["name"])), ("description", row.document("note")),
            ("status", .string(status(row))), ("suiteId", .of(row["folderId"].integer ?? roots[project])),
            ("milestoneId", .of(row["milestoneId"])), ("planId", .of(plan)), ("environment", .of(row["environment"])),
            ("assignedTo", .of(row["assignedToId"])), ("includeAll", .bool(row.flag("includeAll"))),
            ("caseIds", .array(own.map { .integer($0) })), ("caseCount", .integer(counts(row).total)),
            ("summary", summary(row)), ("reportId", .of(reports[row.id])),
        ]
        members += [
            ("startDate", .time(row["startDate"])), ("endDate", .time(row["endDate"])),
            ("completedAt", .time(row["completedAt"])), ("createdBy", .of(row["createdById"])),
        ]
        return .members(members + row.times)
    }
}
