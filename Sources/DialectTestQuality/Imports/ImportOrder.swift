import Engine
import Formats
import Foundation
import Model
import Wire

/// What the fields of an upload ask for (wire specification, section 9.1).
struct ImportOrder {
    /// The reports among the files, and the others with the paths that reports call them by.
    let reports: [SpooledFile]
    let attachments: [(file: SpooledFile, path: String)]
    let form: ImportForm
    private let planInPath: String?

    init(_ form: ImportForm, _ call: Call, isReport: (SpooledFile) -> Bool) throws(DomainError) {
        self.form = form
        planInPath = call.parameters["plan_id"]
        var paths = form.fields["filepaths[]"] ?? form.fields["filepaths"] ?? []
        if paths.isEmpty, let path = form.text("filepath") { paths = [path] }
        var reports: [SpooledFile] = []
        var attachments: [(file: SpooledFile, path: String)] = []
        for (index, file) in form.files.enumerated() {
            let path = index < paths.count ? paths[index] : file.fileName
            if isReport(file) { reports.append(file) } else { attachments.append((file, path)) }
        }
        self.reports = reports
        self.attachments = attachments
    }

    /// The order in the words of the engine. Throws `.notFound` for ids of nothing.
    func planImport(_ work: Reading) throws(DomainError) -> PlanImport {
        var plan = PlanImport.Plan.root
        var planProject: Int64?
        var isAutomation = false
        if let word = planInPath ?? form.text("plan_id") {
            (plan, planProject) = try found(word, work)
        } else if let name = form.text("plan_name") {
            plan = .named(name)
        } else if let word = form.text("automation_id") {
            (plan, planProject) = try found(word, work)
            isAutomation = true
        } else if let name = form.text("automation_name") {
            plan = .named(name)
            isAutomation = true
        }
        var folder: Int64?
        var folderProject: Int64?
        if let word = form.text("suite_id") {
            let row = try row("RepositoryFolder", word, work)
            (folder, folderProject) = (row.id, row["projectId"].integer)
        }
        var project = planProject ?? folderProject
        if let word = form.text("project_id") {
            guard let key = RowKey(word), let row = try work.find("Project", [key], fields: ["id"]).first else {
                throw .notFound("Project")
            }
            if let other = project, other != row.id {
                throw .invalid("project_id", "The plan or suite belongs to another project.")
            }
            project = row.id
        }
        guard let project else { throw .invalid("project_id", "The project_id field is required.") }
        var order = PlanImport(project: project)
        order.plan = plan
        order.isAutomation = isAutomation
        order.folder = folder
        order.runName = form.text("run_name")
        order.isOpen = form.flag("create_manual_run")
        if let word = form.text("milestone_id") {
            order.milestone = .id(try row("Milestone", word, work).id)
        } else if let name = form.text("milestone_name") {
            order.milestone = .named(name)
        }
        return order
    }

    private func found(_ word: String, _ work: Reading) throws(DomainError) -> (PlanImport.Plan, Int64?) {
        let row = try row("TestPlan", word, work)
        return (.id(row.id), row["projectId"].integer)
    }

    private func row(_ entity: String, _ word: String, _ work: Reading) throws(DomainError) -> Row {
        guard let key = RowKey(word) else { throw .notFound(entity) }
        return try work.row(entity, key)
    }

    var delimiter: String? { form.text("delimiter") }

    // MARK: - Attachments

    /// Puts the bytes of the files that are no reports at their place.
    func keepFiles(_ engine: Engine) throws(DomainError) {
        for (file, _) in attachments { try file.store(at: try engine.filePlace(file.sha256)) }
    }

