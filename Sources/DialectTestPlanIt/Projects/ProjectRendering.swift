import Engine
import Model
import Wire

/// Projects as the reference shows them.
enum ProjectRendering {
    static let uids = ["createdBy", "updatedById"]
    static let fields = [
        "id", "uid", "epoch", "createdAt", "updatedAt", "isDeleted", "name", "iconUrl", "note", "isCompleted",
        "completedAt", "defaultAccessType", "color", "key", "requireApproval",
    ]

    static func write(_ row: Row, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key(.id)
        writer.value(row.uid)
        writer.key(.numericId)
        writer.value(row.id)
        writer.key(.name)
        writer.value(row["name"])
        writer.key(.key)
        writer.value(row["key"])
        writer.key(.description)
        writer.value(row["note"])
        writer.key(.settings)
        writer.beginObject()
        writer.key(.allowPublicAccess)
        writer.value(isPublic(row.text("defaultAccessType")))
        writer.key(.requireApproval)
        writer.value(row.flag("requireApproval"))
        writer.endObject()
        writer.key(.icon)
        writer.value(row["iconUrl"])
        writer.key(.color)
        writer.value(row["color"])
        writer.key(.isCompleted)
        writer.value(row.flag("isCompleted"))
        writer.key(.completedAt)
        writer.time(row["completedAt"])
        writer.common(row, creator: "createdBy")
        writer.endObject()
    }

    /// Every signed-in user has access through the project's default (DEFAULT is a synonym of GLOBAL_ROLE).
    static func isPublic(_ access: String) -> Bool { access != "NO_ACCESS" }

    static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let filter: Filter
        switch key {
        case .id(let id): filter = .equals("id", .int(id))
        case .uid(let uid): filter = .equals("uid", .text(uid))
        }
        let query = Query("Project", where: filter && .equals("isDeleted", false), fields: fields)
        guard let row = try work.tree(query, uids: uids).first else { throw .notFound("Project") }
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key(.data)
        write(row, to: &writer)
        writer.endObject()
        return Rendered(bytes: writer.bytes, tag: EntityTag(row))
    }
}
