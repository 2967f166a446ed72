import Engine
import HTTPTypes
import Model
import Wire

/// Files of issues, requirements, tests and executions (PractiTest API, Attachments).
enum Attachments {
    private struct Owner: Sendable {
        let kind: Kind
        /// The attachment's reference and the relation behind it.
        let field: String
        let relation: String
    }

    private static let owners: [String: Owner] = [
        "issue": Owner(kind: Issues.kind, field: "issueId", relation: "issue"),
        "requirement": Owner(kind: Requirements.kind, field: "requirementId", relation: "requirement"),
        "test": Owner(kind: Tests.kind, field: "testCaseId", relation: "testCase"),
        "testset": Owner(kind: Sets.kind, field: "testRunsId", relation: "testRuns"),
        "instance": Owner(kind: Instances.kind, field: "testRunCaseId", relation: "testRunCase"),
        "step": Owner(kind: Steps.kind, field: "stepId", relation: "step"),
        "run": Owner(kind: Runs.kind, field: "testRunResultsId", relation: "testRunResults"),
        "steprun": Owner(kind: StepRuns.kind, field: "testRunStepResultId", relation: "testRunStepResult"),
    ]

    /// `step-run`, `step_runs`, `test-set`, `sets` and the like.
    private static func owner(_ word: String) -> Owner? {
        var name = word.lowercased().filter { $0.isLetter }
        if name.hasSuffix("s"), owners[name] == nil { name.removeLast() }
        return owners[name == "set" ? "testset" : name]
    }

    private static let kind = Kind(
        type: "attachments", singular: "Attachment", entity: "Attachment",
        inProject: { project in
            var filter = Filter.none
            for owner in owners.values.sorted(by: { $0.field < $1.field }) {
                filter = filter || .related(owner.relation, .some, owner.kind.inProject(project))
            }
            return .equals("isDeleted", false) && filter
        }, write: write)

    private static func write(
        _ rendering: Rendering, _ rows: [Row], _ writer: inout JSONWriter
    ) throws(DomainError) {
        for row in rows {
            writer.beginResource(row.id, "attachments")
            writer.member("name", row.text("name"))
            writer.member("size", number: row["size"].integer ?? 0)
            writer.endObject()
            writer.endObject()
        }
    }

    /// What the two entity members name: a kind and a row of the project.
    private static func target(
        _ word: String?, _ id: Int64?, at place: String, _ project: Int64, _ work: Reading
    ) throws(DomainError) -> (owner: Owner, id: Int64) {
        var issues: [Issue] = []
        let found = word.flatMap { owner($0) }
        if word == nil {
            issues.append(Issue(field: "\(place)entity", message: "entity is missing"))
        } else if found == nil {
            issues.append(Issue(field: "\(place)entity", message: "entity is invalid: there is none of that name"))
        }
        if id == nil { issues.append(Issue(field: "\(place)entity-id", message: "entity-id is missing")) }
        guard issues.isEmpty, let found, let id else { throw .invalid(issues) }
        _ = try found.kind.row(id, project, work)
        return (found, id)
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let (owner, id) = try target(
                request.parameters["entity"], request.parameters.id("entity-id"), at: "?", project, work)
            let page = Page(request.parameters)
            let found = try work.page(
                "Attachment", where: .equals(owner.field, .int(id)) && .equals("isDeleted", false),
                order: [.by("id")], limit: page.size, offset: page.offset)
            let bytes = try kind.bytes(found.ids, request.rendering(work, project))
            return .list(bytes, PageFrame(request: request, page: page, total: found.total))
        }
    }

    /// Without a suffix the bytes, with `.json` the resource.
    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        let (row, project, file) = try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let row = try kind.row(try request.id("id", kind.singular), project, work)
            return (row, project, try work.attachedFile(row))
        }
        if call.path.hasSuffix(".json") {
            return try await engine.read(as: call.caller) { work throws(DomainError) in
                .resource(try kind.bytes(rows: [row], request.rendering(work, project)))
            }
        }
        guard let file, let sha256 = file.sha256 else {
            // A link to elsewhere has no bytes here.
            throw Refusal.missing(kind.singular, row.id)
        }
        let name = row.text("name")
        var headers: HTTPFields = [
            .contentType: FileTypes.type(name), .contentDisposition: disposition(name),
            .contentSecurityPolicy: "default-src 'none'; sandbox",
        ]
        if let sniff = HTTPField.Name("X-Content-Type-Options") { headers[sniff] = "nosniff" }
        return Reply(
            .ok, headers: headers,
            content: .file(path: try engine.filePlace(sha256), offset: 0, length: file.size))
    }

    /// The name in ASCII and, where it needs more, in UTF-8 (RFC 6266).
    private static func disposition(_ name: String) -> String {
        let plain = String(name.map { $0.isASCII && !"\"\\/%".contains($0) && !$0.isNewline ? $0 : "_" })
        let fallback = "attachment; filename=\"\(plain)\""
        return plain == name ? fallback : fallback + "; filename*=UTF-8''\(PercentEncoding.encoded(name))"
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let request = try await Request(call)
        let data = request.data?.object ?? JSONObject()
        let attributes = data.member("attributes")?.object ?? JSONObject()
        func named(_ name: String) -> JSON? {
            request.body.member(name) ?? data.member(name) ?? attributes.member(name)
        }
        var uploads = Uploads()
        let files = uploads.read(
            data.member("files") ?? attributes.member("files") ?? request.body.member("files"), at: "/data/files/data")
        if !uploads.issues.isEmpty { throw .invalid(uploads.issues) }
        let word = named("entity").flatMap { Names.text($0) }
        let id = named("entity-id").map { Names.id($0) ?? 0 }
        // Nothing is stored for somebody who may not.
        try await engine.read(as: call.caller) { work throws(DomainError) in
            _ = try target(word, id, at: "/", try request.project(work), work)
        }
        guard !files.isEmpty else { throw .invalid("/data/files/data", "files is missing") }
        let kept = try await Uploads.store(files, engine)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try request.project(work)
            let (owner, id) = try target(word, id, at: "/", project, work)
            let ids = try work.attach(kept, to: owner.field, id)
            let bytes = try kind.bytes(ids, request.rendering(work, project))
            return .resource([UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")])
        }
    }

    static let delete = Handlers.delete(kind)
}
