public import Formats
public import Model
import Statements
import Store

/// Writes features into the repository: a folder each, a case for each scenario.
public final class FeatureWriter {
    public struct Outcome: Sendable {
        public var total: Int64 = 0
        public var created: Int64 = 0
        public var updated: Int64 = 0
        public var unchanged: Int64 = 0
        public var folders: [Int64] = []
        public var cases: [Int64] = []
    }

    private let work: Writing
    private let order: PlanImport
    private let plan: Int64
    private var folders: PlanFolderPaths
    public private(set) var outcome = Outcome()

    public init(_ work: Writing, _ order: PlanImport) throws(DomainError) {
        self.work = work
        self.order = order
        let root = try work.rootFolder(project: order.project)
        plan = try work.plan(for: order)
        folders = PlanFolderPaths(
            work, project: order.project, repository: root.repository, base: order.folder ?? root.folder, plan: plan)
    }

    public func take(_ feature: GherkinFeature) throws(DomainError) {
        let home = try folders.folder([feature.name.isEmpty ? "Feature" : feature.name])
        if !outcome.folders.contains(home) { outcome.folders.append(home) }
        for scenario in feature.scenarios {
            outcome.total += 1
            var path = [feature.name.isEmpty ? "Feature" : feature.name]
            if let rule = scenario.rule, !rule.isEmpty { path.append(rule) }
            let folder = try folders.folder(path)
            if !outcome.folders.contains(folder) { outcome.folders.append(folder) }
            let id = try write(scenario, folder, feature)
            outcome.cases.append(id)
            let row: [Value] = [.int(plan), .int(id), .int(folder), .int(id)]
            try work.store(
                work.schema["TestPlanCase"], ["testPlanId", "repositoryCaseId", "folderId", "order"], [row],
                onConflict: .skip)
        }
    }

    private func write(
        _ scenario: GherkinFeature.Scenario, _ folder: Int64, _ feature: GherkinFeature
    ) throws(DomainError) -> Int64 {
        let name = String((scenario.name.isEmpty ? "(unnamed)" : scenario.name).prefix(1000))
        let precondition = scenario.background.isEmpty ? nil : scenario.background.joined(separator: "\n")
        let text = scenario.description.isEmpty ? feature.description : scenario.description
        let own = Filter.equals("folderId", .int(folder)) && .equals("name", .text(name)) && .equals("isDeleted", false)
        guard let known = try work.first(Query("RepositoryCase", where: own, order: [.by("id")])) else {
            var input = CaseInput()
            input.fields = [
                "name": .text(name), "folderId": .int(folder), "preconditions": .text(precondition),
                "order": .int(try folders.nextOrder(folder)),
            ]
            if let set = try dataSet(scenario, nil) { input.fields["dataSetId"] = .int(set) }
            input.steps = scenario.steps.map { CaseInput.Step(action: .string($0.text)) }
            input.tags = scenario.tags
            if !text.isEmpty { input.values = [("description", .string(text))] }
            outcome.created += 1
            return try work.createCases(project: order.project, [input])[0]
        }
        try change(known, scenario, precondition)
        return known.id
    }

    /// Steps, precondition and tags are replaced where they differ.
    private func change(
        _ known: Row, _ scenario: GherkinFeature.Scenario, _ precondition: String?
    ) throws(DomainError) {
        let tree = try work.tree(
            Query(
                "RepositoryCase", where: .equals("id", .int(known.id)), fields: ["id"],
                include: [
                    Query.Include(
                        "steps",
                        .rows(
                            Query("Step", where: .equals("isDeleted", false), order: [.by("order"), .by("id")]))),
                    Query.Include("tags", .rows(Query("Tag", where: .equals("isDeleted", false)))),
                ]))
        let steps = tree.related("steps", of: 0).map { RichText.plain($0["step"]) }
        let tags = Set(tree.related("tags", of: 0).map { $0.text("name").lowercased() })
        let isSame =
            steps == scenario.steps.map(\.text) && known["preconditions"].string == precondition
            && tags == Set(scenario.tags.map { $0.lowercased() })
        let hasSameData = try isSameData(scenario, known["dataSetId"].integer)
        guard !isSame || !hasSameData else {
            outcome.unchanged += 1
            return
        }
        outcome.updated += 1
        var input = CaseInput()
        input.fields["preconditions"] = .text(precondition)
        if !hasSameData { input.fields["dataSetId"] = .int(try dataSet(scenario, known["dataSetId"].integer)) }
        input.steps = scenario.steps.map { CaseInput.Step(action: .string($0.text)) }
        input.tags = scenario.tags
        try work.updateCase(known.id, input)
    }

    private func rows(of set: Int64) throws(DomainError) -> [Row] {
        try work.find(Query("DataSetRow", where: .equals("dataSetId", .int(set)), order: [.by("order"), .by("id")]))
    }

    private func isSameData(_ scenario: GherkinFeature.Scenario, _ set: Int64?) throws(DomainError) -> Bool {
        guard let set else { return scenario.columns.isEmpty }
        let row = try work.row("DataSet", .id(set))
        guard row.text("columns") == FeatureWriter.list(scenario.columns) else { return false }
        return try rows(of: set).map { $0.text("values") } == scenario.rows.map { FeatureWriter.list($0) }
    }

    private static func list(_ texts: [String]) -> String { JSON.array(texts.map { .string($0) }).text }

    /// The examples of an outline; those of a known set are replaced.
    private func dataSet(_ scenario: GherkinFeature.Scenario, _ known: Int64?) throws(DomainError) -> Int64? {
        guard !scenario.columns.isEmpty else { return nil }
        let columns = FeatureWriter.list(scenario.columns)
        let values: [String: Value] = [
            "columns": .text(columns),
            "schema": .text(JSON.members([("columns", .array(scenario.columns.map { .string($0) }))]).text),
        ]
        let set: Int64
        if let known {
            try work.update("DataSet", [Change(known, set: values)])
            try work.delete("DataSetRow", ids: try rows(of: known).map(\.id))
            set = known
        } else {
            var draft = Draft(values)
            draft["projectId"] = .int(order.project)
            draft["name"] = .text(String(scenario.name.prefix(500)))
            set = try work.insert("DataSet", [draft])[0]
        }
        var drafts: [Draft] = []
        for (place, row) in scenario.rows.enumerated() {
            drafts.append(
                Draft(["dataSetId": .int(set), "order": .int(place), "values": .text(FeatureWriter.list(row))]))
        }
        try work.insert("DataSetRow", drafts)
        return set
    }
}
