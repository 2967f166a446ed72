import Engine
import Formats
import HTTPTypes
import Model
import Wire

/// `GET /api/repository/export` (TestPlanIt API, Export data): the cases of a project or of a folder with all below it.
enum ExportCases {
    private enum Format: String, CaseIterable {
        case csv, json, ndjson, xlsx, xml, md, html

        var type: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .json: "application/json; charset=utf-8"
            case .ndjson: "application/x-ndjson; charset=utf-8"
            case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            case .xml: "application/xml; charset=utf-8"
            case .md: "text/markdown; charset=utf-8"
            case .html: "text/html; charset=utf-8"
            }
        }
    }

    /// Cases of one transaction.
    private static let batch = 500
    /// Formats that are made in memory hold at most this many cases.
    private static let tableLimit = 50_000

    private static let columns = [
        "id", "title", "description", "folder", "steps", "expectedResult", "tags", "priority", "automationStatus",
        "estimate", "template", "state", "createdAt", "updatedAt",
    ]

    /// What every page of the export needs.
    private struct Frame: Sendable {
        let project: Row
        let filter: Filter
        /// UUID of a folder to its path.
        let folders: [String: String]
        let folderRows: [(uid: String, name: String, parent: String?)]
        let templates: [String: String]
        let fields: [String]

        init(_ call: Call, in work: Reading) throws(DomainError) {
            guard let key = RowKey(try call.needed("projectId")) else { throw .notFound("Project") }
            project = try work.row("Project", key, fields: ["id", "uid", "name"])
            var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            if let key = try call.queryKey("folderId") {
                let folder = try work.named("RepositoryFolder", key, by: "folderId", fields: ["id", "projectId"])
                guard folder["projectId"].integer == project.id else {
                    throw .invalid("folderId", "folderId belongs to another project")
                }
                filter = filter && .subtree(field: "folderId", parent: "parentId", root: folder.id)
            }
            self.filter = filter
            let paths = try work.folderPaths(project: project.id)
            let own = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            let rows = try work.tree(
                Query("RepositoryFolder", where: own, fields: ["id", "uid", "name"], order: [.by("id")]),
                uids: ["parentId"]
            ).rows
            var folders: [String: String] = [:]
            for row in rows { folders[row.uid] = (paths[row.id] ?? []).joined(separator: " > ") }
            self.folders = folders
            folderRows = rows.map { ($0.uid, $0.text("name"), $0["parentId#uid"].string) }
            var templates: [String: String] = [:]
            for row in try work.find(Query("Template", fields: ["id", "uid", "templateName"])) {
                templates[row.uid] = row.text("templateName")
            }
            self.templates = templates
            let shown: Set<String> = ["description", "expected", "priority", "steps"]
            fields = try work.caseFields().fields.filter { !shown.contains($0.systemName) }.map(\.systemName)
        }
    }

    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let word = call.query["format"].flatMap { $0.isEmpty ? nil : $0.lowercased() } ?? "csv"
        guard let format = Format(rawValue: word) else {
            throw .invalid("format", "format must be one of \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let frame = try await engine.read(as: call.caller) { work throws(DomainError) in try Frame(call, in: work) }
        let caller = call.caller
        var headers: HTTPFields = [.contentType: format.type]
        headers[.contentDisposition] = "attachment; filename=\"\(fileName(frame.project.text("name"))).\(word)\""
        switch format {
        case .csv, .json, .ndjson, .xml, .md:
            return Reply(
                .ok, headers: headers,
                content: .stream { stream in try await write(frame, format, caller, engine, to: stream) })
        case .xlsx, .html:
            var rows: [[String]] = []
            var last: Int64 = 0
            while let (cases, next) = try await page(frame, after: last, caller, engine) {
                rows += cases.map { cells($0, frame) }
                last = next
                guard rows.count <= tableLimit else {
                    throw DomainError(.tooLarge, "more than \(tableLimit) cases; choose csv, json or ndjson")
                }
            }
            let table = ReportTable(title: frame.project.text("name"), columns: columns + frame.fields, rows: rows)
            return Reply(.ok, headers: headers, content: .bytes(format == .xlsx ? table.workbook : table.html))
        }
    }

    private static func fileName(_ name: String) -> String {
        let safe = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return "\(String(safe.prefix(60)))-test-cases"
    }

    /// The next cases as the reference shows them; `nil` when there are no more.
    private static func page(
        _ frame: Frame, after last: Int64, _ caller: Caller, _ engine: Engine
    ) async throws(DomainError) -> ([JSON], Int64)? {
        try await engine.read(as: caller) { work throws(DomainError) in
            let filter = frame.filter && .compare("id", .greater, .int(last))
            let query = Query(
                "RepositoryCase", where: filter, fields: CasePage.fields, order: [.by("id")],
                page: Query.Page(limit: batch))
            let page = try CasePage(query, in: work)
            guard let next = page.tree.ids.last else { return nil }
            var cases: [JSON] = []
            for index in 0..<page.count {
                var writer = JSONWriter(capacity: 1024)
                page.write(index, to: &writer)
                do throws(JSONSyntaxError) {
                    cases.append(try JSONReader.parse(writer.bytes))
                } catch {
                    throw .fault("a case is no JSON")
                }
            }
            return (cases, next)
        }
    }

    private static func write(
        _ frame: Frame, _ format: Format, _ caller: Caller, _ engine: Engine, to stream: any ReplyStream
    ) async throws {
        try await stream.write(Array(head(frame, format).utf8))
        var last: Int64 = 0
        var isFirst = true
        while let (cases, next) = try await page(frame, after: last, caller, engine) {
            var text = ""
            for testCase in cases {
                text += piece(testCase, frame, format, isFirst: isFirst)
                isFirst = false
            }
            try await stream.write(Array(text.utf8))
            last = next
        }
        try await stream.write(Array(foot(format).utf8))
    }

    private static func head(_ frame: Frame, _ format: Format) -> String {
        let name = frame.project.text("name")
        switch format {
        case .csv: return CSVWriter.line(columns + frame.fields)
        case .json:
            let folders: [JSON] = frame.folderRows.map { folder in
                [
                    "id": .string(folder.uid), "name": .string(folder.name),
                    "parentId": folder.parent.map { .string($0) } ?? .null,
                    "path": .string(frame.folders[folder.uid] ?? folder.name),
                ]
            }
            let project: JSON = [
                "id": .string(frame.project.uid), "numericId": .integer(frame.project.id), "name": .string(name),
            ]
            return "{\"project\":\(project.text),\"folders\":\(JSON.array(folders).text),\"data\":["
        case .xml:
            return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testCases project=\"\(XMLEscape.text(name))\">\n"
        case .md: return "# \(markdown(name))\n"
        case .ndjson, .xlsx, .html: return ""
        }
    }

    private static func foot(_ format: Format) -> String {
        switch format {
        case .json: "]}"
        case .xml: "</testCases>\n"
        case .csv, .ndjson, .md, .xlsx, .html: ""
        }
    }

    private static func piece(_ testCase: JSON, _ frame: Frame, _ format: Format, isFirst: Bool) -> String {
        switch format {
        case .csv: return CSVWriter.line(cells(testCase, frame))
        case .json: return (isFirst ? "" : ",") + testCase.text
        case .ndjson: return testCase.text + "\n"
        case .xml:
            var text = "  <testCase>\n"
            for (name, cell) in zip(columns + frame.fields, cells(testCase, frame)) where !cell.isEmpty {
                text += "    <field name=\"\(XMLEscape.text(name))\">\(XMLEscape.text(cell))</field>\n"
            }
            return text + "  </testCase>\n"
        case .md:
            let cells = cells(testCase, frame)
            var text = "\n## \(markdown(cells[1]))\n\n"
            for (name, cell) in zip(columns, cells) where !cell.isEmpty && name != "title" && name != "steps" {
                text += "- **\(name)**: \(markdown(cell.replacing("\n", with: " ")))\n"
            }
            if !cells[4].isEmpty {
                text += "\n\(cells[4].split(separator: "\n").map { markdown(String($0)) }.joined(separator: "\n"))\n"
            }
            return text
        case .xlsx, .html: return ""
        }
    }

    private static func markdown(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("<", with: "&lt;").replacing("*", with: "\\*")
    }

    /// The cells of the table, in the order of the columns.
    private static func cells(_ testCase: JSON, _ frame: Frame) -> [String] {
        func text(_ name: String) -> String { shown(testCase[name] ?? .null) }
        let steps = (testCase["steps"]?.array ?? []).map { step in
            CaseStepText.Step(action: step["action"]?.string ?? "", expected: step["expected"]?.string)
        }
        let tags = (testCase["tags"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
        var cells = [
            text("id"), text("title"), text("description"), frame.folders[text("folderId")] ?? "",
            CaseStepText.text(steps), text("expectedResult"), tags, text("priority"), text("automationStatus"),
            text("estimate"), frame.templates[text("templateId")] ?? "", text("state"), text("createdAt"),
            text("updatedAt"),
        ]
        var values: [String: JSON] = [:]
        for field in testCase["customFields"]?.array ?? [] {
            if let name = field["systemName"]?.string { values[name] = field["value"] }
        }
        for name in frame.fields { cells.append(shown(values[name] ?? .null)) }
        return cells
    }

    private static func shown(_ json: JSON) -> String {
        switch json {
        case .null: ""
        case .string(let text): text
        case .array(let elements): elements.map { shown($0) }.joined(separator: "; ")
        case .bool, .integer, .number, .object: json.text
        }
    }
}

/// Text inside XML.
private enum XMLEscape {
    static func text(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "\n", "\r", "\t": result.append(scalar)
            default: if scalar.value >= 0x20, scalar.value < 0xFFFE || scalar.value > 0xFFFF { result.append(scalar) }
            }
        }
        return String(result)
    }
}
