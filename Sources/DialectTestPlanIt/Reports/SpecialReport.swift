import Engine
import Model
import Wire

/// The reports that are no matrix (automation trends, flaky tests, test case health, issue test coverage).
enum SpecialReport: Sendable {
    case automationTrends(isCross: Bool)
    case flakyTests(isCross: Bool)
    case caseHealth(isCross: Bool)
    case issueCoverage(isCross: Bool)

    static func named(_ word: String) -> SpecialReport? {
        let isCross = word.hasPrefix(ReportKind.crossPrefix)
        switch isCross ? String(word.dropFirst(ReportKind.crossPrefix.count)) : word {
        case "automation-trends": return .automationTrends(isCross: isCross)
        case "flaky-tests": return .flakyTests(isCross: isCross)
        case "test-case-health": return .caseHealth(isCross: isCross)
        case "issue-test-coverage": return .issueCoverage(isCross: isCross)
        default: return nil
        }
    }

    private var isCross: Bool {
        switch self {
        case .automationTrends(let isCross), .flakyTests(let isCross), .caseHealth(let isCross),
            .issueCoverage(let isCross):
            isCross
        }
    }

    /// What the body says besides the projects.
    private struct Options: Sendable {
        var page: Int
        /// `nil` shows all.
        var size: Int?
        var runs: Int64
        var threshold: Int64
        var staleDays: Int64
        var minimum: Int64
        var lookback: Int64
        var automated: Bool?
        var period: ReportPeriod
        var grouping: String
        var templates: [RowKey]
        var states: [RowKey]

        init(_ input: inout Input) {
            page = Int(min(input.count("page", minimum: 1).value ?? 1, 1 << 30))
            if input.object["pageSize"]?.string?.lowercased() == "all" {
                size = nil
            } else {
                size = Int(min(input.count("pageSize", minimum: 1).value ?? 50, 10_000))
            }
            runs = input.count("consecutiveRuns").value ?? 10
            if !(5...30).contains(runs) { input.fail("consecutiveRuns", "must be from 5 to 30") }
            threshold = input.count("flipThreshold").value ?? min(5, max(runs, 3) - 1)
            if threshold < 2 || threshold >= max(runs, 3) {
                input.fail("flipThreshold", "must be from 2 to one less than consecutiveRuns")
            }
            staleDays = input.count("staleDaysThreshold").value ?? 30
            if !(7...90).contains(staleDays) { input.fail("staleDaysThreshold", "must be from 7 to 90") }
            minimum = input.count("minExecutionsForRate", minimum: 1).value ?? 5
            lookback = min(input.count("lookbackDays", minimum: 1).value ?? 90, 36_500)
            switch input.text("automatedFilter").value?.lowercased() {
            case "automated": automated = true
            case "manual": automated = false
            default: automated = nil
            }
            let flags = (input.array("automated").value ?? []).compactMap(\.integer)
            if flags.count == 1 { automated = flags[0] == 1 }
            grouping = input.text("dateGrouping").value ?? "weekly"
            period = MatrixOrder.periods[grouping] ?? .week
            if MatrixOrder.periods[grouping] == nil {
                input.fail("dateGrouping", "must be one of daily, weekly, monthly, quarterly, annually")
            }
            templates = input.keys("templateIds").value ?? []
            states = input.keys("stateIds").value ?? []
        }
    }

    func reply(_ object: JSONObject, _ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await reply(object, as: call.caller, engine)
    }

    func reply(_ object: JSONObject, as caller: Caller, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(object)
        var order = ReportOrder(&input, isCross: isCross || object["projectIds"] != nil)
        let options = Options(&input)
        try input.finish()
        if !isCross, order.projects == nil, let key = object["projectId"].flatMap({ RowKey($0) }) {
            order.projects = [key]
        }
        let settled = order
        return try await engine.read(as: caller) { work throws(DomainError) in
            let projects = try settled.rows(isCross || object["projectIds"] != nil, in: work)
            return try reply(projects, options, in: work)
        }
    }

