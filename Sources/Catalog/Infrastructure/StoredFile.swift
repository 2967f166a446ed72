import Model

extension Entities {
    /// Bytes kept for an attachment, an import or a picture.
    static let storedFile = EntityType(
        "StoredFile", key: .uid, ownership: .engine,
        fields: [
            Field("key", .text, required: true, help: "Our own name of the file; part of its address."),
            Field("fileName", .text, required: true, help: "The name it was sent under; never used as a path."),
            Field("mimeType", .text, required: true),
            Field("sha256", .text, help: "Hexadecimal; null before the bytes are there."),
            Field("error", .text),
            Field("size", .bigInteger, required: true, default: .value(0), help: "Bytes."),
            Field("state", .choice(Choices.fileState), required: true, default: .value("PENDING")),
            Field("store", .choice(Choices.fileStore), required: true, default: .value("LOCAL")),
            Field("expiresAt", .timestamp, help: "Not valid after this time."),
            Field("storedAt", .timestamp),
            Field("purpose", .choice(Choices.filePurpose), required: true, default: .value("ATTACHMENT")),
            Field("ownerId", .reference("User"), onDelete: .clear),
            Field("projectId", .reference("Project"), onDelete: .cascade),
        ],
        relations: [
            .toOne("owner", "User", by: "ownerId"),
            .toOne("project", "Project", by: "projectId"),
        ],
        uniques: [
            EntityType.Unique(["key"])
        ],
        indexes: [["sha256"], ["state", "expiresAt"], ["projectId"]],
        help: "Bytes kept for an attachment, an import or a picture.")
}
