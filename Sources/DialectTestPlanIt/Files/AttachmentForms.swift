import Engine
import Foundation
import Model
import Wire

/// Attachments of automated results and of runs, as the command line of TestPlanIt sends them.
enum AttachmentForms {
    private static let fileCount = 1000

    /// A form with files, all on disk.
    private struct Form: Sendable {
        var files: [SpooledFile] = []
        var fields: [String: String] = [:]

        init(_ call: Call, _ engine: Engine) async throws(DomainError) {
            var reader = try MultipartReader(call, limits: MultipartReader.Limits(parts: fileCount + 20))
            while let part = try await reader.next() {
                if part.fileName != nil {
                    files.append(try await reader.spool(part, to: try engine.incomingFolder(), limit: Engine.fileLimit))
                } else {
                    fields[part.name] = try await reader.text()
                }
            }
        }
    }

    /// How it went for one file.
    private enum Outcome: Sendable {
        case attached(id: Int64, url: String)
        case failed(String)
    }

    /// `POST /api/junit/attachment`: a link or an uploaded file by its address.
    static func one(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let result = input.required("junitTestResultId", input.key("junitTestResultId"))
        let url = input.required("url", input.text("url"))
        let name = input.required("name", input.text("name"))
        let mediaType = input.required("mimeType", input.text("mimeType"))
        let size = input.count("size").value ?? input.object["size"]?.string.flatMap { Int64($0) } ?? 0
        let note = input.text("note").value
        try input.finish()
        guard let result else { throw .invalid(input.issues) }
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.named("JUnitTestResult", result, by: "junitTestResultId")
            let draft = Draft([
                "junitTestResultId": .int(row.id), "url": .text(url), "name": .text(name), "mimeType": .text(mediaType),
                "size": .int(size), "note": .text(note),
            ])
            let id = try work.insert("Attachment", [draft])[0]
            return try rendered(id, in: work)
        }
    }

    private static func rendered(_ id: Int64, in work: Reading) throws(DomainError) -> Reply {
        let row = try work.row("Attachment", .id(id))
        let user = work.caller.uid
        return try Reply.json { writer throws(DomainError) in
            writer.beginObject()
            writer.key(.data)
            writer.beginObject()
            writer.key(.id)
            writer.value(row.id)
            writer.key("uuid")
            writer.value(row.uid)
            for name in ["url", "name", "note", "mimeType", "junitTestResultId"] {
                writer.key(name)
                writer.value(row[name])
            }
            writer.key(.size)
            writer.value(String(row["size"].integer ?? 0))
            writer.key(.createdAt)
            writer.time(row["createdAt"])
            writer.key("createdById")
            writer.value(user)
            writer.key("isDeleted")
            writer.value(row.flag("isDeleted"))
            writer.endObject()
            writer.endObject()
        }
    }

    /// `POST /api/junit/attachments/bulk`: files with a map to results, or named `<result id>_<name>`.
    static func results(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await Form(call, engine)
        let targets = try targets(form.fields["mappings"])
        var outcomes: [(name: String, outcome: Outcome)] = []
        for file in form.files {
            let (key, name) = target(file.fileName, targets)
            guard let key else {
                outcomes.append((file.fileName, .failed("No matching junitTestResultId")))
                continue
            }
            outcomes.append(
                (file.fileName, await attach(file, name, "JUnitTestResult", key, "junitTestResultId", call, engine)))
        }
        return try summary(outcomes)
    }

    private static func targets(_ text: String?) throws(DomainError) -> [String: RowKey] {
        guard let text, !text.isEmpty else { return [:] }
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSONReader.parse(text)
        } catch {
            throw .invalid("mappings", "mappings is not JSON: \(error.reason)")
        }
        var targets: [String: RowKey] = [:]
        for element in json.array ?? [] {
            guard let name = element["fileName"]?.string, let key = element["junitTestResultId"].flatMap({ RowKey($0) })
            else {
                throw .invalid("mappings", "mappings is an array of {fileName, junitTestResultId}")
            }
            targets[name] = key
        }
        return targets
    }

    private static func target(_ name: String, _ targets: [String: RowKey]) -> (RowKey?, String) {
        if let key = targets[name] { return (key, name) }
        guard let line = name.firstIndex(of: "_"), let id = Int64(name[..<line]), id > 0 else { return (nil, name) }
        let rest = String(name[name.index(after: line)...])
        return (.id(id), rest.isEmpty ? name : rest)
    }

    /// `POST /api/test-runs/attachments`.
    static func run(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let form = try await Form(call, engine)
        guard let text = form.fields["testRunId"], let key = RowKey(text) else {
            throw .invalid("testRunId", "testRunId is required")
        }
        guard !form.files.isEmpty else { throw .invalid("files", "files is required") }
        _ = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.row("TestRun", key, fields: ["id"])
        }
        var outcomes: [(name: String, outcome: Outcome)] = []
        for file in form.files {
            outcomes.append(
                (file.fileName, await attach(file, file.fileName, "TestRun", key, "testRunsId", call, engine)))
        }
        return try summary(outcomes)
    }

    /// Stores one file and attaches it; a failure is an outcome, not the end.
    private static func attach(
        _ spooled: SpooledFile, _ name: String, _ entity: String, _ key: RowKey, _ field: String, _ call: Call,
        _ engine: Engine
    ) async -> Outcome {
        do throws(DomainError) {
            try spooled.store(at: try engine.filePlace(spooled.sha256))
            return try await engine.write(as: call.caller) { work throws(DomainError) in
                let owner = try work.named(entity, key, by: field)
                let file = try work.keepFile(
                    name: name, mediaType: MediaType.safe(spooled.mediaType), size: spooled.size,
                    sha256: spooled.sha256, .attachment)
                let url = AttachmentAddress.path + file.key
                let draft = Draft([
                    field: .int(owner.id), "url": .text(url), "name": .text(name), "mimeType": .text(file.mediaType),
                    "size": .int(file.size),
                ])
                return .attached(id: try work.insert("Attachment", [draft])[0], url: url)
            }
        } catch {
            if case .fault = error.code { return .failed("the file could not be stored") }
            return .failed(error.message)
        }
    }

    private static func summary(_ outcomes: [(name: String, outcome: Outcome)]) throws(DomainError) -> Reply {
        var results: [JSON] = []
        var success: Int64 = 0
        for (name, outcome) in outcomes {
            switch outcome {
            case .attached(let id, let url):
                success += 1
                results.append([
                    "fileName": .string(name), "success": true, "attachmentId": .integer(id), "url": .string(url),
                ])
            case .failed(let reason):
                results.append(["fileName": .string(name), "success": false, "error": .string(reason)])
            }
        }
        let total = Int64(outcomes.count)
        return .json([
            "summary": ["total": .integer(total), "success": .integer(success), "failed": .integer(total - success)],
            "results": .array(results),
        ])
    }
}
