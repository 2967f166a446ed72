import Engine
import Model
import Wire

/// `GET /api/storage/{key}`: a stored file for those who may read what it belongs to.
enum ReadFile {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = call.parameter("key")
        let file = try await engine.read(as: call.caller) { work throws(DomainError) in try work.storedFile(key) }
        guard let sha256 = file.sha256 else { throw .notFound("File") }
        return try .file(
            try engine.filePlace(sha256), name: file.name, mediaType: file.mediaType, sha256: sha256, for: call)
    }
}
