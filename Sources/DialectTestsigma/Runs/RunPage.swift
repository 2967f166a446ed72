import Engine
import Model
import Wire

/// Runs with their figures, for all runs of a page at once.
struct RunPage {
    /// What `results` holds.
    enum Results { case none, each, totals }

    private let rows: [Row]
    private let project: Row
    private let work: Reading
    private let statuses: RunStatuses
    private let tallies: [Int64: StatusCounts]
    private let tree: [Int64: (labels: [JSON], environments: [JSON])]
    private let begins: [Int64: Int64]
    private let plans: [Int64: String]
    private let users: [Int64: String]
    private let excluded: [Int64: String]

    init(_ rows: [Row], _ project: Row, in work: Reading) throws(DomainError) {
        self.rows = rows
        self.project = project
        self.work = work
        statuses = try RunStatuses(work)
        let ids = rows.map(\.id)
        tallies = try work.tallies(ofRuns: ids)
        begins = try work.begins(ofRuns: ids)
        var query = Query("TestRun", where: .oneOf("id", ids.map { .int($0) }), fields: ["id"])
        let live = Filter.equals("isDeleted", false)
        query.include = [
            Query.Include("tags", .rows(Query("Tag", where: live, fields: ["id", "name"], order: [.by("name")]))),
            Query.Include(
                "environments", .rows(Query("Configuration", where: live, fields: ["id", "uid"], order: [.by("id")]))),
        ]
        let found = try work.tree(query)
        var tree: [Int64: (labels: [JSON], environments: [JSON])] = [:]
        for index in 0..<found.count {
            let labels = found.related("tags", of: index).map { JSON.of($0["name"]) }
            tree[found.row(index).id] = (labels, found.related("environments", of: index).map { .string($0.uid) })
        }
        self.tree = tree
        let named = rows.compactMap { $0["testPlanId"].integer }
        let plain = Filter.oneOf("id", named.map { .int($0) }) && .equals("isRoot", false) && live
        var plans: [Int64: String] = [:]
        for row in try named.isEmpty ? [] : work.find(Query("TestPlan", where: plain, fields: ["id", "uid"])) {
            plans[row.id] = row.uid
        }
        self.plans = plans
        users = try RunPage.uids("User", rows.flatMap { [$0["assignedToId"].integer, $0["closedById"].integer] }, work)
        excluded = try RunPage.uids(
            "RepositoryCase", rows.flatMap { JSON(stored: $0["excludedCases"])?.array?.map(\.integer) ?? [] }, work)
    }

    private static func uids(_ entity: String, _ ids: [Int64?], _ work: Reading) throws(DomainError) -> [Int64: String]
    {
        let keys = Set(ids.compactMap { $0 }).map { RowKey.id($0) }
        var result: [Int64: String] = [:]
        for row in try keys.isEmpty ? [] : work.find(entity, keys, fields: ["id", "uid"], deleted: .shown) {
            result[row.id] = row.uid
        }
        return result
    }

    static func one(_ id: Int64, _ project: Row, in work: Reading) throws(DomainError) -> Reply {
        let page = try RunPage([try work.row("TestRun", .id(id))], project, in: work)
        return Envelope.one("test_run", try page.json(.each)[0])
    }

    func json(_ results: Results) throws(DomainError) -> [JSON] {
        var list: [JSON] = []
        for row in rows { list.append(try json(row, results)) }
        return list
    }

    private func json(_ row: Row, _ results: Results) throws(DomainError) -> JSON {
        let counts = tallies[row.id] ?? StatusCounts()
        let isDynamic = row.text("selectionType") == "DYNAMIC"
        let filters = RunPage.filters(row)
        let begin = begins[row.id]
        let end = row.flag("isCompleted") ? row["completedAt"].integer : nil
        var duration: JSON = .null
        if let begin, let end { duration = .number(Double(max(0, end - begin)) / 1000) }
        let excluded = (JSON(stored: row["excludedCases"])?.array ?? []).compactMap {
            $0.integer.flatMap { self.excluded[$0] }
        }
        let members: [(String, JSON)] = [
            ("id", .string(row.uid)), ("project_id", .string(project.uid)),
            ("human_id", .of(row["number"].integer.map { "\(project.text("key"))-R-\($0)" })),
            ("title", .of(row["name"])), ("name", .of(row["name"])),
            ("description", row["note"].isNull ? .null : .string(RichText.plain(row["note"]))),
            ("status", row.flag("isCompleted") ? "CLOSED" : "ACTIVE"), ("selection_type", .of(row["selectionType"])),
            ("static_selection_filters", isDynamic ? [] : filters),
            ("dynamic_selection_filters", isDynamic ? filters : []),
            ("dynamic_selection_excluded_test_case_ids", .array(excluded.map { .string($0) })),
            ("test_plan_id", .of(row["testPlanId"].integer.flatMap { plans[$0] })),
            ("start_date", .ms(row["startDate"])), ("end_date", .ms(row["endDate"])),
            ("assignee_id", .of(row["assignedToId"].integer.flatMap { users[$0] })),
            ("label_names", .array(tree[row.id]?.labels ?? [])),
            ("environment_ids", .array(tree[row.id]?.environments ?? [])), ("test_cases_count", .integer(counts.total)),
            ("test_run_status_summary", summary(counts)), ("results", try self.results(row, counts, results)),
            ("started_at", .of(begin)), ("ended_at", .of(end)), ("duration", duration), ("closed_at", .of(end)),
            ("closed_by", end == nil ? .null : .of(row["closedById"].integer.flatMap { users[$0] })),
            ("created_at", .ms(row["createdAt"])), ("updated_at", .ms(row["updatedAt"])),
        ]
        return .members(members)
    }

    /// The conditions as they were sent.
    private static func filters(_ row: Row) -> JSON {
        guard let selection = CaseSelection(stored: row["selection"]) else { return [] }
        return .array(
            selection.conditions.map { condition in
                [
                    "field": .string(condition.field), "operator": .string(condition.comparison.rawValue),
                    "values": .array(condition.values.map { .string($0) }),
                ]
            })
    }

    private func summary(_ counts: StatusCounts) -> JSON {
        .array(
            counts.entries.map { status, count in
                let entry = statuses.entry(status)
                return [
                    "status_id": .of(entry?.uid), "status_name": .of(entry?.name), "count": .integer(count),
                ]
            })
    }

    private func results(_ row: Row, _ counts: StatusCounts, _ what: Results) throws(DomainError) -> JSON {
        switch what {
        case .none: return []
        case .totals:
            var passed: Int64 = 0
            var failed: Int64 = 0
            for (status, count) in counts.entries {
                guard let core = statuses.entry(status)?.core else { continue }
                if core.isSuccess { passed += count } else if core.isFailure { failed += count }
            }
            return ["total": .integer(counts.total), "passed": .integer(passed), "failed": .integer(failed)]
        case .each:
            var query = Query(
                "TestRunCase", where: .equals("testRunId", .int(row.id)) && Reading.counted,
                fields: ["id", "statusId", "repositoryCaseId"], order: [.by("order"), .by("id")])
            query.uids = ["repositoryCaseId"]
            return .array(
                try work.find(query).map { member in
                    let name = statuses.entry(member["statusId"].integer)?.name ?? "Untested"
                    return [
                        "test_case_id": .of(member["repositoryCaseId#uid"]),
                        "status": .string(name.uppercased().replacing(" ", with: "_")),
                    ]
                })
        }
    }
}