    private func reply(_ projects: [Row], _ options: Options, in work: Reading) throws(DomainError) -> Reply {
        let ids = projects.map(\.id)
        var names: [Int64: Row] = [:]
        for project in projects { names[project.id] = project }
        var rows: [JSON]
        var tail: [(String, JSON)] = []
        switch self {
        case .automationTrends:
            let shown: [JSON] = projects.map { ["id": .integer($0.id), "name": .string($0.text("name"))] }
            rows = try trends(projects, options, in: work)
            tail = [("projects", .array(shown)), ("dateGrouping", .string(options.grouping))]
        case .flakyTests:
            let found = try work.flakyCases(
                projects: ids, runs: Int(options.runs), threshold: Int(options.threshold),
                automated: options.automated)
            let statuses = try work.statuses()
            rows = found.map { flaky($0, statuses, names) }
            tail = [
                ("consecutiveRuns", .integer(options.runs)), ("flipThreshold", .integer(options.threshold)),
            ]
        case .caseHealth:
            let found = try work.caseHealth(
                projects: ids, staleDays: options.staleDays, minimum: options.minimum,
                lookbackDays: options.lookback, automated: options.automated)
            rows = found.map { health($0, names) }
        case .issueCoverage:
            let statuses = try work.statuses()
            rows = try work.issueCoverage(projects: ids).map { coverage($0, statuses, names) }
        }
        let total = rows.count
        if let size = options.size { rows = Array(rows.dropFirst(min((options.page - 1) * size, total)).prefix(size)) }
        let members: [(String, JSON)] = [
            ("data", .array(rows)), ("total", .integer(Int64(total))), ("page", .integer(Int64(options.page))),
            ("pageSize", options.size.map { .integer(Int64($0)) } ?? "All"),
        ]
        return Reply.json(.members(members + tail))
    }

    private func project(_ id: Int64, _ names: [Int64: Row]) -> [(String, JSON)] {
        guard isCross, let row = names[id] else { return [] }
        return [("project", ["id": .integer(id), "name": .string(row.text("name"))])]
    }

    private func time(_ time: Int64?) -> JSON { time.map { .string(Timestamp.text($0)) } ?? .null }

    private func flaky(_ found: FlakyCase, _ statuses: StatusBook, _ names: [Int64: Row]) -> JSON {
        var executions: [JSON] = []
        for execution in found.executions {
            let status = statuses.entry(execution.status)
            executions.append([
                "resultId": .integer(execution.result), "testRunId": .integer(execution.run),
                "statusName": .string(status?.name ?? ""), "statusColor": .string(status?.color ?? ""),
                "isSuccess": .bool(execution.isSuccess), "isFailure": .bool(execution.isFailure),
                "executedAt": time(execution.time),
            ])
        }
        let members: [(String, JSON)] = [
            ("testCaseId", .integer(found.id)), ("testCaseName", .string(found.name)),
            ("testCaseSource", .string(found.source)), ("flipCount", .integer(Int64(found.flips))),
            ("executions", .array(executions)),
        ]
        return .members(members + project(found.project, names))
    }

    private func health(_ found: CaseHealth, _ names: [Int64: Row]) -> JSON {
        let members: [(String, JSON)] = [
            ("testCaseId", .integer(found.id)), ("testCaseName", .string(found.name)),
            ("testCaseSource", .string(found.source)), ("createdAt", time(found.createdAt)),
            ("lastExecutedAt", time(found.lastExecutedAt)),
            ("daysSinceLastExecution", found.daysSince.map { .integer($0) } ?? .null),
            ("totalExecutions", .integer(found.executions)), ("passCount", .integer(found.passed)),
            ("failCount", .integer(found.failed)), ("passRate", .number(found.passRate ?? 0)),
            ("healthStatus", .string(found.status)), ("isStale", .bool(found.isStale)),
            ("healthScore", .integer(Int64(found.score))),
        ]
        return .members(members + project(found.project, names))
    }

