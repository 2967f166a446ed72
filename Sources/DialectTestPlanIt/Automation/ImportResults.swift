import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/test-results/import` and `POST /api/junit/import` (TestPlanIt API, Automation import and JUnit import).
enum ImportResults {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await ImportForm(call, engine)
        return try await stream(form, call, engine)
    }

    /// One file into a run; the answer is one object unless the client asks for events.
    static func junit(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await ImportForm(call, engine)
        let wantsEvents = call.headers[.accept]?.contains("text/event-stream") == true
        if form.fileField == "files" || wantsEvents { return try await stream(form, call, engine) }
        guard !form.files.isEmpty else { throw .invalid("file", "no file was sent") }
        guard let key = try form.key("testRunId") else { throw .invalid("testRunId", "testRunId is required") }
        let run = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.named("TestRun", key, by: "testRunId", fields: ["id", "uid", "projectId"])
        }
        var order = ReportImport(
            project: run["projectId"].integer ?? 0, run: .existing(run.id), files: form.reports)
        order.createsCases = form.flag("createTestCases")
        let request = try IdempotentRequest(call, content: form.content)
        let uid = run.uid
        let answer = try await engine.importReports(order, once: request, as: call.caller) {
            outcome throws(DomainError) in
            StoredAnswer(status: 200, body: summary(outcome, run: uid).text)
        }
        withExtendedLifetime(form) {}
        var reply = answer.reply
        if let name = HTTPField.Name("X-Deprecation-Warning") {
            reply.headers[name] = "Use POST /api/test-results/import"
        }
        return reply
    }

    private static func summary(_ outcome: ImportOutcome, run: String) -> JSON {
        let summary: JSON = [
            "total": .integer(Int64(outcome.tests)), "passed": .integer(Int64(outcome.passed)),
            "failed": .integer(Int64(outcome.failed)), "errors": .integer(Int64(outcome.errored)),
            "skipped": .integer(Int64(outcome.skipped)), "matched": .integer(Int64(outcome.matched)),
            "created": .integer(Int64(outcome.created)), "ignored": .integer(Int64(outcome.ignored)),
        ]
        return [
            "success": true, "testRunId": .string(run), "summary": summary,
            "attachmentMappings": AttachmentMappings.json(outcome),
        ]
    }

    private static func stream(_ form: ImportForm, _ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let order: ReportImport
        do throws(DomainError) {
            order = try await self.order(form, call, engine)
        } catch {
            // Faults of the form are events too, with the words that TestPlanIt's clients know.
            guard error.code == .invalid || error.code == .notFound else { throw error }
            let body = "data: \(JSON.members([("error", .string(error.message))]).text)\n\n"
            return .text(body, type: "text/event-stream; charset=utf-8")
        }
        return try await ImportStream.reply(order, form, call, engine) { outcome throws(DomainError) in
            [
                "complete": true, "testRunId": .integer(outcome.run),
                "attachmentMappings": AttachmentMappings.json(outcome),
            ]
        }
    }

    private static let formats: Set<String> = [
        "auto", "junit", "testng", "xunit", "nunit", "mstest", "mocha", "cucumber",
    ]

    private static func order(
        _ form: ImportForm, _ call: Call, _ engine: Engine
    ) async throws(DomainError) -> ReportImport {
        let format = form.text("format")?.lowercased() ?? "auto"
        guard formats.contains(format) else { throw .invalid("format", "Unsupported format: \(format)") }
        guard format == "auto" || format == "junit" else { throw .invalid("format", "Unsupported format: \(format)") }
        guard !form.files.isEmpty, let project = form.text("projectId"),
            form.text("name") != nil || form.text("testRunId") != nil
        else { throw .invalid("projectId", "Missing required fields") }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let own = try work.project(project)
            var run = ReportImport.Run.new(form.text("name") ?? "")
            if let key = try form.key("testRunId") {
                guard let row = try work.find("TestRun", [key]).first, row["projectId"].integer == own.id else {
                    throw .invalid("testRunId", "Test run not found")
                }
                guard row.text("testRunType") == "JUNIT" || row.text("testRunType") == "REGULAR" else {
                    throw .invalid("testRunId", "Test run is not of type JUNIT")
                }
                run = .existing(row.id)
            }
            var order = ReportImport(project: own.id, run: run, files: form.reports)
            order.state = try id("stateId", "Workflow", form, work)
            order.configuration = try id("configId", "Configuration", form, work)
            order.milestone = try id("milestoneId", "Milestone", form, work)
            order.parentFolder = try id("parentFolderId", "RepositoryFolder", form, work)
            order.template = try id("templateId", "Template", form, work)
            var tags: [RowKey] = []
            for text in (form.fields["tagIds"] ?? []).joined(separator: ",").split(separator: ",") {
                guard let key = RowKey(String(text)) else { throw .invalid("tagIds", "tagIds must be ids") }
                tags.append(key)
            }
            order.tags = try work.ids("Tag", tags) { "tagIds[\($0)]" }
            return order
        }
    }

    private static func id(
        _ field: String, _ entity: String, _ form: ImportForm, _ work: Reading
    ) throws(DomainError) -> Int64? {
        guard let key = try form.key(field) else { return nil }
        return try work.named(entity, key, by: field).id
    }
}
