import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/assay/submit`: reports into the open run of a name, for the command line and for CI.
enum SubmitReports {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await ImportForm(call, engine)
        guard let word = form.text("project") else { throw .invalid("project", "project is required") }
        guard let name = form.text("run") else { throw .invalid("run", "run is required") }
        guard !form.files.isEmpty else { throw .invalid("files", "no file was sent") }
        let (project, key) = try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try work.project(word)
            return (row.id, row.text("key"))
        }
        let order = ReportImport(project: project, run: .open(name), files: form.reports)
        let origin = call.origin
        return try await ImportStream.reply(order, form, call, engine) { outcome throws(DomainError) in
            [
                "complete": true, "testRunId": .integer(outcome.run),
                "url": .string("\(origin)/p/\(key)/runs/\(outcome.run)"), "summary": summary(outcome),
                "attachmentMappings": AttachmentMappings.json(outcome),
            ]
        }
    }

    static func summary(_ outcome: ImportOutcome) -> JSON {
        [
            "tests": .integer(Int64(outcome.tests)), "passed": .integer(Int64(outcome.passed)),
            "failed": .integer(Int64(outcome.failed)), "errored": .integer(Int64(outcome.errored)),
            "skipped": .integer(Int64(outcome.skipped)), "seconds": .number(outcome.seconds),
            "created": .integer(Int64(outcome.created)), "matched": .integer(Int64(outcome.matched)),
            "unchanged": .integer(Int64(outcome.unchangedFiles)),
        ]
    }
}

/// Which result asks for which files, so that the client can send them.
enum AttachmentMappings {
    static func json(_ outcome: ImportOutcome) -> JSON {
        var list: [JSON] = []
        for mapping in outcome.mappings {
            let attachments: [JSON] = mapping.attachments.map { ["name": .string($0.name), "path": .string($0.path)] }
            list.append([
                "suiteName": .string(mapping.suite), "testName": .string(mapping.test),
                "className": mapping.className.map { .string($0) } ?? .null,
                "junitTestResultId": .integer(mapping.result), "attachments": .array(attachments),
            ])
        }
        return .array(list)
    }
}
