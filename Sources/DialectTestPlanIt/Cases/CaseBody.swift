import Engine
import Model
import Wire

/// What the body of a POST or PUT says about a case.
struct CaseBody: Sendable {
    var project: RowKey?
    private var folder: Given<RowKey> = .absent
    private var template: Given<RowKey> = .absent
    private var state: String?
    private var fields: [String: Value] = [:]
    private var steps: [CaseInput.Step]?
    private var tags: [String]?
    private var values: [(field: String, value: JSON)] = []

    enum Purpose: Sendable { case create, update }

    init(_ object: JSONObject, _ purpose: Purpose) throws(DomainError) {
        var input = Input(object)
        let title = input.text("title", "name")
        switch purpose {
        case .create:
            project = input.required("projectId", input.key("projectId"))
            if let title = input.required("title", title) { fields["name"] = .text(title) }
        case .update:
            if title.isGiven, let title = input.required("title", title) { fields["name"] = .text(title) }
        }
        if let name = fields["name"]?.string, name.allSatisfy(\.isWhitespace) {
            input.fail("title", "must not be empty")
        }
        folder = input.key("folderId")
        template = input.key("templateId")
        state = input.text("state").value
        fields.set("estimate", input.count("estimate"))
        if let status = input.word("automationStatus", ["MANUAL", "AUTOMATED", "SEMI_AUTOMATED"]).value {
            fields["automationStatus"] = .text(status)
        } else if let automated = input.bool("automated").value {
            fields["automated"] = .bool(automated)
        }
        readValues(&input, purpose)
        readSteps(&input)
        switch input.texts("tags") {
        case .absent: break
        case .null: tags = []
        case .value(let names): tags = names
        }
        try input.finish()
    }

    private mutating func readValues(_ input: inout Input, _ purpose: Purpose) {
        append("description", input.richText("description"))
        append("expected", input.richText("expectedResult"))
        let priority = input.text("priority")
        append("priority", priority.map { .string($0) })
        if purpose == .create, priority.value == nil { values.append(("priority", "Medium")) }
        let others = input.each("customFields", limit: 200) { inner -> (field: String, value: JSON)? in
            let value = inner.object["value"] ?? .null
            if let key = inner.key("fieldId").value { return (key.text, value) }
            if let name = inner.text("systemName", "name").value { return (name, value) }
            inner.fail("fieldId", "is required")
            return nil
        }
        values += others.value ?? []
    }

    private mutating func append(_ field: String, _ given: Given<JSON>) {
        switch given {
        case .absent: return
        case .null: values.append((field, .null))
        case .value(let json): values.append((field, json))
        }
    }

    private mutating func readSteps(_ input: inout Input) {
        let given = input.each("steps", limit: 1000) { inner -> (order: Int64?, step: CaseInput.Step)? in
            let key = inner.key("id").value
            let order = inner.count("order").value
            let expected = inner.richText("expected", "expectedResult").value ?? .null
            guard let action = inner.required("action", inner.richText("action", "step")) else { return nil }
            return (order, CaseInput.Step(key: key, action: action, expected: expected))
        }
        switch given {
        case .absent: return
        case .null: steps = []
        case .value(let found):
            // A step without an order stands at its place in the array; equal orders keep the array's order.
            let placed = found.enumerated().map { (order: $1.order ?? Int64($0 + 1), place: $0, step: $1.step) }
            steps = placed.sorted { ($0.order, $0.place) < ($1.order, $1.place) }.map(\.step)
        }
    }

    /// The input of the engine, references and names resolved in the project.
    func input(project: Int64, in work: Reading) throws(DomainError) -> CaseInput {
        var input = CaseInput()
        input.fields = fields
        input.steps = steps
        input.tags = tags
        input.values = values
        if case .value(let key) = folder {
            let row = try work.named(
                "RepositoryFolder", key, by: "folderId", fields: ["id", "projectId", "repositoryId"])
            guard row["projectId"].integer == project else {
                throw .invalid("folderId", "folderId belongs to another project")
            }
            input.fields["folderId"] = .int(row.id)
            input.fields["repositoryId"] = row["repositoryId"]
        }
        if case .value(let key) = template {
            input.fields["templateId"] = .int(try work.named("Template", key, by: "templateId").id)
        }
        if let state {
            guard let entry = try work.states().named(state, scope: "CASES") else {
                throw .invalid("state", "there is no state \(state) of cases")
            }
            input.fields["stateId"] = .int(entry.id)
        }
        return input
    }
}

extension RowKey {
    /// As a client would write it.
    var text: String {
        switch self {
        case .id(let id): String(id)
        case .uid(let uid): uid
        }
    }
}
