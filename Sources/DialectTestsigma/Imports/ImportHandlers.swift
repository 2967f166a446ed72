import Engine
import HTTPTypes
import Model
import Wire

/// JUnit reports into a run, and tables of cases (Testsigma API, Imports).
enum ImportHandlers {
    /// The largest table of cases in bytes.
    private static let tableLimit: Int64 = 32 << 20

    // MARK: JUnit

    static func junit(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let (project, run) = try await engine.read(as: call.caller) { work throws(DomainError) in
            let found = try RunHandlers.found(call, in: work)
            return (found.project.id, found.run)
        }
        let form = try await ImportForm(call, engine)
        guard form.fileField == "junit_xml", let report = form.reports.first else {
            throw .invalid("junit_xml", "junit_xml is required")
        }
        guard !run.flag("isCompleted") else { throw .invalid("test_run_id", "the test run is closed") }
        var order = ReportImport(project: project, run: .existing(run.id), files: [report])
        order.createsCases = false
        order.takesMembersOnly = true
        order.takesFilesAgain = true
        order.foldsErrors = true
        let outcome: ImportOutcome
        do throws(DomainError) {
            outcome = try await engine.importReports(order, as: call.caller)
        } catch {
            guard error.code == .invalid, error.issues.first?.field == report.name else { throw error }
            throw .invalid("junit_xml", error.message)
        }
        withExtendedLifetime(form) {}
        guard let job = outcome.jobs.first else { throw .fault("the import left no trace") }
        let lines = outcome.ignoredNames.map { JSON.string("no test case of the run matches \($0)") }
        let failed = outcome.tests > 0 && outcome.matched == 0
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.noteImport(job, status: failed ? "FAILED" : "COMPLETED", errors: .array(lines))
            return Envelope.one("import", try one(.id(job), in: work))
        }
    }

    static func status(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("i", "ImportJob")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let row = try work.row("ImportJob", key)
            guard row["projectId"].integer == project.id else { throw .notFound("ImportJob") }
            return Envelope.one("import", try one(key, in: work))
        }
    }

    private static func one(_ key: RowKey, in work: Reading) throws(DomainError) -> JSON {
        try json([try work.row("ImportJob", key)], in: work)[0]
    }

    private static func json(_ rows: [Row], in work: Reading) throws(DomainError) -> [JSON] {
        let keys = Set(rows.compactMap { $0["testRunId"].integer }).map { RowKey.id($0) }
        var runs: [Int64: String] = [:]
        for row in try keys.isEmpty ? [] : work.find("TestRun", keys, fields: ["id", "uid"]) { runs[row.id] = row.uid }
        return rows.map { row in
            let errors = JSON(stored: row["errors"]) ?? []
            var details: [(String, JSON)] = [
                ("imported_count", .of(row["importedCount"])), ("failed_count", .of(row["failedCount"])),
                ("errors", errors),
            ]
            if row.text("kind") == "CASES" {
                details.append(("total_count", .of(row["totalCount"])))
                details.append(("skipped_count", .of(row["skippedCount"])))
            }
            return [
                "id": .string(row.uid), "status": .string(row.text("status").lowercased()),
                "test_run_id": .of(row["testRunId"].integer.flatMap { runs[$0] }), "created_at": .ms(row["createdAt"]),
                "completed_at": .ms(row["completedAt"]), "details": .members(details),
            ]
        }
    }

    // MARK: Cases

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let page = try listing.page(Query("ImportJob", where: .equals("projectId", .int(project.id))), in: work)
            return page.reply("imports", try json(page.rows, in: work))
        }
    }

    private static let names: [String: CaseSheet.Column] = [
        "title": .title, "name": .title, "description": .description, "preconditions": .preconditions,
        "steps": .steps, "expectedresults": .expected, "expectedresult": .expected, "folder": .folder,
        "status": .state, "priority": .priority, "type": .type, "automationtype": .automation, "labels": .labels,
        "label": .labels, "tags": .labels, "owner": .owner,
    ]

    static func cases(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await ImportForm(call, engine)
        guard let file = form.files.first else { throw .invalid("file", "file is required") }
        guard file.size <= tableLimit else {
            throw DomainError(.tooLarge, "the file is larger than \(tableLimit) bytes")
        }
        let template = form.text("template_type") ?? "STEPS"
        guard ["STEPS", "TCD"].contains(template) else {
            throw .invalid("template_type", "template_type must be STEPS or TCD")
        }
        var sheet = try CaseSheet(
            file: file.path, field: "file", mapping: try mapping(form), names: names, product: "TESTSIGMA")
        sheet.hasStepRows = template == "STEPS"
        sheet.keepsTexts = template == "TCD"
        let folder = form.text("folder_id")
        let (made, fileName) = (sheet, file.fileName)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            var sheet = made
            if let folder {
                sheet.folder = try work.named("RepositoryFolder", folder, by: "folder_id", of: project).id
            }
            let outcome = try work.importCases(sheet, project: project.id)
            let errors: [JSON] = outcome.refusals.prefix(1000).map { refusal in
                [
                    "row": .integer(Int64(refusal.row)), "type": .of(refusal.column.map { $0.rawValue }),
                    "reason": .string(refusal.message),
                ]
            }
            let job = try work.noteCaseImport(
                project: project.id, file: fileName, outcome, errors: .array(errors))
            return Envelope.one("import", try one(.id(job), in: work))
        }
    }

    /// Header → field.
    private static func mapping(_ form: ImportForm) throws(DomainError) -> [String: CaseSheet.Column] {
        guard let text = form.text("mapping") else { return [:] }
        guard let object = JSON(stored: .text(text))?.object else {
            throw .invalid("mapping", "mapping must be a JSON object of header and field")
        }
        var result: [String: CaseSheet.Column] = [:]
        for member in object.members {
            guard let word = member.value.string, let column = names[Words.folded(word)] else {
                throw .invalid("mapping", "mapping names no field for \(member.name)")
            }
            result[member.name] = column
        }
        return result
    }
}
