import Engine
import Formats
import HTTPTypes
import Model
import Wire

/// `/v1/reports/{reportId}` and `/v1/projects/{projectId}/reports` (TestWorthy API, Reports).
enum ReportHandlers {
    private static let types = [
        "runSummary", "projectSummary", "caseList", "milestoneSummary", "defectSummary", "traceability",
    ]

    /// The documents that a report can be had as.
    private enum Format: String, CaseIterable {
        case json, html, csv, xlsx, pdf

        var type: String {
            switch self {
            case .json: "application/json"
            case .html: "text/html"
            case .csv: "text/csv"
            case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            case .pdf: "application/pdf"
            }
        }

        /// The parameter wins over the header; no header and `*/*` mean JSON.
        init(_ call: Call) throws(DomainError) {
            if let word = call.query["format"], !word.isEmpty {
                guard let format = Format(rawValue: word.lowercased()) else {
                    throw NotAcceptable.error("there is no format \(word)")
                }
                self = format
                return
            }
            guard let accept = call.headers[.accept], !accept.isEmpty else {
                self = .json
                return
            }
            for part in accept.split(separator: ",") {
                let type = part.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() } ?? ""
                if type == "*/*" || type == "application/*" {
                    self = .json
                    return
                }
                if let format = Format.allCases.first(where: { $0.type == type }) {
                    self = format
                    return
                }
            }
            throw NotAcceptable.error("reports are \(Format.allCases.map(\.type).joined(separator: ", "))")
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("reportId", "Report")
        let format = try Format(call)
        let wantsFile = try call.queryFlag("download") ?? false
        let isDownload = call.query["format"] != nil || wantsFile
        let now = engine.world.now()
        let (row, data) = try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Report", key)
            return (row, try ReportData(row, in: work))
        }
        var reply: Reply
        switch format {
        case .json:
            let members: [(String, JSON)] = [
                ("id", .integer(row.id)), ("uuid", .string(row.uid)), ("projectId", .of(row["projectId"])),
                ("type", .of(row["type"])), ("title", .string(data.title)), ("runId", .of(row["testRunId"])),
                ("milestoneId", .of(row["milestoneId"])), ("generatedAt", .string(Timestamp.text(now))),
                ("summary", data.summary), ("results", .array(data.results)),
                ("formats", .array(Format.allCases.map { .string($0.rawValue) })),
            ]
            reply = .json(.members(members))
        case .html: reply = document(data.table.html, "text/html; charset=utf-8")
        case .csv: reply = document(data.table.csv, "text/csv; charset=utf-8")
        case .xlsx: reply = document(data.table.workbook, format.type)
        case .pdf: reply = document(data.table.pdf, format.type)
        }
        if isDownload { reply.headers[.contentDisposition] = disposition("\(data.title).\(format.rawValue)") }
        return reply
    }

    private static func document(_ bytes: [UInt8], _ type: String) -> Reply {
        var headers: HTTPFields = [.contentType: type]
        if let name = HTTPField.Name("Content-Security-Policy") {
            headers[name] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        }
        return Reply(.ok, headers: headers, content: .bytes(bytes))
    }

    /// The name in ASCII and, where it needs more, in UTF-8 (RFC 6266).
    private static func disposition(_ name: String) -> String {
        let plain = String(
            name.map { $0.isASCII && !"\"\\/%:;".contains($0) && ($0 == " " || !$0.isWhitespace) ? $0 : "_" })
        let fallback = "attachment; filename=\"\(plain)\""
        return plain == name ? fallback : fallback + "; filename*=UTF-8''\(PercentEncoding.encoded(name))"
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call, sorting: ["id": "id", "title": "title", "createdAt": "createdAt"])
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let filter = Filter.equals("projectId", .int(try work.project(of: call).id))
            let rows = try work.find(Query("Report", where: filter, order: listing.order(), page: listing.window))
            return listing.reply(rows.map { json($0) }, total: try work.count("Report", where: filter))
        }
    }

    private static func json(_ row: Row) -> JSON {
        .members(
            [
                ("id", .integer(row.id)), ("uuid", .string(row.uid)), ("projectId", .of(row["projectId"])),
                ("type", .of(row["type"])), ("title", .of(row["title"])), ("runId", .of(row["testRunId"])),
                ("milestoneId", .of(row["milestoneId"])),
            ] + row.times)
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let type = input.required("type", input.choice("type", types))
        let title = input.text("title").value
        let run = input.key("runId")
        let milestone = input.key("milestoneId")
        if type == "runSummary", run.value == nil { input.fail("runId", "is required") }
        if type == "milestoneSummary", milestone.value == nil { input.fail("milestoneId", "is required") }
        if let title { input.checkLength("title", title, 1...500) }
        try input.finish()
        let row = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call).id
            var draft = Draft([
                "type": .text(type), "title": .text(title ?? type ?? ""), "projectId": .int(project),
                "isAutomatic": false,
            ])
            draft.values.set("testRunId", try run.own("TestRun", "runId", project: project, in: work))
            draft.values.set("milestoneId", try milestone.own("Milestone", "milestoneId", project: project, in: work))
            return try work.row("Report", .id(try work.insert("Report", [draft])[0]))
        }
        return .created(json(row), at: "/v1/reports/\(row.id)")
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("reportId", "Report")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("Report", key)
            guard !row.flag("isAutomatic") else { throw .conflict("the report belongs to its run or project") }
            try work.delete("Report", ids: [row.id])
        }
        return .noContent
    }
}
