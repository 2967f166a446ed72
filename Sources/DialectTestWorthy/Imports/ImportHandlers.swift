import Engine
import HTTPTypes
import Model
import Wire

/// Imports of results and of cases (TestWorthy API, Imports).
enum ImportHandlers {
    /// The largest table of cases in bytes.
    private static let tableLimit: Int64 = 32 << 20

    static func results(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await ImportForm(call, engine)
        guard !form.files.isEmpty else { throw .invalid("file", "file is required") }
        let runKey = try form.key("runId")
        let suiteKey = try form.key("suiteId")
        let now = engine.world.now()
        let files = form.reports
        let order = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call).id
            var suite: Int64?
            if let suiteKey { suite = try work.own("RepositoryFolder", suiteKey, by: "suiteId", project: project) }
            let run: Int64
            if let runKey {
                run = try work.own("TestRun", runKey, by: "runId", project: project)
                guard try !work.row("TestRun", .id(run)).flag("isCompleted") else {
                    throw .conflict("the test run is completed")
                }
            } else {
                let name = form.text("runName") ?? "Import of \(Timestamp.text(now))"
                run = try work.createRun(
                    project: project, ["name": .text(name), "folderId": .int(suite)], members: [])
            }
            var order = ReportImport(project: project, run: .existing(run), files: files)
            order.parentFolder = suite
            order.findsHumanKeys = true
            order.foldsErrors = true
            order.foldersFollowSuites = true
            order.takesFilesAgain = true
            return order
        }
        let outcome: ImportOutcome
        do throws(DomainError) {
            outcome = try await engine.importReports(order, as: call.caller)
        } catch {
            if runKey == nil, case .existing(let run) = order.run { try await undo(run, call, engine) }
            throw respelled(error, files.map(\.name))
        }
        withExtendedLifetime(form) {}
        let reports = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.reports(runs: [outcome.run], projects: []).runs
        }
        return .json(
            [
                "runId": .integer(outcome.run), "total": .integer(Int64(outcome.tests)),
                "passed": .integer(Int64(outcome.passed)),
                "failed": .integer(Int64(outcome.failed + outcome.errored)),
                "skipped": .integer(Int64(outcome.skipped)), "casesCreated": .integer(Int64(outcome.created)),
                "reportId": .of(reports[outcome.run]), "warnings": [],
            ], status: .created)
    }

    /// A run that was only made for a file that cannot be read goes again.
    private static func undo(_ run: Int64, _ call: Call, _ engine: Engine) async throws(DomainError) {
        try await engine.write(as: .system) { work throws(DomainError) in
            _ = try work.delete("TestRun", ids: [run], .purge)
        }
    }

    /// Problems of a file belong to the field that carried it.
    private static func respelled(_ error: DomainError, _ names: [String]) -> DomainError {
        guard error.code == .invalid, let issue = error.issues.first, names.contains(issue.field) else { return error }
        return .invalid("file", issue.message)
    }

    private static let names: [String: CaseSheet.Column] = [
        "title": .title, "name": .title, "description": .description, "preconditions": .preconditions,
        "steps": .steps, "expectedresult": .expected, "expectedresults": .expected, "priority": .priority,
        "type": .type, "suite": .folder, "folder": .folder, "tags": .labels, "labels": .labels,
    ]

    /// How a column is named in `mapping` and in the errors.
    private static func shown(_ column: CaseSheet.Column) -> String {
        switch column {
        case .expected: "expectedResult"
        case .folder: "suite"
        case .labels: "tags"
        case .title, .description, .preconditions, .steps, .state, .priority, .type, .automation, .owner:
            column.rawValue
        }
    }

    static func cases(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await ImportForm(call, engine)
        guard let file = form.files.first else { throw .invalid("file", "file is required") }
        guard file.size <= tableLimit else {
            throw DomainError(.tooLarge, "the file is larger than \(tableLimit) bytes")
        }
        let mapping = try self.mapping(form)
        let sheet = try CaseSheet(
            file: file.path, field: "file", mapping: mapping, names: names, product: "TESTWORTHY")
        withExtendedLifetime(file) {}
        let suiteKey = try form.key("suiteId")
        let outcome = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call).id
            var sheet = sheet
            if let suiteKey {
                sheet.folder = try work.own("RepositoryFolder", suiteKey, by: "suiteId", project: project)
            }
            return try work.importCases(sheet, project: project)
        }
        let errors: [JSON] = outcome.refusals.prefix(1000).map { refusal in
            [
                "row": .integer(Int64(refusal.row)), "field": .of(refusal.column.map { shown($0) }),
                "message": .string(refusal.message),
            ]
        }
        let failed = Set(outcome.refusals.map(\.row)).count
        return .json(
            [
                "total": .integer(Int64(outcome.total)), "imported": .integer(Int64(outcome.imported)),
                "skipped": .integer(Int64(outcome.skipped)), "failed": .integer(Int64(failed)),
                "errors": .array(errors),
            ], status: .created)
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
