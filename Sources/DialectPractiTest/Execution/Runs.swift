import Engine
import Model
import Wire

/// Runs are results: every execution of an instance is kept (PractiTest API, Runs).
enum Runs {
    static let kind = Kind(
        type: "runs", singular: "Run", entity: "TestRunResult", order: [.by("id", .descending)],
        inProject: { live($0) }, write: write)

    static func live(_ project: Int64) -> Filter {
        .equals("isDeleted", false) && .related("testRun", .some, Kind.live(project))
            && .related("testRunCase", .some, .related("repositoryCase", .some, .equals("isDeleted", false)))
    }

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let instances = try rendering.rows(
            "TestRunCase", rows.map { $0["testRunCaseId"].integer }, ["repositoryCaseId"])
        let fields = try rendering.customFields(.result, rows.map(\.id))
        let statuses = try rendering.work.statuses()
        for row in rows {
            let instance = row["testRunCaseId"].integer ?? 0
            writer.beginResource(row.id, "runs")
            writer.member("project-id", number: rendering.project)
            writer.member("status", statuses.verdict(row["statusId"].integer).rawValue)
            writer.member("tester-id", number: row["executedById"].integer)
            writer.member("instance-id", number: instance)
            writer.member("preconditions", row["preconditions"].string)
            writer.member("version", row["versionLabel"].string)
            writer.member("test-id", number: instances[instance]?["repositoryCaseId"].integer)
            writer.member("run-type", row["runType"].string ?? "ManualRun")
            fields.write(row.id, to: &writer)
            writer.member("automated-execution-output", row["output"].string)
            writer.member("run-duration", duration: row["elapsed"].integer ?? 0)
            writer.member("created-at", time: row["executedAt"])
            writer.member("updated-at", time: row["updatedAt"])
            writer.member("set-id", number: row["testRunId"].integer)
            writer.endObject()
            writer.endObject()
        }
    }

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        var filter = request.oneOf("set-ids", "testRunId") && request.oneOf("instance-ids", "testRunCaseId")
        if let tests = request.parameters.ids("test-ids") {
            filter =
                filter
                && .related("testRunCase", .some, .oneOf("repositoryCaseId", tests.map { .int($0) }))
        }
        if let type = request.parameters["run-type"] {
            // Results from elsewhere without a type are shown as manual.
            let manual = Filter.equals("runType", .text(type)) || .equals("runType", .null)
            filter = filter && (type == "ManualRun" ? manual : .equals("runType", .text(type)))
        }
        if let hours = request.parameters["updated-hours-ago"] {
            guard let hours = Int64(hours), (0...1_000_000).contains(hours) else {
                throw .invalid("?updated-hours-ago", "updated-hours-ago is invalid: must be a number of hours")
            }
            filter = filter && .compare("updatedAt", .greaterOrEqual, .int(work.now - hours * 3_600_000))
        }
        return Choice(filter: filter, selection: try request.setSelection("TestRunResult", work, project))
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        let drafting = Drafting(work, project)
        var element = element
        var values: [String: Value] = [:]
        values.set("versionLabel", element.text("version"))
        values.set("output", element.text("automated-execution-output")) { .text(String($0.prefix(255))) }
        let duration = element.duration("run-duration")
        values.set("seconds", duration) { .double($0) }
        values.set("elapsed", duration) { .int(Int64($0.rounded())) }
        let custom = try drafting.customValues(&element)
        try element.finish()
        try work.update("TestRunResult", [Change(row.id, set: values)])
        try drafting.store(.result, [(row.id, custom)])
    }

}

/// The outcomes of single steps (PractiTest API, Step runs).
enum StepRuns {
    static let kind = Kind(
        type: "step-runs", singular: "Step run", entity: "TestRunStepResult",
        order: [.by("testRunResultId"), .by("order"), .by("id")],
        inProject: { .equals("isDeleted", false) && .related("testRunResult", .some, Runs.live($0)) }, write: write)

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let work = rendering.work
        let owners = Set(rows.compactMap { $0["testRunResultId"].integer }).sorted()
        let siblings = try work.find(
            Query(
                "TestRunStepResult",
                where: .oneOf("testRunResultId", owners.map { .int($0) }) && .equals("isDeleted", false),
                fields: ["testRunResultId"], order: [.by("testRunResultId"), .by("order"), .by("id")]))
        var positions: [Int64: Int64] = [:]
        var counts: [Int64: Int64] = [:]
        for row in siblings {
            let owner = row["testRunResultId"].integer ?? 0
            counts[owner, default: 0] += 1
            positions[row.id] = counts[owner]
        }
        let statuses = try work.statuses()
        let steps = try rendering.rows(
            "Step", rows.map { $0["stepId"].integer }, ["name", "step", "expectedResult", "attributes"])
        for row in rows {
            let step = row["stepId"].integer.flatMap { steps[$0] }.map { Steps.shown($0) }
            writer.beginResource(row.id, "step-runs")
            writer.member("project-id", number: rendering.project)
            writer.member("run-id", number: row["testRunResultId"].integer)
            writer.member("name", row["name"].string ?? step?.name ?? "Step \(positions[row.id] ?? 1)")
            writer.member("description", row["description"].string ?? step?.description)
            writer.member("expected-results", row["expectedResult"].string ?? step?.expected)
            let notes = row["notes"].isNull ? nil : RichText.plain(row["notes"])
            writer.member("actual-results", row["actualResult"].string ?? notes)
            writer.member("status", statuses.verdict(row["statusId"].integer).rawValue)
            writer.member("position", number: positions[row.id] ?? 1)
            writer.times(row)
            writer.endObject()
            writer.endObject()
        }
    }

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        var filter = request.oneOf("run-ids", "testRunResultId")
        let named = request.named("name")
        if named != .all {
            filter = filter && (named || .equals("name", .null) && .related("step", .some, named))
        }
        if let status = request.parameters["status"] {
            let ids = try Verdict(rawValue: status).map { verdict throws(DomainError) in
                try work.statuses().ids(of: verdict)
            }
            filter = filter && .oneOf("statusId", (ids ?? []).map { .int($0) })
        }
        return Choice(filter: filter, selection: nil)
    }
}
