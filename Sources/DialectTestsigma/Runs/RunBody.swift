import Engine
import Model
import Wire

/// What a body says about a run.
struct RunBody: Sendable {
    private let isNew: Bool
    private let fields: [String: Value]
    private let status: String?
    private let type: String
    private let filters: [CaseSelection.Condition]?
    private let excluded: [String]?
    private let plan: Given<String>
    private let assignee: Given<String>
    private let labels: [String]?
    private let environments: [RowKey]?

    init(_ object: JSONObject, isNew: Bool, present: String = "STATIC") throws(DomainError) {
        var input = Input(object)
        self.isNew = isNew
        var fields: [String: Value] = [:]
        fields.set("name", input.title("title", isNew: isNew, limit: 500))
        fields.set("note", input.text("description")) { RichText.stored(.string(HTMLText.safe($0))) }
        fields.set("startDate", input.moment("start_date"))
        fields.set("endDate", input.moment("end_date"))
        self.fields = fields
        let status = input.text("status").value
        if let status, !["ACTIVE", "CLOSED"].contains(status) { input.fail("status", "must be ACTIVE or CLOSED") }
        self.status = status
        // The type stays what it was; a body that is sent back names it.
        let given = isNew ? input.text("selection_type").value : nil
        type = given ?? present
        if !["STATIC", "DYNAMIC"].contains(type) { input.fail("selection_type", "must be STATIC or DYNAMIC") }
        let name = type == "DYNAMIC" ? "dynamic_selection_filters" : "static_selection_filters"
        filters = RunBody.conditions(name, &input)
        excluded = input.texts("dynamic_selection_excluded_test_case_ids").value
        plan = input.word("test_plan_id")
        assignee = input.word("assignee_id")
        labels = input.texts("label_names").value
        environments = input.keys("environment_ids").value
        try input.finish()
    }

    private static func conditions(_ name: String, _ input: inout Input) -> [CaseSelection.Condition]? {
        let given = input.array(name)
        guard let elements = given.value else { return given.isGiven ? [] : nil }
        var result: [CaseSelection.Condition] = []
        for (index, element) in elements.enumerated() {
            let place = "\(name)[\(index)]"
            guard let object = element.object else {
                input.fail(place, "must be an object")
                continue
            }
            let field = object["field"]?.string
            var word = object["operator"]?.string ?? ""
            if word == "EQ" { word = "EQUALS" } else if word == "NEQ" { word = "NOT_EQUALS" }
            let comparison = CaseSelection.Condition.Comparison(rawValue: word)
            let values = (object["values"]?.array ?? []).compactMap { value in
                value.string ?? value.integer.map { String($0) }
            }
            if field == nil { input.fail("\(place).field", "is required") }
            if comparison == nil { input.fail("\(place).operator", "is no operator that we know") }
            if object["values"]?.array?.count != values.count { input.fail("\(place).values", "must be an array") }
            guard let field, let comparison else { continue }
            result.append(CaseSelection.Condition(field: field, comparison: comparison, values: values))
        }
        return result
    }

    /// Problems of conditions belong to the list that holds them.
    private func checked<T>(_ body: () throws(DomainError) -> T) throws(DomainError) -> T {
        do throws(DomainError) {
            return try body()
        } catch {
            guard error.code == .invalid else { throw error }
            let name = type == "DYNAMIC" ? "dynamic_selection_filters" : "static_selection_filters"
            throw .invalid(name, error.message)
        }
    }

    private func values(_ project: Row, in work: Writing) throws(DomainError) -> [String: Value] {
        var values = fields
        if let word = plan.value {
            let row = try work.named("TestPlan", word, by: "test_plan_id", of: project, mark: "P")
            values["testPlanId"] = .int(row.id)
        } else if plan.isGiven {
            values["testPlanId"] = .null
        }
        if let word = assignee.value {
            values["assignedToId"] = .int(try work.user(word, by: "assignee_id").id)
        } else if assignee.isGiven {
            values["assignedToId"] = .null
        }
        if let filters {
            let selection = CaseSelection(filters, product: "TESTSIGMA")
            _ = try checked { () throws(DomainError) in try work.filter(selection, project: project.id) }
            values["selection"] = selection.stored
        }
        if let excluded {
            let found = try work.cases(named: excluded, project: project.id)
            guard found.count == Set(excluded).count else {
                let field = "dynamic_selection_excluded_test_case_ids"
                throw .invalid(field, "\(field) names no test case of the project")
            }
            values["excludedCases"] = .text(JSON.array(excluded.compactMap { found[$0] }.map { .integer($0) }).text)
        }
        return values
    }

