import Formats
public import Model
import Statements

/// A table of cases to be taken into a project.
public struct CaseTable: Sendable {
    /// How the cells of a folder column are split into folders.
    public enum Split: Sendable, Hashable { case usual, none, slash, dot, greater }

    public var project: Int64
    /// Where cases go that name no folder, and below which folders are named; the root folder when left out.
    public var folder: Int64?
    public var template: Int64?
    /// Tags of known cases are added to, not replaced.
    public var mergesTags = false
    /// Columns by their header where the header does not say it itself.
    public var mapping: [String: String] = [:]
    public var split = Split.usual
    /// Folder cells are not looked at.
    public var ignoresFolders = false
    /// Rows without a title carry further steps of the case above.
    public var joinsRows = false
    /// Says what would happen and changes nothing.
    public var isDryRun = false
    public var header: [String]
    public var rows: [[String]]

    public init(project: Int64, header: [String], rows: [[String]]) {
        self.project = project
        self.header = header
        self.rows = rows
    }
}

/// What became of a table.
public struct CaseTableOutcome: Sendable {
    public var created = 0
    public var updated = 0
    public var unchanged = 0
    /// UUIDs, in the order of the rows.
    public var cases: [String] = []
    /// Nothing was changed when there are any.
    public var problems: [CaseTableProblem] = []
}

public struct CaseTableProblem: Sendable, Hashable {
    /// From 1, the header not counted.
    public let row: Int
    public let field: String
    public let message: String
}

/// What a column of a case table means.
enum CaseColumn: Hashable {
    case id, title, description, steps, expected, tags, priority, automation, estimate, folder, state, template
    case custom(String)

    init?(_ header: String, _ book: CaseFieldBook) {
        let plain = header.lowercased().filter { $0.isLetter || $0.isNumber }
        switch plain {
        case "id", "caseid": self = .id
        case "title", "name", "testname", "testcase": self = .title
        case "description": self = .description
        case "steps", "step", "teststeps": self = .steps
        case "expected", "expectedresult", "expectedresults": self = .expected
        case "tags", "labels", "tag": self = .tags
        case "priority": self = .priority
        case "automationstatus", "automated", "automation": self = .automation
        case "estimate": self = .estimate
        case "folder", "folderpath", "section": self = .folder
        case "state", "workflowstate": self = .state
        case "template": self = .template
        default:
            let found = book.fields.first { field in
                [field.systemName, field.displayName].contains {
                    $0.lowercased().filter { $0.isLetter || $0.isNumber } == plain
                } || field.uid == header || "\(field.id)" == header
            }
            guard let found, !plain.isEmpty else { return nil }
            self = .custom(found.systemName)
        }
    }
}

/// One row of the table as a case.
struct CaseTableRow {
    let number: Int
    var id: RowKey?
    var title = ""
    var folder = ""
    var input = CaseInput()
    var stepsText: String?
    var template: String?
}

extension Writing {
    /// Takes a table into the project: rows with a known id or a title that their folder has change that case, others
    /// make one. With any problem nothing is changed.
    public func importCases(_ table: CaseTable) throws(DomainError) -> CaseTableOutcome {
        try requireAdding(schema["RepositoryCase"], to: table.project)
        var importer = try CaseTableImport(table, self)
        return try importer.run()
    }
}

private struct CaseTableImport {
    private let table: CaseTable
    private let work: Writing
    private let book: CaseFieldBook
    private let states: StateBook
    private var columns: [CaseColumn?] = []
    private var outcome = CaseTableOutcome()
    private var folders: FolderTree

    init(_ table: CaseTable, _ work: Writing) throws(DomainError) {
        self.table = table
        self.work = work
        book = try work.caseFields()
        states = try work.states()
        folders = try FolderTree(table, work)
        for name in table.header { columns.append(CaseColumn(table.mapping[name] ?? name, book)) }
    }

    mutating func run() throws(DomainError) -> CaseTableOutcome {
        guard columns.contains(.title) else {
            outcome.problems.append(CaseTableProblem(row: 0, field: "title", message: "there is no column title"))
            return outcome
        }
        let rows = readRows()
        guard outcome.problems.isEmpty else { return outcome }
        var start = 0
        while start < rows.count {
            try take(Array(rows[start..<min(start + 500, rows.count)]))
            start += 500
        }
        return outcome
    }

