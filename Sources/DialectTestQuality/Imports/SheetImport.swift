import Engine
import Formats
import Model
import Wire

/// `POST /api/import_data`: tests or results from a CSV file; good rows count even where others are rejected.
enum SheetImport {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard call.mediaType == "multipart/form-data" else {
            throw .invalid("file", "The file must be sent as multipart/form-data.")
        }
        let form = try await ImportForm(call, engine)
        guard let file = form.files.first else { throw .invalid("file", "The file field is required.") }
        guard let text = form.text("config") else { throw .invalid("config", "The config field is required.") }
        var config = try SheetConfig(text)
        var rows = try read(file, config)
        try config.find(header: rows.first ?? [])
        if config.hasHeader, !rows.isEmpty { rows.removeFirst() }
        let sheet = Sheet(config: config, rows: rows)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let order = try sheet.order(work)
            var writer = try SheetWriter(sheet, order, work)
            guard sheet.config.isResults else {
                try writer.tests()
                return .json([
                    "total": .integer(writer.total), "created": .integer(writer.created),
                    "updated": .integer(writer.updated), "skipped": .integer(writer.skipped),
                    "rejected": .array(writer.rejected),
                ])
            }
            let outcome = try writer.results()
            return ImportOrder.reply(
                outcome, project: order.project, [], call, further: [("rejected", .array(writer.rejected))])
        }
    }

    private static let sizeLimit: Int64 = 64 << 20

    private static func read(_ file: SpooledFile, _ config: SheetConfig) throws(DomainError) -> [[String]] {
        guard file.size <= sizeLimit else { throw Body.tooLarge(Int(sizeLimit)) }
        var bytes: [UInt8] = []
        try Pieces.each(file) { piece throws(DomainError) in bytes += piece }
        do throws(CSVError) {
            return try CSVReader.rows(bytes, separator: config.delimiter)
        } catch {
            throw .invalid("file", "\(file.fileName): \(error)")
        }
    }
}

/// The rows of a file with what its columns mean.
struct Sheet: Sendable {
    let config: SheetConfig
    let rows: [[String]]

    /// Where the rows go. Throws `.notFound` for ids of nothing.
    func order(_ work: Reading) throws(DomainError) -> PlanImport {
        let object = config.object
        var project: Int64?
        if let given = object["project_id"], !given.isNull {
            guard let key = Shape.integer(given).flatMap({ $0 > 0 ? RowKey.id($0) : nil }) ?? RowKey(given),
                let row = try work.find("Project", [key], fields: ["id"]).first
            else { throw .notFound("Project") }
            project = row.id
        } else if let name = object["project_name"]?.string {
            let named = Filter.text("name", .equals, name, .insensitive) && .equals("isDeleted", false)
            guard let row = try work.first(Query("Project", where: named, fields: ["id"])) else {
                throw .notFound("Project")
            }
            project = row.id
        }
        guard let project else { throw .invalid("config", "The config must name a project_id or a project_name.") }
        var order = PlanImport(project: project)
        order.source = "API"
        if let given = object["suite_id"], !given.isNull {
            guard let id = Shape.integer(given), let row = try work.find("RepositoryFolder", [.id(id)]).first,
                row["projectId"].integer == project
            else { throw .notFound("Suite") }
            order.folder = id
        }
        if let given = object["plan_id"], let id = Shape.integer(given) { order.plan = .id(id) }
        if let name = object["plan_name"]?.string { order.plan = .named(name) }
        order.runName = object["run_name"]?.string
        if let name = object["milestone_name"]?.string { order.milestone = .named(name) }
        return order
    }
}

/// Writes the rows of a file.
private struct SheetWriter {
    private let sheet: Sheet
    private let order: PlanImport
    private let work: Writing
    private let lens: Lens
    private(set) var total: Int64 = 0
    private(set) var created: Int64 = 0
    private(set) var updated: Int64 = 0
    private(set) var skipped: Int64 = 0
    private(set) var rejected: [JSON] = []

    init(_ sheet: Sheet, _ order: PlanImport, _ work: Writing) throws(DomainError) {
        self.sheet = sheet
        self.order = order
        self.work = work
        lens = try Lens(work, origin: "")
    }

    private var config: SheetConfig { sheet.config }

    private mutating func reject(_ row: Int, _ field: String, _ message: String) {
        rejected.append([
            "row": .integer(Int64(row)), "field": .string(field), "message": .string(message),
        ])
    }

    /// The number of a row in the file, from 1.
    private func number(_ index: Int) -> Int { index + (config.hasHeader ? 2 : 1) }

    private struct Parsed {
        var row: Int
        var folders: [String]
        var name: String
        var input: CaseInput
        var steps: [(action: String, expected: String?)]
        var virtual = JSONObject()
    }

    // MARK: - Tests

    mutating func tests() throws(DomainError) {
        var parsed: [Parsed] = []
        for (index, row) in sheet.rows.enumerated() {
            if row.allSatisfy({ ReportText.trimmed($0).isEmpty }) { continue }
            let name = ReportText.trimmed(config.cell("name", row) ?? "")
            if name.isEmpty, config.isMultiRow, let last = parsed.indices.last {
                parsed[last].steps += config.steps(row)
                continue
            }
            total += 1
            if let test = test(row, number(index), name) { parsed.append(test) }
        }
        let paths = try FolderWriter(work, order)
        for test in parsed { try store(test, try paths.folder(test.folders)) }
    }

