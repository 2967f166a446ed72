import Engine
import Formats
import Foundation
import HTTPTypes
import Model
import Wire

/// `POST /api/repository/import` (TestPlanIt API, CSV import): a form with a file, or a JSON body with the text.
enum ImportCases {
    /// Larger files are refused (bytes).
    private static let fileLimit = 64 << 20

    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        if call.mediaType == "multipart/form-data" { return try await form(call, engine) }
        return try await events(call, engine)
    }

    /// What a request says about the import, before its ids are looked up.
    private struct Order: Sendable {
        var project: RowKey?
        var folder: RowKey?
        var template: RowKey?
        var separator: Unicode.Scalar?
        var table: CaseTable

        init(_ input: inout Input) {
            table = CaseTable(project: 0, header: [], rows: [])
            project = input.required("projectId", input.key("projectId"))
            folder = input.key("folderId").value
            template = input.key("templateId").value
            table.mergesTags = input.bool("mergeTags").value ?? false
            table.isDryRun = input.bool("dryRun").value ?? false
            separator = input.text("delimiter").value.flatMap { Order.separator($0) }
            if let mapping = input.object("mapping").value {
                for member in mapping.members { table.mapping[member.name] = member.value.string }
            }
        }

        private static func separator(_ text: String) -> Unicode.Scalar? {
            switch text {
            case "tab", "\\t", "\t": "\t"
            case "comma": ","
            case "semicolon": ";"
            case "pipe": "|"
            default: text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
            }
        }

        func table(_ rows: [[String]], in work: Reading) throws(DomainError) -> CaseTable {
            var table = table
            guard let project else { throw .invalid("projectId", "projectId is required") }
            table.project = try work.named("Project", project, by: "projectId").id
            table.folder =
                try work.sameProject(
                    "RepositoryFolder", folder.map { .value($0) } ?? .absent, "folderId", project: table.project
                ).value
            table.template = try template.map { key throws(DomainError) in
                try work.named("Template", key, by: "templateId").id
            }
            table.header = rows.first ?? []
            table.rows = Array(rows.dropFirst())
            return table
        }
    }

    private static func rows(_ bytes: [UInt8], _ separator: Unicode.Scalar?) throws(DomainError) -> [[String]] {
        do throws(CSVError) {
            let rows = try CSVReader.rows(bytes, separator: separator)
            guard rows.count > 0 else { throw CSVError("the file is empty") }
            return rows
        } catch {
            throw .invalid("file", error.description)
        }
    }

    private static func form(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await ImportForm(call, engine)
        guard let file = form.files.first else { throw .invalid("file", "file is required") }
        guard file.size <= Int64(fileLimit) else { throw Body.tooLarge(fileLimit) }
        var input = Input(try options(form))
        let order = Order(&input)
        try input.finish()
        guard let data = FileManager.default.contents(atPath: file.path) else { throw .fault("the upload is gone") }
        let rows = try rows(Array(data), order.separator)
        withExtendedLifetime(form) {}
        let outcome: CaseTableOutcome
        do throws(DomainError) {
            outcome = try await take(order, rows, call, engine)
        } catch {
            guard case .invalid = error.code, error.entity == rollback else { throw error }
            return refused(error)
        }
        return .json([
            "success": true, "imported": .integer(Int64(outcome.created)), "updated": .integer(Int64(outcome.updated)),
            "skipped": .integer(Int64(outcome.unchanged)), "total": .integer(Int64(rows.count - 1)), "errors": [],
            "caseIds": .array(outcome.cases.map { .string($0) }),
        ])
    }

    /// Marks the refusal that takes a whole table back.
    private static let rollback = "CaseTable"

    private static func take(
        _ order: Order, _ rows: [[String]], _ call: Call, _ engine: Engine
    ) async throws(DomainError) -> CaseTableOutcome {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let outcome = try work.importCases(try order.table(rows, in: work))
            guard outcome.problems.isEmpty else {
                let issues = outcome.problems.map { Issue(field: "\($0.row)/\($0.field)", message: $0.message) }
                throw DomainError(.invalid, "rows of the file are wrong", issues: issues, entity: rollback)
            }
            return outcome
        }
    }

    private static func problems(_ error: DomainError) -> JSON {
        .array(
            error.issues.map { issue in
                let parts = issue.field.split(separator: "/", maxSplits: 1)
                return [
                    "row": .integer(parts.first.flatMap { Int64($0) } ?? 0),
                    "field": .string(String(parts.last ?? "")), "error": .string(issue.message),
                    "message": .string(issue.message),
                ]
            })
    }

    private static func refused(_ error: DomainError) -> Reply {
        let errors = problems(error)
        let first = errors.array?.first
        let details: JSON = [
            "field": first?["field"] ?? .null, "message": first?["message"] ?? .null, "errors": errors,
        ]
        let body: JSON = [
            "success": false, "imported": 0, "errors": errors,
            "error": ["code": "VALIDATION_ERROR", "message": .string(error.message), "details": details],
        ]
        return .json(body, status: .unprocessableContent)
    }

    /// The member `options`, or the fields of the form themselves.
    private static func options(_ form: ImportForm) throws(DomainError) -> JSONObject {
        if let text = form.text("options") {
            do throws(JSONSyntaxError) {
                if let object = try JSONReader.parse(text).object { return object }
            } catch {
                throw .invalid("options", "options, line \(error.line): \(error.reason)")
            }
            throw .invalid("options", "options must be an object")
        }
        var object = JSONObject()
        for name in ["projectId", "folderId", "templateId", "delimiter"] {
            if let text = form.text(name) { object[name] = .string(text) }
        }
        object["mergeTags"] = .bool(form.flag("mergeTags"))
        object["dryRun"] = .bool(form.flag("dryRun"))
        return object
    }

    /// The form of the original's own wizard: the answer is a list of events.
    private static func events(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object(limit: fileLimit))
        var order = Order(&input)
        let text = input.required("file", input.text("file")) ?? ""
        let hasHeaders = input.bool("hasHeaders").value ?? true
        order.table.joinsRows = input.text("rowMode").value == "multi"
        order.table.ignoresFolders = input.text("importLocation").value == "single_folder"
        if input.text("importLocation").value == "root_folder" { order.folder = nil }
        switch input.text("folderSplitMode").value {
        case "plain": order.table.split = .none
        case "slash": order.table.split = .slash
        case "dot": order.table.split = .dot
        case "greaterThan": order.table.split = .greater
        default: order.table.split = .usual
        }
        let mappings = input.each("fieldMappings", limit: 500) { inner -> (String, String)? in
            guard let column = inner.required("csvColumn", inner.text("csvColumn")) else { return nil }
            return (column, inner.text("templateField").value ?? "")
        }
        for (column, field) in mappings.value ?? [] { order.table.mapping[column] = field }
        try input.finish()
        var rows = try rows(Array(text.utf8), order.separator)
        if !hasHeaders {
            let names = (0..<(rows.first?.count ?? 0)).map { "Column \($0 + 1)" }
            rows.insert(names, at: 0)
        }
        let total = Int64(rows.count - 1)
        var lines: [JSON] = []
        do throws(DomainError) {
            let outcome = try await take(order, rows, call, engine)
            let count = Int64(outcome.created + outcome.updated)
            lines.append(["imported": .integer(count), "total": .integer(total)])
            lines.append(["complete": true, "importedCount": .integer(count), "errors": []])
        } catch {
            guard case .invalid = error.code else { throw error }
            lines.append(["error": .string(error.message), "errors": problems(error)])
        }
        let body = lines.map { "data: \($0.text)\n\n" }.joined()
        return .text(body, type: "text/event-stream; charset=utf-8")
    }
}
