import Engine
import Foundation
import Model
import Wire

/// Files inside JSON bodies: `{"filename":"a.log","content_encoded":"…"}` (PractiTest API, Base64).
struct Uploads {
    private(set) var issues: [Issue] = []

    struct File: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    /// The files of a `files` member, `{"data":[…]}` or a bare array.
    mutating func read(_ given: JSON?, at pointer: String) -> [File] {
        guard let array = given?.object?.member("data")?.array ?? given?.array else { return [] }
        var files: [File] = []
        for (index, value) in array.enumerated() {
            let place = "\(pointer)/\(index)"
            let object = value.object ?? JSONObject()
            let name = object.member("filename").flatMap { Names.text($0) }.map { Uploads.cleaned($0) } ?? ""
            if name.allSatisfy(\.isWhitespace) {
                issues.append(Issue(field: "\(place)/filename", message: "filename is missing"))
            }
            guard let text = object.member("content-encoded").flatMap({ Names.text($0) }) else {
                issues.append(Issue(field: "\(place)/content_encoded", message: "content_encoded is missing"))
                continue
            }
            guard let bytes = LenientBase64.decoded(text) else {
                issues.append(
                    Issue(
                        field: "\(place)/content_encoded", message: "content_encoded is invalid: it is not base64"))
                continue
            }
            files.append(File(name: name, bytes: bytes))
        }
        return files
    }

    /// Kept as sent but for control characters; never used as a path.
    static func cleaned(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars where scalar.properties.generalCategory != .control { scalars.append(scalar) }
        return String(String(scalars).prefix(255))
    }

    /// Brings contents to their places; rows name them afterwards.
    static func store(_ files: [File], _ engine: Engine) async throws(DomainError) -> [NewFile] {
        var result: [NewFile] = []
        for file in files {
            let spooled = try await Body.bytes(file.bytes).spool(
                to: try engine.incomingFolder(), name: file.name, limit: Engine.fileLimit)
            result.append(try keep(spooled, file.name, engine))
        }
        return result
    }

    static func keep(_ spooled: SpooledFile, _ name: String, _ engine: Engine) throws(DomainError) -> NewFile {
        let file = NewFile(name: name, mediaType: FileTypes.type(name), size: spooled.size, sha256: spooled.sha256)
        try spooled.store(at: try engine.filePlace(spooled.sha256))
        return file
    }
}

/// Media types by the ends of file names.
enum FileTypes {
    private static let types: [String: String] = [
        "txt": "text/plain", "log": "text/plain", "csv": "text/csv", "html": "text/html", "htm": "text/html",
        "xml": "application/xml", "json": "application/json", "pdf": "application/pdf", "zip": "application/zip",
        "gz": "application/gzip", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
        "webp": "image/webp", "svg": "image/svg+xml", "bmp": "image/bmp", "mp4": "video/mp4", "webm": "video/webm",
        "mp3": "audio/mpeg", "md": "text/markdown", "js": "text/javascript", "css": "text/css",
        "doc": "application/msword", "xls": "application/vnd.ms-excel",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]

    static func type(_ name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
        return types[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }
}
