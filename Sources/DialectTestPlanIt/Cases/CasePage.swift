import Engine
import Model
import Wire

/// A page of cases with everything that the reference shows of them: one statement for each kind of related row.
struct CasePage {
    /// The columns that are shown; reading fewer makes lists fast.
    static let fields = [
        "id", "uid", "epoch", "createdAt", "updatedAt", "isDeleted", "name", "className", "source", "automationStatus",
        "estimate", "currentVersion", "stateId",
    ]
    static let uids = ["projectId", "folderId", "templateId", "creatorId", "updatedById"]

    let tree: ResultTree
    private let book: CaseFieldBook
    private let states: StateBook
    private let steps: Related
    private let tags: Related
    private let values: Related
    private let caseFiles: [Int64: [Row]]
    private let stepFiles: [Int64: [Row]]
    private let column: Columns

    /// The included rows of one relation.
    private struct Related {
        let tree: ResultTree
        let positions: [[Int]]

        init(_ included: ResultTree.Included) {
            switch included.content {
            case .rows(let tree, let positions):
                self.tree = tree
                self.positions = positions
            case .counts:
                preconditionFailure("the page includes rows")
            }
        }
    }

    /// Where the columns stand in a row.
    private struct Columns {
        let id: Int
        let uid: Int
        let name: Int
        let className: Int
        let source: Int
        let status: Int
        let estimate: Int
        let version: Int
        let state: Int
        let project: Int
        let folder: Int
        let template: Int

        init(_ layout: RowLayout) {
            func place(_ name: String) -> Int {
                guard let position = layout.position(name) else { preconditionFailure("no column \(name)") }
                return position
            }
            id = place("id")
            uid = place("uid")
            name = place("name")
            className = place("className")
            source = place("source")
            status = place("automationStatus")
            estimate = place("estimate")
            version = place("currentVersion")
            state = place("stateId")
            project = place("projectId#uid")
            folder = place("folderId#uid")
            template = place("templateId#uid")
        }
    }

    /// The query must name `CasePage.fields`.
    init(_ query: Query, in work: Reading) throws(DomainError) {
        var query = query
        let live = Filter.equals("isDeleted", false)
        let steps = Query("Step", where: live, fields: ["id", "uid", "step", "expectedResult"], order: [.by("order")])
        let tags = Query("Tag", where: live, fields: ["id", "name"], order: [.by("name")])
        let values = Query("CaseFieldValue", fields: ["id", "fieldId", "value"])
        query.include = [
            Query.Include("steps", .rows(steps)), Query.Include("tags", .rows(tags)),
            Query.Include("caseFieldValues", .rows(values)),
        ]
        tree = try work.tree(query, uids: CasePage.uids)
        book = try work.caseFields()
        states = try work.states()
        self.steps = Related(tree.included[0])
        self.tags = Related(tree.included[1])
        self.values = Related(tree.included[2])
        column = Columns(tree.layout)
        (caseFiles, stepFiles) = try CasePage.files(tree.ids, self.steps.tree.ids, in: work)
    }

    /// The attachments of cases and of steps.
    private static func files(
        _ cases: [Int64], _ steps: [Int64], in work: Reading
    ) throws(DomainError) -> (cases: [Int64: [Row]], steps: [Int64: [Row]]) {
        guard !cases.isEmpty else { return ([:], [:]) }
        var filter = Filter.oneOf("testCaseId", cases.map { .int($0) })
        if !steps.isEmpty { filter = filter || .oneOf("stepId", steps.map { .int($0) }) }
        let query = Query(
            "Attachment", where: filter && .equals("isDeleted", false),
            fields: ["id", "uid", "name", "url", "mimeType", "size", "createdAt", "testCaseId", "stepId"])
        var ofCases: [Int64: [Row]] = [:]
        var ofSteps: [Int64: [Row]] = [:]
        for row in try work.find(query) {
            if let step = row["stepId"].integer {
                ofSteps[step, default: []].append(row)
            } else if let owner = row["testCaseId"].integer {
                ofCases[owner, default: []].append(row)
            }
        }
        return (ofCases, ofSteps)
    }