    /// Attaches what the reports name, and the rest to the run; answers what was not found.
    func attach(_ outcome: PlanImportOutcome, _ work: Writing) throws(DomainError) -> [String] {
        var warnings: [String] = []
        var used: Set<Int> = []
        for item in outcome.attachments.prefix(10_000) {
            let field = item.result == nil ? "testRunCaseId" : "testRunResultsId"
            let id = item.result ?? item.member
            if item.path.hasPrefix("http://") || item.path.hasPrefix("https://") {
                guard AttachmentAddress.isAllowed(item.path) else {
                    warnings.append("Attachment \(item.path.prefix(200)) is no address.")
                    continue
                }
                let name = item.path.split(separator: "/").last.map { String($0.suffix(255)) } ?? "link"
                let draft = Draft([
                    field: .int(id), "url": .text(item.path), "name": .text(name),
                    "mimeType": "application/octet-stream", "size": 0,
                ])
                try work.insert("Attachment", [draft])
            } else if let index = position(item.path) {
                used.insert(index)
                _ = try AttachmentHandlers.attach(attachments[index].file, field, id, work)
            } else {
                warnings.append("Attachment \(item.path.prefix(200)) is not among the files.")
            }
        }
        for (index, item) in attachments.enumerated() where !used.contains(index) {
            _ = try AttachmentHandlers.attach(item.file, "testRunsId", outcome.run, work)
        }
        return warnings
    }

    /// A file by its normalised path, else by its name.
    private func position(_ path: String) -> Int? {
        let wanted = ImportOrder.normalised(path)
        if let index = attachments.firstIndex(where: { ImportOrder.normalised($0.path) == wanted }) { return index }
        guard let name = wanted.last else { return nil }
        return attachments.firstIndex { item in
            ImportOrder.normalised(item.path).last == name || item.file.fileName == name
        }
    }

    static func normalised(_ path: String) -> [String] {
        var parts: [String] = []
        for part in path.split(whereSeparator: { $0 == "/" || $0 == "\\" }) where part != "." {
            if part == "..", !parts.isEmpty, parts.last != ".." {
                parts.removeLast()
            } else {
                parts.append(String(part))
            }
        }
        return parts
    }

    // MARK: - Answer

    static func reply(
        _ outcome: PlanImportOutcome, project: Int64, _ warnings: [String], _ call: Call, further: [(String, JSON)] = []
    ) -> Reply {
        let milliseconds = outcome.seconds.isFinite ? (min(max(outcome.seconds, 0), 1e12) * 1000).rounded() : 0
        let whole = Int64(milliseconds)
        let rest = String(whole % 1000)
        let time = "\(whole / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
        let members: [(String, JSON)] = [
            ("total", .integer(Int64(outcome.total))), ("passed", .integer(Int64(outcome.passed))),
            ("failed", .integer(Int64(outcome.failed))), ("blocked", .integer(Int64(outcome.skipped))),
            ("time", .string(time)),
            ("run_url", .string("\(call.origin)/projects/runs/\(project)/\(outcome.run)")),
            ("start_time", .string(Shape.time(outcome.startedAt))), ("end_time", .string(Shape.time(outcome.endedAt))),
            ("run_id", .integer(outcome.run)), ("plan_id", .integer(outcome.plan)), ("project_id", .integer(project)),
            ("milestone_id", outcome.milestone.map { .integer($0) } ?? .null),
            ("tests_created", .integer(Int64(outcome.casesMade))),
            ("suites_created", .integer(Int64(outcome.foldersMade))),
            ("warnings", .array(warnings.map { .string($0) })),
        ]
        return .json(.members(members + further))
    }
}

/// Reads uploaded files in pieces.
enum Pieces {
    private static let size = 256 << 10

    static func each(
        _ file: SpooledFile, _ take: ([UInt8]) throws(DomainError) -> Void
    ) throws(DomainError) {
        guard let handle = FileHandle(forReadingAtPath: file.path) else { throw .fault("an uploaded file is gone") }
        defer { close(handle) }
        while true {
            let piece: [UInt8]
            do {
                piece = try Array(handle.read(upToCount: size) ?? Data())
            } catch {
                throw .fault("an uploaded file cannot be read")
            }
            if piece.isEmpty { return }
            try take(piece)
        }
    }

    /// The first bytes.
    static func start(_ file: SpooledFile) -> String {
        guard let handle = FileHandle(forReadingAtPath: file.path) else { return "" }
        defer { close(handle) }
        do {
            return String(decoding: try handle.read(upToCount: 200) ?? Data(), as: UTF8.self)
        } catch {
            return ""
        }
    }

    private static func close(_ handle: FileHandle) {
        do { try handle.close() } catch { return }
    }
}