    private mutating func fail(_ row: Int, _ field: String, _ message: String) {
        guard outcome.problems.count < 1000 else { return }
        outcome.problems.append(CaseTableProblem(row: row, field: field, message: message))
    }

    private mutating func readRows() -> [CaseTableRow] {
        var rows: [CaseTableRow] = []
        for (index, cells) in table.rows.enumerated() {
            var row = CaseTableRow(number: index + 1)
            for (place, column) in columns.enumerated() where place < cells.count {
                guard let column else { continue }
                read(CSVWriter.original(cells[place]), column, &row)
            }
            if row.title.allSatisfy(\.isWhitespace) {
                if table.joinsRows, !rows.isEmpty {
                    rows[rows.count - 1].input.steps =
                        (rows[rows.count - 1].input.steps ?? []) + (row.input.steps ?? [])
                    rows[rows.count - 1].stepsText = nil
                    continue
                }
                fail(row.number, "title", "title is required")
            }
            if row.title.count > 1000 { fail(row.number, "title", "title is longer than 1000 characters") }
            rows.append(row)
        }
        return rows
    }

    private mutating func read(_ text: String, _ column: CaseColumn, _ row: inout CaseTableRow) {
        let number = row.number
        switch column {
        case .id: row.id = RowKey(text)
        case .title:
            row.title = text
            row.input.fields["name"] = .text(text)
        case .folder: row.folder = text
        case .template: row.template = text
        case .description: row.input.values.append(("description", text.isEmpty ? .null : .string(text)))
        case .expected: row.input.values.append(("expected", text.isEmpty ? .null : .string(text)))
        case .steps:
            row.stepsText = text
            row.input.steps = CaseStepText.steps(text).map { step in
                CaseInput.Step(action: .string(step.action), expected: step.expected.map { .string($0) } ?? .null)
            }
        case .tags:
            var names: [String] = []
            for part in text.split(separator: ",") {
                let name = CaseTableImport.trimmed(part)
                if !name.isEmpty, !names.contains(name) { names.append(name) }
            }
            row.input.tags = names
        case .priority:
            if text.isEmpty { return }
            value("priority", .string(text), number, &row)
        case .automation:
            switch text.uppercased().replacing("-", with: "_").replacing(" ", with: "_") {
            case "": break
            case "AUTOMATED", "TRUE", "YES", "1": row.input.fields["automationStatus"] = "AUTOMATED"
            case "MANUAL", "FALSE", "NO", "0": row.input.fields["automationStatus"] = "MANUAL"
            case "SEMI_AUTOMATED": row.input.fields["automationStatus"] = "SEMI_AUTOMATED"
            default: fail(number, "automationStatus", "must be MANUAL, AUTOMATED or SEMI_AUTOMATED")
            }
        case .estimate:
            if text.isEmpty { return }
            guard let seconds = Int64(text), (0...1 << 40).contains(seconds) else {
                return fail(number, "estimate", "must be a whole number of seconds")
            }
            row.input.fields["estimate"] = .int(seconds)
        case .state:
            if text.isEmpty { return }
            guard let state = states.named(text, scope: "CASES") else {
                return fail(number, "state", "there is no state \(text)")
            }
            row.input.fields["stateId"] = .int(state.id)
        case .custom(let name):
            if text.isEmpty { return }
            value(name, .string(text), number, &row)
        }
    }

    /// Texts become what the field keeps; what does not fit is a problem of the row.
    private mutating func value(_ name: String, _ json: JSON, _ number: Int, _ row: inout CaseTableRow) {
        do throws(DomainError) {
            let field = try book.field(name)
            let value = CaseTableImport.shaped(json, field)
            _ = try book.stored(value, field)
            row.input.values.append((name, value))
        } catch {
            fail(number, name, error.message)
        }
    }

    private static func shaped(_ json: JSON, _ field: CaseFieldBook.Field) -> JSON {
        guard let text = json.string else { return json }
        switch field.type {
        case "Checkbox": return .bool(["true", "yes", "1", "on", "x"].contains(text.lowercased()))
        case "Integer": return Int64(text).map { .integer($0) } ?? json
        case "Number": return Double(text).map { .number($0) } ?? json
        case "Multi-Select": return .array(text.split(separator: ";").map { .string(trimmed($0)) })
        default: return json
        }
    }

