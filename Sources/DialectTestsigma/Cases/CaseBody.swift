import Engine
import Model
import Wire

/// What a body says about a case.
struct CaseBody: Sendable {
    private struct Step: Sendable {
        let key: RowKey?
        let description: String
        let expected: String?
        let order: Double
        let isGroup: Bool
        let group: String?
    }

    private let isNew: Bool
    private let title: String?
    private let description: Given<String>
    private let preconditions: Given<String>
    private let template: String?
    private let steps: Given<String>
    private let expected: Given<String>
    private let individual: [Step]?
    private let folder: Given<String>
    private let status: String?
    private let priority: String?
    private let type: String?
    private let automation: String?
    private let owner: Given<String>
    private let reviewer: Given<String>
    private let labels: [String]?

    init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
        var input = Input(object)
        self.isNew = isNew
        title = input.title("title", isNew: isNew, limit: 500).value
        description = input.text("description")
        preconditions = input.text("preconditions")
        let template = input.text("template_type").value
        if let template, !["TCD", "STEPS"].contains(template) {
            input.fail("template_type", "must be TCD or STEPS")
        }
        steps = input.text("steps")
        expected = input.text("expected_results")
        individual = CaseBody.steps(&input)
        let hasSteps = individual?.isEmpty == false && !steps.isGiven
        self.template = template ?? (isNew ? (hasSteps ? "STEPS" : "TCD") : nil)
        folder = input.word("folder_id")
        if isNew || folder.isGiven { _ = input.required("folder_id", folder) }
        status = input.word("status_id").value
        priority = input.word("priority_id").value
        type = input.word("type_id").value
        automation = input.word("automation_type_id").value
        owner = input.word("owner_id")
        reviewer = input.word("reviewer_id")
        labels = input.texts("label_ids").value
        try input.finish()
    }

    private static func steps(_ input: inout Input) -> [Step]? {
        let given = input.array("individual_steps")
        guard let elements = given.value else { return given.isGiven ? [] : nil }
        var result: [Step] = []
        for (index, element) in elements.enumerated() {
            guard let object = element.object else {
                input.fail("individual_steps[\(index)]", "must be an object")
                continue
            }
            var inner = Input(object, prefix: "individual_steps[\(index)].")
            let group = inner.word("step_group_id").value
            let type = inner.text("step_type").value ?? (group == nil ? "DEFAULT" : "STEP_GROUP")
            if !["DEFAULT", "STEP_GROUP"].contains(type) { inner.fail("step_type", "must be DEFAULT or STEP_GROUP") }
            if type == "STEP_GROUP", group == nil { inner.fail("step_group_id", "is required") }
            let description = inner.text("step_description").value ?? ""
            if type == "DEFAULT", description.isEmpty { inner.fail("step_description", "is required") }
            var order = Double(index + 1)
            if let given = object["order"], !given.isNull {
                if let number = given.double, number.isFinite {
                    order = number
                } else {
                    inner.fail("order", "must be a number")
                }
            }
            let key = object["id"]?.string.flatMap { RowKey($0) }
            result.append(
                Step(
                    key: key, description: description,
                    expected: inner.text("expected_results", "expected_result").value, order: order,
                    isGroup: type == "STEP_GROUP", group: group))
            input.absorb(inner)
        }
        // Places that are the same keep the order of the array.
        return result.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }.map(
            \.element)
    }

    /// What the engine is to do; `present` is the case as it is.
    func input(_ project: Row, present: Row?, in work: Writing) throws(DomainError) -> CaseInput {
        var input = CaseInput()
        if let title { input.fields["name"] = .text(title) }
        if let folder = folder.value {
            let row = try work.named("RepositoryFolder", folder, by: "folder_id", of: project)
            input.fields["folderId"] = .int(row.id)
        }
        if description.isGiven {
            input.values.append(("description", .of(description.value.map { HTMLText.safe($0) })))
        }
        input.fields.set("preconditions", preconditions) { .text(HTMLText.safe($0)) }
        try choose(&input, in: work)
        if let owner = owner.value {
            input.fields["ownerId"] = .int(try work.user(owner, by: "owner_id").id)
        } else if isNew {
            input.fields["ownerId"] = .int(work.caller.userId)
        }
        if let reviewer = reviewer.value {
            input.fields["reviewerId"] = .int(try work.user(reviewer, by: "reviewer_id").id)
        } else if reviewer.isGiven {
            input.fields["reviewerId"] = .null
        }
        if let labels { input.tags = try Labels.names(labels, in: work) }
        try write(&input, project, present, in: work)
        return input
    }

    private func choose(_ input: inout CaseInput, in work: Reading) throws(DomainError) {
        let choices = try CaseChoices(work, product: "TESTSIGMA")
        if let status {
            input.fields.merge(choices.columns(state: try chosen(status, choices.states, "status_id"))) { $1 }
        } else if isNew, let usual = choices.states.first(where: \.isDefault) {
            input.fields.merge(choices.columns(state: usual)) { $1 }
        }
        if let priority {
            let choice = try chosen(priority, choices.priorities, "priority_id")
            input.values.append(("priority", choices.stored(priority: choice)))
        }
        if let type { input.fields.merge(choices.columns(type: try chosen(type, choices.types, "type_id"))) { $1 } }
        if let automation {
            let choice = try chosen(automation, choices.automations, "automation_type_id")
            input.fields.merge(choices.columns(automation: choice)) { $1 }
        }
    }

    private func chosen(_ word: String, _ list: [CaseChoice], _ field: String) throws(DomainError) -> CaseChoice {
        guard let choice = CaseChoices.named(word, in: list) else {
            throw .invalid(field, "\(field) has no value \(word)")
        }
        return choice
    }

    // MARK: Steps

    private func write(
        _ input: inout CaseInput, _ project: Row, _ present: Row?, in work: Writing
    ) throws(DomainError) {
        let before = present?.text("templateType")
        let now = template ?? before ?? "STEPS"
        if now != before { input.fields["templateType"] = .text(now) }
        if now == "STEPS" {
            input.fields.merge(["stepsText": .null, "expectedText": .null]) { $1 }
            // From a document without other steps: its lines are the steps, which the core has already.
            guard let individual, !(individual.isEmpty && before == "TCD") else { return }
            input.steps = try rows(individual, project, in: work)
            return
        }
        guard steps.isGiven || expected.isGiven || now != before else { return }
        let known = try present.map { row throws(DomainError) -> CaseTexts in
            CaseTexts(row, try work.expandedSteps(ofCases: [row.id])[row.id] ?? [])
        }
        let actions = steps.isGiven ? steps.value.map { HTMLText.safe($0) } : known?.steps
        let results = expected.isGiven ? expected.value.map { HTMLText.safe($0) } : known?.expected
        input.fields["stepsText"] = .text(actions)
        input.fields["expectedText"] = .text(results)
        let lines = TextSteps.steps(actions ?? "", results ?? "")
        var old =
            try present.map { row throws(DomainError) in
                try work.expandedSteps(ofCases: [row.id])[row.id] ?? []
            } ?? []
        input.steps = lines.map { line in
            var step = CaseInput.Step(action: .string(line.action), expected: .string(line.expected))
            if let place = old.firstIndex(where: { $0.group == nil && RichText.plain($0.action) == line.action }) {
                step.key = .uid(old[place].uid)
                old.removeSubrange(0...place)
            }
            return step
        }
    }

    private func rows(
        _ steps: [Step], _ project: Row, in work: Writing
    ) throws(DomainError) -> [CaseInput.Step] {
        var result: [CaseInput.Step] = []
        for (index, step) in steps.enumerated() {
            var group: Int64?
            if step.isGroup, let word = step.group {
                let field = "individual_steps[\(index)].step_group_id"
                group = try work.named("SharedStepGroup", word, by: field, of: project, mark: "SG").id
            }
            result.append(
                CaseInput.Step(
                    key: step.key, action: .string(HTMLText.safe(step.description)),
                    expected: .of(step.expected.map { HTMLText.safe($0) }), sharedGroup: group))
        }
        return result
    }
}

/// Labels as bodies name them.
enum Labels {
    /// The names behind UUIDs and names.
    static func names(_ words: [String], in work: Reading) throws(DomainError) -> [String] {
        var uids: [String] = []
        for word in words { if case .uid(let uid) = RowKey(word) { uids.append(uid) } }
        var known: [String: String] = [:]
        if !uids.isEmpty {
            for row in try work.find("Tag", uids.map { .uid($0) }) { known[row.uid] = row.text("name") }
        }
        var names: [String] = []
        for word in words {
            if case .uid(let uid) = RowKey(word) {
                guard let name = known[uid] else { throw .invalid("label_ids", "label_ids names no label") }
                names.append(name)
            } else {
                let name = Words.trimmed(word)
                guard (1...255).contains(name.count) else {
                    throw .invalid("label_ids", "a label has 1 to 255 characters")
                }
                names.append(name)
            }
        }
        return names
    }
}
