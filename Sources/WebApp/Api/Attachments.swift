import Engine
import HTTPTypes
import Model
import Wire

/// Files of cases, tests and results: `/app/api/attachments`.
enum Attachments {
    static let routes: [Route] = [
        Route(.post, "/app/api/attachments", "attachments.create") { call, engine async throws(DomainError) in
            try await upload(call, engine)
        },
        Endpoint.change(.delete, "/attachments/{id}", "attachments.delete") { order, work throws(DomainError) in
            let id = try order.ask.id()
            _ = try work.row("Attachment", .id(id), fields: ["id"])
            try work.delete("Attachment", ids: [id])
            return .nothing
        },
        Endpoint.change(.post, "/attachments/{id}/restore", "attachments.restore") { order, work throws(DomainError) in
            let id = try order.ask.id()
            try work.update("Attachment", [Change(id, set: ["isDeleted": false])])
            return try show(id, in: work)
        },
    ]

    /// What a file may belong to: the name in the query, the entity and the field that names it.
    private static let owners: [(name: String, entity: String, field: String)] = [
        ("case", "RepositoryCase", "testCaseId"), ("result", "TestRunResult", "testRunResultsId"),
        ("test", "TestRunCase", "testRunCaseId"), ("run", "TestRun", "testRunsId"), ("session", "Session", "sessionId"),
        ("note", "SessionResult", "sessionResultsId"),
    ]

    /// The raw bytes of one file; a repeated request with the same key keeps one attachment.
    private static func upload(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try Endpoint.guardToken(call, engine)
        let ask = Ask(call)
        let name = String((ask.text("name") ?? "file").suffix(200))
        guard let owner = owners.first(where: { ask.text($0.name) != nil }) else {
            throw .invalid("case", "say what the file belongs to")
        }
        guard let id = try ask.integer(owner.name) else { throw .notFound(owner.entity) }
        // Refused before the bytes travel.
        _ = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.row(owner.entity, .id(id), fields: ["id"])
        }
        let spooled = try await call.body.spool(
            to: try engine.incomingFolder(), name: name, limit: Engine.fileLimit)
        guard spooled.size > 0 else { throw .invalid("name", "the file is empty") }
        try spooled.store(at: try engine.filePlace(spooled.sha256))
        let type = mediaType(call.mediaType)
        let change: Endpoint.Write = { _, work throws(DomainError) in
            let file = try work.keepFile(
                name: name, mediaType: type, size: spooled.size, sha256: spooled.sha256, .attachment)
            let draft = Draft([
                owner.field: .int(id), "url": .text(AttachmentAddress.path + file.key), "name": .text(name),
                "mimeType": .text(type), "size": .int(spooled.size),
            ])
            return try show(try work.insert("Attachment", [draft])[0], status: 201, in: work)
        }
        let order = Order(ask: ask, body: JSONObject(), ifMatch: nil)
        return try await Endpoint.run(
            order, call, engine, content: "\(owner.name) \(id) \(name) \(spooled.sha256)", change)
    }

    /// `type/subtype` as a browser names it; anything else is bytes.
    private static func mediaType(_ text: String?) -> String {
        let parts = (text ?? "").split(separator: "/", omittingEmptySubsequences: false)
        let isGood =
            parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.count <= 60
                    && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$&-^_.+".contains($0)) }
            }
        return isGood ? (text ?? "") : "application/octet-stream"
    }

    private static func show(_ id: Int64, status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        let row = try work.row("Attachment", .id(id))
        return try Answer(status: status) { writer throws(DomainError) in try write(row, to: &writer) }
    }

    /// Attachments as the contract shows them.
    static func write(_ rows: [Row], to writer: inout JSONWriter) throws(DomainError) {
        try writer.array(.attachments, rows) { writer, row throws(DomainError) in try write(row, to: &writer) }
    }

    private static func write(_ row: Row, to writer: inout JSONWriter) throws(DomainError) {
        try writer.object { writer throws(DomainError) in
            writer.put(.id, row.id)
            writer.put(.name, row["name"])
            writer.put(.type, row["mimeType"])
            writer.put(.size, row["size"])
            writer.put(.url, row["url"])
        }
    }
}
