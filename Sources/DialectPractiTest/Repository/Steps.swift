import Engine
import Model
import Wire

/// The steps of tests (PractiTest API, Steps).
enum Steps {
    static let kind = Kind(
        type: "steps", singular: "Step", entity: "Step", order: [.by("testCaseId"), .by("order"), .by("id")],
        inProject: { .equals("isDeleted", false) && .related("testCase", .some, Kind.live($0)) }, write: write)

    /// A step as a body describes it.
    struct StepText: Sendable {
        var name: String
        var description: String
        var expected: String
    }

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        let work = rendering.work
        let owners = Set(rows.compactMap { $0["testCaseId"].integer }).sorted()
        let siblings = try work.find(
            Query(
                "Step", where: .oneOf("testCaseId", owners.map { .int($0) }) && .equals("isDeleted", false),
                fields: ["testCaseId"], order: [.by("testCaseId"), .by("order"), .by("id")]))
        var positions: [Int64: Int64] = [:]
        var counts: [Int64: Int64] = [:]
        for row in siblings {
            let owner = row["testCaseId"].integer ?? 0
            counts[owner, default: 0] += 1
            positions[row.id] = counts[owner]
        }
        let groups = try rendering.rows(
            "SharedStepGroup", rows.map { $0["sharedStepGroupId"].integer }, ["name", "number"])
        for row in rows {
            let group = row["sharedStepGroupId"].integer
            var text = shown(row)
            if let group {
                let name = groups[group]?.text("name") ?? ""
                let number = groups[group]?["number"].integer ?? group
                text = StepText(name: "Call To Test #\(number): \(name)", description: "", expected: "")
            }
            writer.beginResource(row.id, "steps")
            writer.member("project-id", number: rendering.project)
            writer.member("kind", group == nil ? "ManualStep" : "CallToTest")
            writer.member("test-id", number: row["testCaseId"].integer)
            writer.member("test-to-call-id", number: nil)
            writer.member("name", text.name)
            writer.member("description", text.description)
            writer.member("expected-results", text.expected)
            writer.member("position", number: positions[row.id] ?? 1)
            writer.times(row)
            writer.endObject()
            writer.endObject()
        }
    }

    /// A step from elsewhere may have an action only: its first line is the name then.
    static func shown(_ row: Row) -> StepText {
        let action = RichText.plain(row["step"])
        let expected = RichText.plain(row["expectedResult"])
        if let name = row["name"].string, !name.isEmpty {
            let isNameOnly = StoredJSON.object(row["attributes"])["isNameOnly"]?.bool == true && action == name
            return StepText(name: name, description: isNameOnly ? "" : action, expected: expected)
        }
        let line = action.split(separator: "\n", omittingEmptySubsequences: true).first.map { String($0.prefix(255)) }
        let name = line ?? ""
        return StepText(name: name, description: action == name ? "" : action, expected: expected)
    }

    /// The columns of a step; elsewhere the action is the description, or the name where there is none.
    static func columns(_ draft: StepText) -> [String: Value] {
        let isNameOnly = draft.description.isEmpty
        return [
            "name": .text(draft.name),
            "step": RichText.stored(.string(isNameOnly ? draft.name : draft.description)),
            "expectedResult": draft.expected.isEmpty ? .null : RichText.stored(.string(draft.expected)),
            "attributes": isNameOnly ? #"{"isNameOnly":true}"# : .null,
        ]
    }

    /// Appends steps to tests; returns their ids.
    static func store(_ steps: [(test: Int64, step: StepText)], _ work: Writing) throws(DomainError) -> [Int64] {
        guard !steps.isEmpty else { return [] }
        let owners = Set(steps.map(\.test))
        let known = try work.groups(
            "Step", where: .oneOf("testCaseId", owners.sorted().map { .int($0) }) && .equals("isDeleted", false),
            Grouping(by: ["testCaseId"], aggregates: [Aggregate(.maximum, "order"), Aggregate(.count)]))
        var next: [Int64: Int64] = [:]
        for row in known.values { next[row[0].integer ?? 0] = (row[1].integer ?? -1) + 1 }
        var drafts: [Draft] = []
        for (test, step) in steps {
            let order = next[test] ?? 0
            next[test] = order + 1
            var draft = Draft(columns(step))
            draft["testCaseId"] = .int(test)
            draft["order"] = .int(order)
            drafts.append(draft)
        }
        return try work.insert("Step", drafts)
    }

    /// `steps` as `{"data":[…]}` beside the attributes, or as a bare array among them.
    static func drafts(_ element: inout Entry) -> [StepText] {
        let beside = element.beside.member("steps")
        let given = beside?.object?.member("data") ?? beside ?? element.member("steps")?.object?.member("data")
        guard let array = (given ?? element.member("steps") ?? .null).array else { return [] }
        guard array.count <= 1000 else {
            element.failBeside("steps", "at most 1000 steps")
            return []
        }
        return drafts(array, &element, at: "steps/data")
    }

    static func drafts(_ array: [JSON], _ element: inout Entry, at path: String) -> [StepText] {
        var result: [StepText] = []
        for (index, value) in array.enumerated() {
            let object = value.object?.member("attributes")?.object ?? value.object ?? JSONObject()
            func text(_ name: String) -> String { object.member(name).flatMap { Names.text($0) } ?? "" }
            let name = text("name")
            if name.allSatisfy(\.isWhitespace) {
                element.note(
                    Issue(field: "\(element.pointer)/\(path)/\(index)/name", message: "name is missing"))
            } else if name.unicodeScalars.count > 1000 {
                element.note(
                    Issue(
                        field: "\(element.pointer)/\(path)/\(index)/name",
                        message: "name is invalid: longer than 1000 characters"))
            }
            result.append(StepText(name: name, description: text("description"), expected: text("expected-results")))
        }
        return result
    }

    // MARK: Handlers

    static func narrow(_ request: Request, _ work: Reading, _ project: Int64) throws(DomainError) -> Choice {
        Choice(filter: request.named("name") && request.oneOf("test-ids", "testCaseId"), selection: nil)
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            var element = try request.element()
            let test = element.id("test-id")
            if test.value == nil { element.miss("test-id") }
            if let id = test.value, try Tests.kind.known([id], project, work).isEmpty {
                element.fail("test-id", "there is no test \(id)")
            }
            let array = element.member("steps")?.array ?? element.member("steps")?.object?.member("data")?.array
            var drafts: [StepText] = []
            if let array, !array.isEmpty {
                if array.count > 100 { element.fail("steps", "at most 100 steps") }
                drafts = Steps.drafts(array, &element, at: "attributes/steps")
            } else {
                element.miss("steps")
            }
            try element.finish()
            let ids = try store(drafts.map { (test.value ?? 0, $0) }, work)
            let bytes = try kind.bytes(ids, request.rendering(work, project))
            return .resource([UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")])
        }
    }

    static func update(_ element: Entry, _ row: Row, _ work: Writing, _ project: Int64) throws(DomainError) {
        var element = element
        guard row["sharedStepGroupId"].isNull else {
            throw .invalid("/data", "The step calls another test and has no text of its own")
        }
        var draft = shown(row)
        if let name = element.name(["name"], isNew: false).value { draft.name = name }
        let description = element.text("description")
        if description.isGiven { draft.description = description.value ?? "" }
        let expected = element.text("expected-results")
        if expected.isGiven { draft.expected = expected.value ?? "" }
        try element.finish()
        try work.update("Step", [Change(row.id, set: columns(draft))])
    }
}