    var count: Int { tree.count }

    func write(_ index: Int, to writer: inout JSONWriter) {
        let row = tree.values[index]
        let status = row[column.status].string ?? "MANUAL"
        let fields = CaseFieldTexts(values.positions[index].map { values.tree.values[$0] }, values.tree.layout, book)
        writer.beginObject()
        writer.key(.id)
        writer.value(row[column.uid])
        writer.key(.numericId)
        writer.value(row[column.id])
        writer.key(.projectId)
        writer.value(row[column.project])
        writer.key(.folderId)
        writer.value(row[column.folder])
        writer.key(.title)
        writer.value(row[column.name])
        writer.key(.name)
        writer.value(row[column.name])
        writer.key(.description)
        writer.value(fields.description)
        writeSteps(index, to: &writer)
        writer.key(.expectedResult)
        writer.value(fields.expected)
        writer.key(.tags)
        writer.beginArray()
        for position in tags.positions[index] { writer.value(tags.tree.values[position][1]) }
        writer.endArray()
        writer.key(.automationStatus)
        writer.value(status)
        writer.key(.automated)
        writer.value(status == "AUTOMATED")
        writer.key(.estimate)
        writer.value(row[column.estimate])
        writer.key(.priority)
        writer.value(fields.priority)
        writer.key(.templateId)
        writer.value(row[column.template])
        writer.key(.state)
        writer.value(states.entry(row[column.state].integer)?.name)
        writer.key(.customFields)
        fields.writeOthers(to: &writer)
        writer.key(.attachments)
        Attachments.write(caseFiles[row[column.id].integer ?? 0] ?? [], to: &writer)
        writer.key(.version)
        writer.value(row[column.version])
        writer.key(.source)
        writer.value(row[column.source])
        writer.key(.className)
        writer.value(row[column.className])
        writer.common(tree.row(index), creator: "creatorId")
        writer.endObject()
    }

    private func writeSteps(_ index: Int, to writer: inout JSONWriter) {
        writer.key(.steps)
        writer.beginArray()
        for (place, position) in steps.positions[index].enumerated() {
            let step = steps.tree.values[position]
            writer.beginObject()
            writer.key(.id)
            writer.value(step[1])
            writer.key(.numericId)
            writer.value(step[0])
            writer.key(.action)
            writer.value(RichText.plain(step[2]))
            writer.key(.expected)
            if step[3].isNull { writer.null() } else { writer.value(RichText.plain(step[3])) }
            writer.key(.order)
            writer.value(place + 1)
            writer.key(.attachments)
            Attachments.write(stepFiles[step[0].integer ?? 0] ?? [], to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    /// One case as `{"data":{…}}`.
    static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let filter: Filter
        switch key {
        case .id(let id): filter = .equals("id", .int(id))
        case .uid(let uid): filter = .equals("uid", .text(uid))
        }
        let query = Query("RepositoryCase", where: filter && .equals("isDeleted", false), fields: fields)
        let page = try CasePage(query, in: work)
        guard let row = page.tree.first else { throw .notFound("RepositoryCase") }
        var writer = JSONWriter(capacity: 1024)
        writer.beginObject()
        writer.key(.data)
        page.write(0, to: &writer)
        writer.endObject()
        return Rendered(bytes: writer.bytes, tag: EntityTag(row, version: "currentVersion"))
    }
}

/// Attachments as the reference shows them.
enum Attachments {
    static func write(_ rows: [Row], to writer: inout JSONWriter) {
        writer.beginArray()
        for row in rows {
            writer.beginObject()
            writer.key(.id)
            writer.value(row.uid)
            writer.key(.name)
            writer.value(row["name"])
            writer.key(.url)
            writer.value(row["url"])
            writer.key(.mimeType)
            writer.value(row["mimeType"])
            writer.key(.size)
            writer.value(row["size"])
            writer.endObject()
        }
        writer.endArray()
    }
}
