import Engine
import Model
import Wire

/// Making and changing tests.
enum TestChanges {
    /// A test as a body describes it.
    struct CaseDraft {
        var input = CaseInput()
        var custom: [(field: Int64, value: JSON)] = []
        var steps: [Steps.StepText] = []
    }

    static func create(
        _ request: Request, _ elements: [Entry], _ work: Writing, _ project: Int64
    ) throws(DomainError) -> [Int64] {
        let drafting = Drafting(work, project)
        var elements = elements
        var drafts: [CaseDraft] = []
        for index in elements.indices { drafts.append(try draft(&elements[index], nil, drafting)) }
        try Entry.finish(elements)
        return try store(drafts, drafting)
    }

    static func store(_ drafts: [CaseDraft], _ drafting: Drafting) throws(DomainError) -> [Int64] {
        let work = drafting.work
        let ids = try work.createCases(project: drafting.project, drafts.map(\.input))
        var custom: [(id: Int64, values: [(field: Int64, value: JSON)])] = []
        var steps: [(test: Int64, step: Steps.StepText)] = []
        for (id, draft) in zip(ids, drafts) {
            custom.append((id, draft.custom))
            steps += draft.steps.map { (id, $0) }
        }
        try drafting.store(.testCase, custom)
        _ = try Steps.store(steps, work)
        return ids
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        let drafting = Drafting(work, project)
        var element = element
        let draft = try draft(&element, row, drafting)
        try element.finish()
        try work.updateCase(row.id, draft.input)
        try drafting.store(.testCase, [(row.id, draft.custom)])
        // Steps that people wrote are never overwritten.
        let present = try work.count("Step", where: .equals("testCaseId", .int(row.id)) && .equals("isDeleted", false))
        if present == 0 { _ = try Steps.store(draft.steps.map { (row.id, $0) }, work) }
    }

    /// Reads the attributes; `row` is the test that is changed.
    static func draft(_ element: inout Entry, _ row: Row?, _ drafting: Drafting) throws(DomainError) -> CaseDraft {
        let work = drafting.work
        var result = CaseDraft()
        var values: [String: Value] = [:]
        if let name = element.name(["name"], isNew: row == nil).value { values["name"] = .text(name) }
        if row == nil {
            if let author = try drafting.person("author-id", &element) { values["creatorId"] = .int(author) }
            values["source"] = "MANUAL"
        } else if let editor = try drafting.person("updated-by-user-id", &element) {
            values["updatedById"] = .int(editor)
        }
        try drafting.assignment(&element, &values)
        values.setLabels(&element)
        values.set("preconditions", element.text("preconditions"))
        values.set("scenario", element.text("scenario"))
        values.set("estimate", element.duration("duration-estimate")) { .int(Int64($0.rounded())) }
        readType(&element, row, &values)
        readAutomatedFields(&element, row, &values)
        try readStatus(&element, drafting, &values)
        try readFolder(&element, drafting, isNew: row == nil, &values)
        try readTexts(&element, work, isNew: row == nil, &result, &values)
        if case .value(let tags) = element.words("tags") {
            result.input.tags = tags
        } else if row != nil, element.member("tags")?.isNull == true {
            result.input.tags = []
        }
        result.custom = try drafting.customValues(&element)
        result.steps = Steps.drafts(&element)
        if row == nil { try drafting.requireMandatory(.testCase, result.custom, &element) }
        result.input.fields = values
        return result
    }

    private static func readType(_ element: inout Entry, _ row: Row?, _ values: inout [String: Value]) {
        let given = element.text("test-type").value
        guard let given else {
            if row == nil {
                values["testType"] = "ApiTest"
                values["automationStatus"] = "AUTOMATED"
            }
            return
        }
        guard Tests.types.contains(given) else {
            return element.fail("test-type", "must be one of \(Tests.types.joined(separator: ", "))")
        }
        values["testType"] = .text(given)
        let isAutomated = Tests.isAutomated(given)
        if row?.flag("automated") != isAutomated { values["automationStatus"] = isAutomated ? "AUTOMATED" : "MANUAL" }
    }

    private static let automatedNames: [String] = [
        "automated_test_design", "script_repository", "num_of_results", "suite_path", "client_type", "script_path",
        "results_path", "script_name",
    ]

    private static func readAutomatedFields(
        _ element: inout Entry, _ row: Row?, _ values: inout [String: Value]
    ) {
        guard let given = element.object("automated-fields").value else { return }
        var merged = StoredJSON.object(row?["automatedFields"] ?? .null).object ?? JSONObject()
        for name in automatedNames {
            guard let value = given.member(Names.folded(name)) ?? given[name] else { continue }
            if value.isNull {
                merged[name] = nil
            } else if name == "num_of_results" {
                merged[name] =
                    value.integer.map { .integer($0) } ?? value.string.flatMap { Int64($0) }.map { .integer($0) }
            } else {
                merged[name] = Names.text(value).map { .string($0) }
            }
        }
        // The members keep the order of the documentation.
        let members = automatedNames.compactMap { name in merged[name].map { (name, $0) } }
        values["automatedFields"] = .text(JSON.members(members).text)
    }

    /// A state of the project takes the case along; any other word is kept as it was written.
    private static func readStatus(
        _ element: inout Entry, _ drafting: Drafting, _ values: inout [String: Value]
    ) throws(DomainError) {
        switch element.text("status") {
        case .absent: return
        case .null: values["stateLabel"] = .null
        case .value(let word):
            if let state = try drafting.work.states().entries.first(where: {
                $0.scope == "CASES" && $0.isEnabled && $0.name.lowercased() == word.lowercased()
            }) {
                values["stateId"] = .int(state.id)
                values["stateLabel"] = .null
            } else {
                values["stateLabel"] = word.isEmpty ? .null : .text(word)
            }
        }
    }

    private static func readFolder(
        _ element: inout Entry, _ drafting: Drafting, isNew: Bool, _ values: inout [String: Value]
    ) throws(DomainError) {
        switch element.id("folder-id") {
        case .absent: return
        case .null:
            if !isNew { values["folderId"] = .int(try drafting.work.rootFolder(project: drafting.project).folder) }
        case .value(let id):
            let found = try drafting.work.first(
                Query(
                    "RepositoryFolder", where: .equals("id", .int(id)) && Kind.live(drafting.project), fields: ["id"]))
            guard found != nil else { return element.fail("folder-id", "there is no such folder") }
            values["folderId"] = .int(id)
        }
    }

    /// Description and priority live in the fields that every case has.
    private static func readTexts(
        _ element: inout Entry, _ work: Writing, isNew: Bool, _ result: inout CaseDraft, _ values: inout [String: Value]
    ) throws(DomainError) {
        let fields = try work.caseFields().fields
        let description = element.text("description")
        if fields.contains(where: { $0.systemName == "description" }), description.isGiven {
            if let text = description.value {
                result.input.values.append(("description", .string(text)))
            } else if !isNew {
                result.input.values.append(("description", .null))
            }
        }
        let priority = element.text("priority")
        guard priority.isGiven else { return }
        let known = fields.first { $0.systemName == "priority" }
        let option = known?.options.first { $0.name == priority.value }
        values["priorityLabel"] = option == nil ? .text(priority.value) : .null
        if known != nil, option != nil || !isNew {
            result.input.values.append(("priority", option.map { .integer($0.id) } ?? .null))
        }
    }
}