    private mutating func test(_ row: [String], _ number: Int, _ name: String) -> Parsed? {
        guard !name.isEmpty, name.count <= 1000 else {
            reject(number, "name", "The name must have 1 to 1000 characters.")
            return nil
        }
        var input = CaseInput()
        input.fields["name"] = .text(name)
        if let text = config.cell("precondition", row) { input.fields["preconditions"] = .text(text) }
        if let text = config.cell("description", row) { input.values.append(("description", .string(text))) }
        if let word = config.cell("priority", row), !word.isEmpty {
            guard let option = lens.priority?.options.first(where: { $0.name.lowercased() == word.lowercased() }) else {
                reject(number, "priority", "There is no priority \(word.prefix(100)).")
                return nil
            }
            input.values.append(("priority", .integer(option.id)))
        }
        if let word = config.cell("type", row), !word.isEmpty {
            guard let type = lens.values.named(word, list: "CASE_TYPE", product: "TESTQUALITY") else {
                reject(number, "type", "There is no type \(word.prefix(100)).")
                return nil
            }
            input.fields["typeId"] = .int(type.id)
        }
        if let text = config.cell("estimate", row), !text.isEmpty {
            guard let seconds = Int64(ReportText.trimmed(text)), seconds >= 0 else {
                reject(number, "estimate", "The estimate must be a number of seconds.")
                return nil
            }
            input.fields["estimate"] = .int(seconds)
        }
        if let text = config.cell("is_automated", row), !text.isEmpty {
            switch text.lowercased() {
            case "true", "1", "yes", "y": input.fields["automated"] = true
            case "false", "0", "no", "n": input.fields["automated"] = false
            default:
                reject(number, "is_automated", "The is_automated must be true or false.")
                return nil
            }
        }
        if config.cell("labels", row) != nil { input.tags = config.list("labels", row) }
        var parsed = Parsed(
            row: number, folders: config.folders(row), name: name, input: input, steps: config.steps(row))
        for field in config.virtuals {
            if let text = config.cell(field, row), !text.isEmpty {
                parsed.virtual[String(field.dropFirst(8))] = .string(text)
            }
        }
        return parsed
    }

    private mutating func store(_ test: Parsed, _ folder: Int64) throws(DomainError) {
        var input = test.input
        let own = Filter.equals("folderId", .int(folder)) && .equals("name", .text(test.name))
        let known = try work.first(
            Query("RepositoryCase", where: own && .equals("isDeleted", false), fields: ["id"], order: [.by("id")]))
        if !test.steps.isEmpty || known == nil {
            input.steps = test.steps.map {
                CaseInput.Step(action: .string($0.action), expected: $0.expected.map { .string($0) } ?? .null)
            }
        }
        let id: Int64
        if let known {
            id = known.id
            if input.steps == nil, input.fields.count == 1, input.values.isEmpty, input.tags == nil {
                skipped += 1
            } else {
                try work.updateCase(id, input)
                updated += 1
            }
        } else {
            input.fields["folderId"] = .int(folder)
            input.fields["order"] = .int(try work.nextCaseOrder(in: folder))
            id = try work.createCases(project: order.project, [input])[0]
            created += 1
        }
        var entry = Entry()
        entry.virtual = test.virtual
        do throws(DomainError) {
            try Virtual.store(entry, "RepositoryCase", id, work)
        } catch {
            guard case .invalid = error.code else { throw error }
            reject(test.row, "virtual", error.message)
        }
    }

    // MARK: - Results

    mutating func results() throws(DomainError) -> PlanImportOutcome {
        let recorder = try PlanRecorder(work, order)
        let people = try work.find(Query("User", where: .equals("isDeleted", false), fields: ["id", "name", "email"]))
        for (index, row) in sheet.rows.enumerated() {
            if row.allSatisfy({ ReportText.trimmed($0).isEmpty }) { continue }
            if let result = result(row, number(index), people) { try recorder.add(result) }
        }
        return try recorder.finish()
    }

    private mutating func result(_ row: [String], _ number: Int, _ people: [Row]) -> PlanResult? {
        let name = ReportText.trimmed(config.cell("name", row) ?? "")
        guard !name.isEmpty, name.count <= 1000 else {
            reject(number, "name", "The name must have 1 to 1000 characters.")
            return nil
        }
        let word = ReportText.trimmed(config.cell("status", row) ?? "")
        let mapped = config.object["status_map"]?[word]?.string ?? word
        guard let status = SheetWriter.status(mapped, lens) else {
            reject(number, "status", "There is no status \(mapped.prefix(100)).")
            return nil
        }
        var result = PlanResult(folders: config.folders(row), name: name, outcome: .passed)
        result.status = status
        result.text = config.cell("result", row).flatMap { $0.isEmpty ? nil : $0 }
        if let text = config.cell("elapsed", row), !text.isEmpty {
            guard let seconds = Double(ReportText.trimmed(text)), seconds.isFinite, seconds >= 0 else {
                reject(number, "elapsed", "The elapsed must be a number of seconds.")
                return nil
            }
            result.time = seconds
        }
        if let text = config.cell("assigned_to", row), !text.isEmpty {
            let wanted = ReportText.trimmed(text).lowercased()
            let found = people.first {
                $0.text("email").lowercased() == wanted || $0.text("name").lowercased() == wanted
            }
            guard let found else {
                reject(number, "assigned_to", "There is no user \(text.prefix(100)).")
                return nil
            }
            result.assignee = found.id
        }
        result.defects = config.list("defects", row).filter { $0.count <= 255 }
        result.description = config.cell("description", row).flatMap { $0.isEmpty ? nil : $0 }
        result.priority = config.cell("priority", row)
        return result
    }

    /// A status by the word of this API or by its own name.
    private static func status(_ word: String, _ lens: Lens) -> Int64? {
        if let entry = lens.values.named(word, list: "RUN_STATUS", product: "TESTQUALITY"), let id = entry.status {
            return id
        }
        return lens.statuses.named(word)?.id
    }
}
