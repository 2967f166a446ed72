import Engine
import Model
import Wire

/// Cases with everything that this API shows of them: one statement for each kind of related row.
struct CasePage {
    private static let live = Filter.equals("isDeleted", false)
    private static let uids = ["projectId", "folderId", "ownerId", "creatorId", "reviewerId"]

    private let tree: ResultTree
    private let choices: CaseChoices
    private let fields: CaseFieldBook
    private let expanded: [Int64: [ExpandedStep]]
    private let groups: [Int64: String]
    private let keys: [Int64: String]
    private let positions: [Int64: Int]

    /// The cases with these ids, deleted ones too.
    init(_ ids: [Int64], in work: Reading) throws(DomainError) {
        var query = Query("RepositoryCase", where: .oneOf("id", ids.map { .int($0) }))
        query.include = [
            Query.Include("tags", .rows(Query("Tag", where: CasePage.live, order: [.by("name")]))),
            Query.Include("caseFieldValues", .rows(Query("CaseFieldValue", fields: ["id", "fieldId", "value"]))),
            Query.Include("steps", .rows(Query("Step", where: CasePage.live, order: [.by("order"), .by("id")]))),
        ]
        tree = try work.tree(query, uids: CasePage.uids)
        choices = try CaseChoices(work, product: "TESTSIGMA")
        fields = try work.caseFields()
        expanded = try work.expandedSteps(ofCases: tree.ids)
        var positions: [Int64: Int] = [:]
        var projects: Set<Int64> = []
        var groups: Set<Int64> = []
        for index in 0..<tree.count {
            let row = tree.row(index)
            positions[row.id] = index
            if let project = row["projectId"].integer { projects.insert(project) }
            for step in tree.related("steps", of: index) {
                if let group = step["sharedStepGroupId"].integer { groups.insert(group) }
            }
        }
        self.positions = positions
        var keys: [Int64: String] = [:]
        let owners = Filter.oneOf("id", projects.map { .int($0) })
        for row in try work.find(Query("Project", where: owners, fields: ["id", "key"])) {
            keys[row.id] = row.text("key")
        }
        self.keys = keys
        var names: [Int64: String] = [:]
        for row in try groups.isEmpty
            ? [] : work.find("SharedStepGroup", groups.map { .id($0) }, fields: ["id", "uid"])
        {
            names[row.id] = row.uid
        }
        self.groups = names
    }

    /// The case of this id; `nil` when it was not read.
    func json(_ id: Int64) -> JSON? { positions[id].map { json(at: $0) } }

    func title(_ id: Int64) -> JSON { positions[id].map { .of(tree.row($0)["name"]) } ?? .null }

    static func one(_ id: Int64, in work: Reading) throws(DomainError) -> Reply {
        guard let json = try CasePage([id], in: work).json(id) else { throw .notFound("RepositoryCase") }
        return Envelope.one("test_case", json)
    }

    private func json(at index: Int) -> JSON {
        let row = tree.row(index)
        var description: JSON = .null
        var priority: Value = .null
        for value in tree.related("caseFieldValues", of: index) {
            switch value["fieldId"].integer.flatMap({ fields.field(id: $0) })?.systemName {
            case "description": description = .string(RichText.plain(value["value"]))
            case "priority": priority = value["value"]
            default: continue
            }
        }
        let tags = tree.related("tags", of: index)
        let texts = CaseTexts(row, expanded[row.id] ?? [])
        let isDocument = row.text("templateType") == "TCD"
        let steps = isDocument ? [] : tree.related("steps", of: index).enumerated().map { json($1, place: $0, of: row) }
        var members: [(String, JSON)] = [
            ("id", .string(row.uid)), ("project_id", .of(row["projectId#uid"])),
            ("human_id", .of(row["number"].integer.map { "\(keys[row["projectId"].integer ?? 0] ?? "")-\($0)" })),
            ("title", .of(row["name"])), ("description", description), ("preconditions", .of(row["preconditions"])),
            ("template_type", .of(row["templateType"])), ("steps", .of(texts.steps)),
            ("expected_results", .of(texts.expected)), ("individual_steps", .array(steps)),
        ]
        members += [
            ("folder_id", .of(row["folderId#uid"])), ("status_id", .of(choices.state(row)?.uid)),
            ("priority_id", .of(choices.priority(priority)?.uid)), ("type_id", .of(choices.type(row)?.uid)),
            ("automation_type_id", .of(choices.automation(row)?.uid)),
            ("owner_id", row["ownerId#uid"].isNull ? .of(row["creatorId#uid"]) : .of(row["ownerId#uid"])),
            ("reviewer_id", .of(row["reviewerId#uid"])), ("labels", .array(tags.map { LabelHandlers.json($0) })),
            ("label_ids", .array(tags.map { .string($0.uid) })), ("created_at", .ms(row["createdAt"])),
            ("updated_at", .ms(row["updatedAt"])),
        ]
        return .members(members)
    }

    private func json(_ step: Row, place: Int, of owner: Row) -> JSON {
        let group = step["sharedStepGroupId"].integer
        return [
            "id": .string(step.uid), "step_description": .string(RichText.plain(step["step"])),
            "expected_results": step["expectedResult"].isNull ? .null : .string(RichText.plain(step["expectedResult"])),
            "order": .number(Double(place + 1)), "step_type": group == nil ? "DEFAULT" : "STEP_GROUP",
            "step_group_id": .of(group.flatMap { groups[$0] }), "test_case_id": .string(owner.uid),
            "created_at": .ms(step["createdAt"]), "updated_at": .ms(step["updatedAt"]),
        ]
    }
}

/// The steps of a case as two texts.
struct CaseTexts {
    let steps: String?
    let expected: String?

    /// A document shows what was written as long as its steps say the same.
    init(_ row: Row, _ known: [ExpandedStep]) {
        let plain = known.map { (RichText.plain($0.action), RichText.plain($0.expected)) }
        if row.text("templateType") == "TCD" {
            let written = TextSteps.steps(row.text("stepsText"), row.text("expectedText"))
            let isSame =
                written.count == plain.count
                && zip(written, plain).allSatisfy { $0.action == $1.0 && $0.expected == $1.1 }
            if isSame {
                steps = row["stepsText"].string
                expected = row["expectedText"].string
                return
            }
        }
        guard !plain.isEmpty else {
            steps = nil
            expected = nil
            return
        }
        steps = plain.map(\.0).joined(separator: "\n")
        var lines = plain.map(\.1)
        while lines.last?.isEmpty == true { lines.removeLast() }
        expected = lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}
