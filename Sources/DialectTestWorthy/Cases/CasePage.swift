import Engine
import Model
import Wire

/// A page of cases: one statement for each kind of related row.
struct CasePage {
    private static let live = Filter.equals("isDeleted", false)

    let tree: ResultTree
    private let fields: CaseFieldBook
    private let states: StateBook
    private let statuses: StatusBook
    private let values: ValueBook
    private let steps: [Int64: [ExpandedStep]]
    private let places: [Int64: FolderPlace]
    private let keys: [Int64: String]

    init(_ query: Query, in work: Reading) throws(DomainError) {
        var query = query
        query.include = [
            Query.Include(
                "tags", .rows(Query("Tag", where: CasePage.live, fields: ["id", "name"], order: [.by("name")]))),
            Query.Include("caseFieldValues", .rows(Query("CaseFieldValue", fields: ["id", "fieldId", "value"]))),
            Query.Include(
                "attachments",
                .rows(
                    Query(
                        "Attachment", where: CasePage.live, fields: ["id", "name", "size", "mimeType", "url"],
                        order: [.by("id")]))),
        ]
        tree = try work.tree(query)
        fields = try work.caseFields()
        states = try work.states()
        statuses = try work.statuses()
        values = try work.valueLists()
        steps = try work.expandedSteps(ofCases: tree.ids)
        places = try work.places(ofFolders: tree.rows.compactMap { $0["folderId"].integer })
        let projects = Set(tree.rows.compactMap { $0["projectId"].integer }).map { Value.int($0) }
        var keys: [Int64: String] = [:]
        for row in try work.find(Query("Project", where: .oneOf("id", projects), fields: ["id", "key"])) {
            keys[row.id] = row.text("key")
        }
        self.keys = keys
    }

    var json: [JSON] { (0..<tree.count).map { json($0) } }

    /// The expected results of all steps, or `nil` when there is none.
    static func expected(_ steps: [ExpandedStep]) -> String? {
        let lines = steps.map { RichText.plain($0.expected) }.filter { !$0.isEmpty }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private func json(_ index: Int) -> JSON {
        let row = tree.row(index)
        let steps = steps[row.id] ?? []
        let place = row["folderId"].integer.flatMap { places[$0] }
        let own = Values(tree.related("caseFieldValues", of: index), fields)
        let key = keys[row["projectId"].integer ?? 0] ?? ""
        var members: [(String, JSON)] = [
            ("id", .integer(row.id)), ("uuid", .string(row.uid)),
            ("key", .of(row["number"].integer.map { "\(key)-\($0)" })), ("projectId", .of(row["projectId"])),
            ("version", .of(row["currentVersion"])), ("suiteId", .of(place?.top)),
            ("sectionId", place?.isTop == false ? .of(row["folderId"]) : .null), ("title", .of(row["name"])),
            ("description", own.description), ("preconditions", .of(row["preconditions"])),
        ]
        members += stepMembers(steps)
        members += [
            ("priority", own.priority), ("type", .string(type(row))), ("automationType", .string(automation(row))),
            ("state", .of(states.entry(row["stateId"].integer)?.name)), ("status", .string(status(row))),
            ("estimate", .of(row["estimate"])),
            ("tags", .array(tree.related("tags", of: index).map { .of($0["name"]) })),
            ("customFields", .members(own.others)),
            ("attachments", .array(tree.related("attachments", of: index).map { Files.json($0) })),
            ("assignedTo", .of(row["assignedToId"])), ("createdBy", .of(row["creatorId"])),
        ]
        return .members(members + row.times)
    }

    private func stepMembers(_ steps: [ExpandedStep]) -> [(String, JSON)] {
        var actions: [JSON] = []
        var details: [JSON] = []
        for (index, step) in steps.enumerated() {
            let action = RichText.plain(step.action)
            if !action.isEmpty || step.expected.isNull { actions.append(.string(action)) }
            let expected = RichText.plain(step.expected)
            details.append([
                "order": .integer(Int64(index + 1)), "action": .string(action),
                "expectedResult": expected.isEmpty ? .null : .string(expected),
            ])
        }
        return [
            ("steps", .array(actions)), ("expectedResult", .of(CasePage.expected(steps))),
            ("stepDetails", .array(details)),
        ]
    }

    private func type(_ row: Row) -> String {
        values.entry(row["typeId"].integer)?.name
            ?? values.list("CASE_TYPE").first { $0.isDefault }?.name ?? "Functional"
    }

    private func automation(_ row: Row) -> String {
        switch row.text("automationStatus") {
        case "AUTOMATED": "Automated"
        case "SEMI_AUTOMATED": "Semi-Automated"
        default: row.flag("toAutomate") ? "To Automate" : "Manual"
        }
    }

    private func status(_ row: Row) -> String { ResultStatus.name(statuses.entry(row["lastStatusId"].integer)) }

    static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> JSON {
        let row = try work.row("RepositoryCase", key, fields: ["id"])
        let page = try CasePage(Query("RepositoryCase", where: .equals("id", .int(row.id))), in: work)
        guard let json = page.json.first else { throw .notFound("RepositoryCase") }
        return json
    }

    /// The values of case fields as this API shows them.
    private struct Values {
        var description: JSON = .null
        var priority: JSON = .null
        var others: [(String, JSON)] = []

        init(_ rows: [Row], _ book: CaseFieldBook) {
            for row in rows {
                guard let field = row["fieldId"].integer.flatMap({ book.field(id: $0) }), !row["value"].isNull else {
                    continue
                }
                switch field.systemName {
                case "description": description = .string(RichText.plain(row["value"]))
                case "priority": priority = field.shown(row["value"])
                case "expected", "steps": continue
                default: others.append((field.systemName, field.shown(row["value"])))
                }
            }
            if priority.isNull {
                let field = book.fields.first { $0.systemName == "priority" }
                priority = .of(field?.options.first { $0.isDefault }?.name)
            }
        }
    }
}

/// Attachments of cases and results.
enum Files {
    static func json(_ row: Row) -> JSON {
        [
            "id": .integer(row.id), "name": .of(row["name"]), "size": .of(row["size"]),
            "contentType": .of(row["mimeType"]), "url": .of(row["url"]),
        ]
    }
}
