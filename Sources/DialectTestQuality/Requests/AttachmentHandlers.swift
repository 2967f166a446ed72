import Engine
import HTTPTypes
import Model
import Wire

/// Files of rows: they come as forms and go as they came.
enum AttachmentHandlers {
    /// A form with one file and, where the path does not say it, what it belongs to.
    static func upload(_ place: Place) -> Route.Handler {
        { call, engine throws(DomainError) in
            var file: SpooledFile?
            var fields: [String: String] = [:]
            guard call.mediaType == "multipart/form-data" else {
                throw .invalid("file", "The file must be sent as multipart/form-data.")
            }
            var reader = try MultipartReader(call)
            while let part = try await reader.next() {
                if part.fileName != nil {
                    let spooled = try await reader.spool(part, to: try engine.incomingFolder(), limit: Engine.fileLimit)
                    if file == nil { file = spooled }
                } else {
                    fields[part.name] = try await reader.text()
                }
            }
            guard let file else { throw .invalid("file", "The file field is required.") }
            try file.store(at: try engine.filePlace(file.sha256))
            let found = fields
            return try await engine.write(as: call.caller) { work throws(DomainError) in
                let reader = try RowReader(work, call.origin)
                let (_, parent, level) = try place.above(call, reader)
                var entry = Entry()
                entry.body["related_type"] = .string(level?.parent.name ?? found["related_type"] ?? "")
                entry.body["related_id"] = parent.map { .integer($0) } ?? .string(found["related_id"] ?? "")
                let target = try RelatedType.row(entry, work)
                guard let name = RelatedType.name(ofEntity: target.entity),
                    let field = Attachments.references.first(where: { $0.name == name })?.field
                else { throw .invalid("related_type", "The related_type cannot have attachments.") }
                let id = try attach(file, field, target.id, work)
                guard let row = try reader.rows(Attachments.resource, ids: [id]).first else {
                    throw .fault("a new attachment cannot be read")
                }
                return .json(.object(row.members), status: .created)
            }
        }
    }

    /// Keeps a file whose bytes are at their place as the attachment of a row.
    static func attach(
        _ file: SpooledFile, _ field: String, _ id: Int64, _ work: Writing, name: String? = nil
    ) throws(DomainError) -> Int64 {
        let given = name ?? (file.fileName.isEmpty ? "file" : file.fileName)
        let kept = try work.keepFile(
            name: given, mediaType: MediaType.safe(file.mediaType), size: file.size, sha256: file.sha256, .attachment)
        let draft = Draft([
            field: .int(id), "url": .text(AttachmentAddress.path + kept.key), "name": .text(String(given.suffix(255))),
            "mimeType": .text(kept.mediaType), "size": .int(kept.size),
        ])
        return try work.insert("Attachment", [draft])[0]
    }

    static func download(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let file = try await engine.read(as: call.caller) { work throws(DomainError) in
            guard let key = RowKey(call.parameter("id")) else { throw .notFound("Attachment") }
            let row = try work.row("Attachment", key)
            let url = row.text("url")
            guard !row["storedFileId"].isNull, url.hasPrefix(AttachmentAddress.path) else {
                throw .notFound("Attachment")
            }
            return try work.storedFile(String(url.dropFirst(AttachmentAddress.path.count)))
        }
        guard let sha256 = file.sha256 else { throw .notFound("Attachment") }
        return try .file(
            try engine.filePlace(sha256), name: file.name, mediaType: file.mediaType, sha256: sha256, for: call)
    }
}