    private func coverage(_ found: IssueCoverage, _ statuses: StatusBook, _ names: [Int64: Row]) -> JSON {
        let issue = found.issue
        func text(_ name: String) -> JSON { issue[name].string.map { .string($0) } ?? .null }
        let status = statuses.entry(found.lastStatus)
        let rate = found.linked > 0 ? (1000 * Double(found.passed) / Double(found.linked)).rounded() / 10 : 0
        let members: [(String, JSON)] = [
            ("id", .string("\(issue.id)-\(found.caseId)")), ("issueId", .integer(issue.id)),
            ("issueName", text("name")), ("issueTitle", text("title")), ("issueStatus", text("status")),
            ("issuePriority", text("priority")), ("issueTypeName", text("issueTypeName")),
            ("externalKey", text("externalKey")), ("externalUrl", text("externalUrl")),
            ("testCaseId", .integer(found.caseId)), ("testCaseName", .string(found.caseName)),
            ("testCaseSource", .string(found.source)),
            ("lastStatusId", found.lastStatus.map { .integer($0) } ?? .null),
            ("lastStatusName", status.map { .string($0.name) } ?? .null),
            ("lastStatusColor", status.map { .string($0.color) } ?? .null),
            ("lastStatusIsSuccess", .bool(status?.isSuccess ?? false)),
            ("lastStatusIsFailure", .bool(status?.isFailure ?? false)),
            ("lastExecutedAt", time(found.lastExecutedAt)), ("linkedTestCases", .integer(found.linked)),
            ("passedTestCases", .integer(found.passed)), ("failedTestCases", .integer(found.failed)),
            ("untestedTestCases", .integer(found.untested)), ("passRate", .number(rate)),
        ]
        return .members(members + project(issue["projectId"].integer ?? 0, names))
    }

    /// Cumulative counts of each project at the end of each period in which cases were made.
    private func trends(_ projects: [Row], _ options: Options, in work: Reading) throws(DomainError) -> [JSON] {
        var filter = Filter.all
        let templates = try work.ids("Template", options.templates) { "templateIds[\($0)]" }
        let states = try work.ids("Workflow", options.states) { "stateIds[\($0)]" }
        if !templates.isEmpty { filter = filter && .oneOf("templateId", templates.map { .int($0) }) }
        if !states.isEmpty { filter = filter && .oneOf("stateId", states.map { .int($0) }) }
        if let automated = options.automated { filter = filter && .equals("automated", .bool(automated)) }
        let counts = try work.newCases(projects: projects.map(\.id), period: options.period, where: filter)
        var sums: [Int64: (automated: Int64, manual: Int64)] = [:]
        var rows: [JSON] = []
        for period in Set(counts.map(\.period)).sorted() {
            var added: [Int64: (automated: Int64, manual: Int64)] = [:]
            for count in counts where count.period == period { added[count.project] = (count.automated, count.manual) }
            let start = Timestamp.parse(period) ?? 0
            var members: [(String, JSON)] = [
                ("periodStart", time(start)), ("periodEnd", time(SpecialReport.end(start, options.period) - 1)),
            ]
            for project in projects {
                let change = added[project.id] ?? (0, 0)
                var sum = sums[project.id] ?? (0, 0)
                sum = (sum.automated + change.automated, sum.manual + change.manual)
                sums[project.id] = sum
                let total = sum.automated + sum.manual
                let percent = total > 0 ? (1000 * Double(sum.automated) / Double(total)).rounded() / 10 : 0
                let prefix = project.text("name").filter { !$0.isWhitespace }
                members += [
                    ("\(prefix)_automated", .integer(sum.automated)), ("\(prefix)_manual", .integer(sum.manual)),
                    ("\(prefix)_total", .integer(total)), ("\(prefix)_percentAutomated", .number(percent)),
                    ("\(prefix)_automatedChange", .integer(change.automated)),
                    ("\(prefix)_manualChange", .integer(change.manual)),
                ]
            }
            rows.append(.members(members))
        }
        return rows
    }

    /// The first millisecond after a period.
    private static func end(_ start: Int64, _ period: ReportPeriod) -> Int64 {
        let day = Timestamp.millisecondsPerDay
        switch period {
        case .day: return start + day
        case .week: return start + 7 * day
        case .month, .quarter, .year:
            let months = period == .month ? 1 : period == .quarter ? 3 : 12
            let parts = Timestamp.day(start).split(separator: "-").compactMap { Int($0) }
            guard parts.count == 3 else { return start }
            let place = parts[1] - 1 + months
            let (year, month) = (parts[0] + place / 12, place % 12 + 1)
            let text = "\(year)-\(month < 10 ? "0" : "")\(month)-01"
            return Timestamp.parse(text) ?? start
        }
    }
}
