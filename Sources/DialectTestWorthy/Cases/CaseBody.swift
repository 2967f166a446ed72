import Engine
import Model
import Wire

/// What a body says about a case.
struct CaseBody: Sendable {
    /// A step as it was written.
    struct Step: Sendable {
        let action: String
        let expected: String?
    }

    static let automation = ["Manual", "Automated", "To Automate", "Semi-Automated"]

    let title: String?
    private let suite: Given<RowKey>
    private let section: Given<RowKey>
    private let description: Given<String>
    private let preconditions: Given<String>
    private let steps: [Step]?
    private let expected: Given<String>
    private let priority: String?
    private let type: String?
    private let automation: String?
    private let state: String?
    private let estimate: Given<Int64>
    private let tags: [String]?
    private let custom: [(field: String, value: JSON)]
    private let assignee: Given<RowKey>

    init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
        var input = Input(object)
        let title = input.text("title")
        if isNew || title.isGiven, let text = input.required("title", title) {
            input.checkLength("title", text, 1...500)
        }
        self.title = title.value
        suite = input.key("suiteId")
        section = input.key("sectionId")
        description = input.text("description")
        preconditions = input.text("preconditions")
        steps = CaseBody.steps(&input)
        expected = input.text("expectedResult")
        priority = input.text("priority").value
        type = input.text("type").value
        automation = input.choice("automationType", CaseBody.automation).value
        state = input.text("state").value
        estimate = input.count("estimate")
        tags = input.texts("tags").value
        custom = (input.object("customFields").value?.members ?? []).map { ($0.name, $0.value) }
        assignee = input.key("assignedTo")
        try input.finish()
    }

    /// Texts, or objects with an action; anything else is refused.
    private static func steps(_ input: inout Input) -> [Step]? {
        guard let elements = input.array("steps").value else { return input.array("steps").isGiven ? [] : nil }
        var steps: [Step] = []
        for (index, element) in elements.enumerated() {
            if let text = element.string {
                steps.append(Step(action: text, expected: nil))
            } else if let object = element.object, let action = object["action"]?.string {
                let expected = object["expectedResult"] ?? .null
                if !expected.isNull, expected.string == nil {
                    input.fail("steps[\(index)].expectedResult", "must be a text")
                }
                steps.append(Step(action: action, expected: expected.string))
            } else {
                input.fail("steps[\(index)]", "must be a text or an object with an action")
            }
        }
        return steps
    }

    /// What the engine is to do; `present` is the case as it is.
    func input(project: Int64, present: Row?, in work: Writing) throws(DomainError) -> CaseInput {
        var input = CaseInput()
        if let title { input.fields["name"] = .text(title) }
        if let folder = try folder(project: project, present: present, in: work) {
            input.fields["folderId"] = .int(folder)
        }
        input.fields.set("preconditions", preconditions)
        input.fields.set("estimate", estimate)
        input.fields.set("assignedToId", try assignee.reference("User", "assignedTo", in: work))
        try choose(&input, isNew: present == nil, in: work)
        if description.isGiven { input.values.append(("description", .of(description.value))) }
        input.tags = tags
        for (field, value) in custom { input.values.append((field, value)) }
        input.steps = try writtenSteps(present: present, in: work)
        return input
    }

    private func choose(_ input: inout CaseInput, isNew: Bool, in work: Reading) throws(DomainError) {
        if let priority {
            let names = try work.priorities().map(\.name)
            guard let name = Words.named(priority, in: names) else {
                throw .invalid("priority", "priority must be one of \(names.joined(separator: ", "))")
            }
            input.values.append(("priority", .string(name)))
        }
        if let type {
            let lists = try work.valueLists()
            guard let entry = lists.named(type, list: "CASE_TYPE") else {
                let names = lists.list("CASE_TYPE").map(\.name).joined(separator: ", ")
                throw .invalid("type", "type must be one of \(names)")
            }
            input.fields["typeId"] = .int(entry.id)
        }
        if let automation {
            switch automation {
            case "Automated": input.fields["automationStatus"] = "AUTOMATED"
            case "Semi-Automated": input.fields["automationStatus"] = "SEMI_AUTOMATED"
            default: input.fields["automationStatus"] = "MANUAL"
            }
            input.fields["toAutomate"] = .bool(automation == "To Automate")
        }
        if let state {
            guard let entry = try work.states().named(state, scope: "CASES") else {
                throw .invalid("state", "there is no state \(state) of cases")
            }
            input.fields["stateId"] = .int(entry.id)
        }
    }

    /// The folder that suite and section name; `nil` leaves the case where it is.
    private func folder(project: Int64, present: Row?, in work: Writing) throws(DomainError) -> Int64? {
        let suite = try suite.own("RepositoryFolder", "suiteId", project: project, in: work)
        let section = try section.own("RepositoryFolder", "sectionId", project: project, in: work)
        if let section = section.value {
            let inside = Filter.subtree(field: "id", parent: "parentId", root: suite.value ?? section)
            let found = try work.count("RepositoryFolder", where: .equals("id", .int(section)) && inside)
            guard suite.value == nil || (found > 0 && section != suite.value) else {
                throw .invalid("sectionId", "sectionId is no section of the suite")
            }
            return section
        }
        if let suite = suite.value { return suite }
        let root = try work.rootFolder(project: project).folder
        if suite.isGiven { return root }
        guard let present else { return root }
        guard section.isGiven, let folder = present["folderId"].integer else { return nil }
        return try work.places(ofFolders: [folder])[folder]?.top
    }

    // MARK: Steps

    /// The steps to write; `nil` leaves them alone.
    private func writtenSteps(present: Row?, in work: Writing) throws(DomainError) -> [CaseInput.Step]? {
        guard let present else { return fresh(steps ?? [], expected.value, known: []) }
        guard steps != nil || expected.isGiven else { return nil }
        let known = try work.expandedSteps(ofCases: [present.id])[present.id] ?? []
        let shown = CasePage.expected(known)
        if let steps {
            let kept = expected.isGiven ? expected.value : shown
            let says = !expected.isGiven && steps.contains { $0.expected != nil }
            return fresh(steps, says ? nil : kept, known: known)
        }
        if expected.value == shown { return nil }
        return moved(known, expected.value)
    }

    /// Steps of this API; a step that says the same as one that stands keeps its row.
    private func fresh(_ steps: [Step], _ expected: String?, known: [ExpandedStep]) -> [CaseInput.Step] {
        var rest = known.filter { $0.group == nil }
        var result: [CaseInput.Step] = []
        for (index, step) in steps.enumerated() {
            let isLast = index == steps.count - 1
            let outcome = isLast ? expected ?? step.expected : step.expected
            var made = CaseInput.Step(action: .string(step.action), expected: .of(outcome))
            if let place = rest.firstIndex(where: { RichText.plain($0.action) == step.action }) {
                made.key = .uid(rest[place].uid)
                rest.removeSubrange(0...place)
            }
            result.append(made)
        }
        if result.isEmpty, let expected, !expected.isEmpty {
            result.append(CaseInput.Step(action: "", expected: .string(expected)))
        }
        return result
    }

    /// The steps as they stand, with the whole expected result at the last one.
    private func moved(_ known: [ExpandedStep], _ expected: String?) -> [CaseInput.Step] {
        var result: [CaseInput.Step] = []
        var seen: Set<Int64> = []
        for step in known where seen.insert(step.step).inserted {
            var action = JSON(stored: step.action) ?? .string("")
            if step.group != nil { action = .null }
            result.append(CaseInput.Step(key: .uid(step.uid), action: action, sharedGroup: step.group))
        }
        if let last = result.indices.last(where: { result[$0].sharedGroup == nil }) {
            result[last].expected = .of(expected)
        } else if let expected {
            result.append(CaseInput.Step(action: "", expected: .string(expected)))
        }
        // The empty step that only held an expected result goes with it.
        if expected == nil {
            result.removeAll { $0.sharedGroup == nil && RichText.plain($0.action).isEmpty }
        }
        return result
    }
}