    private static func trimmed(_ part: Substring) -> String {
        var part = part
        while part.first?.isWhitespace == true { part = part.dropFirst() }
        while part.last?.isWhitespace == true { part = part.dropLast() }
        return String(part)
    }

    private mutating func take(_ rows: [CaseTableRow]) throws(DomainError) {
        let own = Filter.equals("projectId", .int(table.project)) && .equals("isDeleted", false)
        let columns = ["id", "uid", "name", "folderId"]
        var byKey: [RowKey: Row] = [:]
        let keys = rows.compactMap(\.id)
        if !keys.isEmpty {
            for row in try work.find("RepositoryCase", keys, fields: columns + ["projectId"]) {
                guard row["projectId"].integer == table.project else { continue }
                byKey[.id(row.id)] = row
                byKey[.uid(row.uid)] = row
            }
        }
        var targets: [Int64] = []
        for row in rows { targets.append(try folders.folder(row.folder)) }
        var byTitle: [String: Row] = [:]
        let titles = Filter.oneOf("name", Set(rows.map(\.title)).map { .text($0) })
        let places = Filter.oneOf("folderId", Set(targets).map { .int($0) })
        for row in try work.find(Query("RepositoryCase", where: own && titles && places, fields: columns)) {
            byTitle["\(row["folderId"].integer ?? 0)/\(row.text("name"))"] = row
        }
        var fresh: [(index: Int, input: CaseInput)] = []
        var uids = [String](repeating: "", count: rows.count)
        for (index, row) in rows.enumerated() {
            var input = row.input
            if let name = row.template, !name.isEmpty { input.fields["templateId"] = try template(name, row.number) }
            let known = row.id.flatMap { byKey[$0] } ?? byTitle["\(targets[index])/\(row.title)"]
            guard let known else {
                input.fields["folderId"] = .int(targets[index])
                if input.fields["templateId"] == nil, let id = table.template { input.fields["templateId"] = .int(id) }
                fresh.append((index, input))
                continue
            }
            if !row.folder.isEmpty || row.id == nil { input.fields["folderId"] = .int(targets[index]) }
            uids[index] = known.uid
            try change(known, input, row)
        }
        outcome.created += fresh.count
        guard !table.isDryRun, outcome.problems.isEmpty else { return }
        let ids = try work.createCases(project: table.project, fresh.map(\.input))
        let made = try work.find("RepositoryCase", ids.map { .id($0) }, fields: ["id", "uid"])
        let names = Dictionary(made.map { ($0.id, $0.uid) }, uniquingKeysWith: { first, _ in first })
        for (item, id) in zip(fresh, ids) { uids[item.index] = names[id] ?? "" }
        outcome.cases += uids
    }

    private mutating func change(_ known: Row, _ input: CaseInput, _ row: CaseTableRow) throws(DomainError) {
        outcome.updated += 1
        if table.isDryRun || !outcome.problems.isEmpty { return }
        var input = input
        if let text = row.stepsText, try stepsText(known.id) == text { input.steps = nil }
        if table.mergesTags, let tags = input.tags {
            let query = Query(
                "RepositoryCase", where: .equals("id", .int(known.id)), fields: ["id"],
                include: [Query.Include("tags", .rows(Query("Tag", fields: ["id", "name"])))])
            let present = try work.tree(query).related("tags", of: 0).map { $0.text("name") }
            input.tags = present + tags.filter { tag in !present.contains { $0.lowercased() == tag.lowercased() } }
        }
        try work.updateCase(known.id, input)
    }

    /// The steps of a case as an export spells them: what comes back unchanged keeps its steps.
    private func stepsText(_ id: Int64) throws(DomainError) -> String {
        let query = Query(
            "Step", where: .equals("testCaseId", .int(id)) && .equals("isDeleted", false),
            fields: ["id", "step", "expectedResult"], order: [.by("order")])
        let steps = try work.find(query).map { row in
            CaseStepText.Step(
                action: RichText.plain(row["step"]),
                expected: row["expectedResult"].isNull ? nil : RichText.plain(row["expectedResult"]))
        }
        return CaseStepText.text(steps)
    }

    private mutating func template(_ name: String, _ row: Int) throws(DomainError) -> Value? {
        let found = try work.first(
            Query(
                "Template", where: .text("templateName", .equals, name, .insensitive) && .equals("isDeleted", false),
                fields: ["id"]))
        if let found { return .int(found.id) }
        fail(row, "template", "there is no template \(name)")
        return nil
    }
}
