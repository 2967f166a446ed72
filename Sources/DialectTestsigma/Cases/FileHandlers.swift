import Engine
import HTTPTypes
import Model
import Wire

/// Comments, attachments, versions and requirements of cases (extensions).
enum FileHandlers {
    static func json(_ row: Row) -> JSON {
        [
            "id": .string(row.uid), "name": .of(row["name"]), "size": .of(row["size"]),
            "content_type": .of(row["mimeType"]), "url": .of(row["url"]), "created_at": .ms(row["createdAt"]),
        ]
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try CaseHandlers.found(call, in: work)
            let filter = Filter.equals("testCaseId", .int(row.id)) && .equals("isDeleted", false)
            let page = try listing.page(Query("Attachment", where: filter), in: work)
            return page.reply("attachments", page.rows.map { json($0) })
        }
    }

    static func upload(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        _ = try await engine.read(as: call.caller) { work throws(DomainError) in
            try CaseHandlers.found(call, in: work).id
        }
        var reader = try MultipartReader(call)
        var found: SpooledFile?
        while let part = try await reader.next() {
            guard part.name == "file" else { continue }
            found = try await reader.spool(part, to: try engine.incomingFolder(), limit: Engine.fileLimit)
        }
        guard let file = found else { throw .invalid("file", "file is required") }
        try file.store(at: try engine.filePlace(file.sha256))
        let row = try await engine.write(as: call.caller) { work throws(DomainError) in
            let owner = try CaseHandlers.found(call, in: work)
            let kept = try work.keepFile(
                name: file.fileName, mediaType: file.mediaType ?? "application/octet-stream", size: file.size,
                sha256: file.sha256, .attachment)
            let draft = Draft([
                "name": .text(kept.name.isEmpty ? "file" : kept.name), "url": .text(AttachmentAddress.path + kept.key),
                "mimeType": .text(kept.mediaType), "size": .int(kept.size), "testCaseId": .int(owner.id),
            ])
            return try work.row("Attachment", .id(try work.insert("Attachment", [draft])[0]))
        }
        return Envelope.one("attachment", json(row))
    }

    static func comments(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try CaseHandlers.found(call, in: work)
            let filter = Filter.equals("repositoryCaseId", .int(row.id)) && .equals("isDeleted", false)
            let page = try listing.page(Query("Comment", where: filter), in: work)
            let keys = Set(page.rows.compactMap { $0["creatorId"].integer }).map { RowKey.id($0) }
            var users: [Int64: String] = [:]
            for row in try keys.isEmpty ? [] : work.find("User", keys, fields: ["id", "uid"], deleted: .shown) {
                users[row.id] = row.uid
            }
            return page.reply("comments", page.rows.map { comment($0, users[$0["creatorId"].integer ?? 0]) })
        }
    }

    private static func comment(_ row: Row, _ user: String?) -> JSON {
        [
            "id": .string(row.uid), "body": .string(RichText.plain(row["content"])), "user_id": .of(user),
            "created_at": .ms(row["createdAt"]), "updated_at": .ms(row["updatedAt"]),
        ]
    }

    static func addComment(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let text = input.title("body", isNew: true, limit: 100_000).value ?? ""
        try input.finish()
        let row = try await engine.write(as: call.caller) { work throws(DomainError) in
            let owner = try CaseHandlers.found(call, in: work)
            let project = owner["projectId"].integer ?? 0
            // Readers write nothing here.
            guard try work.grants().rights(in: project)?.allows(.addEdit, in: .testCaseRepository) == true else {
                throw .forbidden("readers write no comments")
            }
            let draft = Draft([
                "content": RichText.stored(.string(HTMLText.safe(text))), "projectId": .int(project),
                "repositoryCaseId": .int(owner.id),
            ])
            return try work.row("Comment", .id(try work.insert("Comment", [draft])[0]))
        }
        return Envelope.one("comment", comment(row, call.caller.uid))
    }

    static func versions(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let row = try CaseHandlers.found(call, in: work)
            let filter = Filter.equals("repositoryCaseId", .int(row.id))
            let page = try listing.page(Query("RepositoryCaseVersion", where: filter), in: work)
            let list: [JSON] = page.rows.map { row in
                [
                    "id": .string(row.uid), "version": .of(row["version"]), "title": .of(row["name"]),
                    "created_at": .ms(row["createdAt"]), "created_by_id": .of(row["creatorId"]),
                ]
            }
            return page.reply("versions", list)
        }
    }
}