    /// The cases that the conditions choose now; none at all without a condition.
    private func chosen(_ project: Row, in work: Writing) throws(DomainError) -> [Int64] {
        guard let filters, !filters.isEmpty, filters.allSatisfy({ !$0.values.isEmpty }) else { return [] }
        let selection = CaseSelection(filters, product: "TESTSIGMA")
        let found = try checked { () throws(DomainError) in try work.cases(selection, project: project.id) }
        // Cases that were named stand in the order in which they were named.
        guard let named = filters.first(where: { $0.field == "id" && $0.comparison == .isIn }) else { return found }
        let places = try work.cases(named: named.values, project: project.id)
        var order: [Int64: Int] = [:]
        for (index, word) in named.values.enumerated() {
            if let id = places[word], order[id] == nil { order[id] = index }
        }
        return found.sorted { (order[$0] ?? .max, $0) < (order[$1] ?? .max, $1) }
    }

    func create(_ project: Row, in work: Writing) throws(DomainError) -> Int64 {
        var values = try values(project, in: work)
        values["selectionType"] = .text(type)
        let members = type == "STATIC" ? try chosen(project, in: work) : []
        let id = try work.createRun(
            project: project.id, values, members: members.map { Writing.RunMember(caseId: $0) })
        if type == "DYNAMIC" { try work.refreshSelection(ofRun: id) }
        try relate(id, in: work)
        if status == "CLOSED" { try close(id, in: work) }
        return id
    }

    private func close(_ id: Int64, in work: Writing) throws(DomainError) {
        try work.update(
            "TestRun", [Change(id, set: ["isCompleted": true, "closedById": .int(work.caller.userId)])])
    }

    func update(_ row: Row, _ project: Row, in work: Writing) throws(DomainError) {
        let values = try values(project, in: work)
        let isClosed = row.flag("isCompleted")
        if status == "ACTIVE", isClosed {
            try work.update("TestRun", [Change(row.id, set: ["isCompleted": false, "closedById": .null])])
        }
        let isOpen = !isClosed || status == "ACTIVE"
        let changed = values.filter { row[$0.key] != $0.value }
        if changed.isEmpty {
            try work.requireUpdatable("TestRun", [row.id])
        } else {
            try work.update("TestRun", [Change(row.id, set: changed)])
        }
        let isNewSelection = changed["selection"] != nil || changed["excludedCases"] != nil
        if isNewSelection {
            guard isOpen else { throw .invalid("status", "the run is closed") }
            if type == "DYNAMIC" {
                try work.refreshSelection(ofRun: row.id)
            } else if changed["selection"] != nil {
                try work.setMembers(ofRun: row.id, try chosen(project, in: work), keepingExecuted: true)
            }
        }
        try relate(row.id, in: work)
        if status == "CLOSED", !isClosed { try close(row.id, in: work) }
    }

    private func relate(_ id: Int64, in work: Writing) throws(DomainError) {
        if let labels { try work.setTags("TestRun", id, try Labels.names(labels, in: work)) }
        guard let environments else { return }
        let wanted = try work.ids("Configuration", environments) { _ in "environment_ids" }
        let tree = try work.tree(
            Query(
                "TestRun", where: .equals("id", .int(id)), fields: ["id"],
                include: [Query.Include("environments", .rows(Query("Configuration", fields: ["id"])))]))
        let present = Set(tree.related("environments", of: 0).map(\.id))
        try work.unlink("TestRun", id, "environments", present.subtracting(wanted).sorted())
        try work.link("TestRun", id, "environments", wanted.filter { !present.contains($0) })
    }
}
