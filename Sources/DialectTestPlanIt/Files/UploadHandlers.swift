import Engine
import Foundation
import HTTPTypes
import Model
import Wire

/// Uploading files: signed addresses and forms (TestPlanIt API, File upload).
enum UploadHandlers {
    // MARK: Signed addresses

    static func announceAttachment(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let name = input.required("fileName", input.text("fileName"))
        let size = input.required("fileSize", input.count("fileSize", minimum: 1))
        let mediaType = input.required("contentType", input.text("contentType"))
        if let size, size > Engine.fileLimit { input.fail("fileSize", "must be at most \(Engine.fileLimit) bytes") }
        if let mediaType, !MediaType.isValid(mediaType) { input.fail("contentType", "must be a media type") }
        try input.finish()
        let file = try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.announceFile(
                name: name ?? "", mediaType: mediaType ?? "", size: size ?? 0, FilePurpose.attachment)
        }
        let expires = engine.world.now() + Engine.uploadLifetime
        let url = address(file, expires, call, engine)
        return .json([
            "uploadUrl": .string(url), "fileKey": .string(file.key), "expires": .string(Timestamp.text(expires)),
            "success": ["url": .string(url)],
        ])
    }

    /// `GET …?prependString=`: an address for a file of any size and type.
    static func address(_ purpose: FilePurpose) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let name = call.query["prependString"] ?? ""
            let file = try await engine.write(as: call.caller) { work throws(DomainError) in
                try work.announceFile(
                    name: name.isEmpty ? "file" : name, mediaType: "application/octet-stream", size: 0, purpose)
            }
            let expires = engine.world.now() + Engine.uploadLifetime
            let url = address(file, expires, call, engine)
            return .json([
                "success": ["url": .string(url), "key": .string(file.key)], "fileKey": .string(file.key),
                "uploadUrl": .string(url), "expires": .string(Timestamp.text(expires)),
            ])
        }
    }

    static func address(_ file: StoredFile, _ expires: Int64, _ call: Call, _ engine: Engine) -> String {
        let signature = engine.uploadSignature(
            key: file.key, mediaType: file.mediaType, size: file.size, expires: expires)
        return "\(call.origin)/api/storage/\(file.key)?size=\(file.size)&expires=\(expires)&signature=\(signature)"
    }

    /// `PUT` of the raw bytes to a signed address; the signature is the only credential.
    static func receive(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = call.parameter("key")
        guard let expires = call.query["expires"].flatMap({ Int64($0) }), let signature = call.query["signature"],
            let size = call.query["size"].flatMap({ Int64($0) })
        else { throw .forbidden("the upload address is not signed") }
        let file = try await engine.read(as: .system) { work throws(DomainError) in try work.anyFile(key) }
        guard let file else { throw .forbidden("the upload address is wrong") }
        let right = engine.uploadSignature(key: file.key, mediaType: file.mediaType, size: size, expires: expires)
        guard Engine.isSame(signature, right) else { throw .forbidden("the upload address is wrong") }
        guard expires > engine.world.now() else { throw .forbidden("the upload address has expired") }
        let isImport = key.hasPrefix("imports/")
        let limit = size > 0 ? size : isImport ? Engine.importLimit : Engine.fileLimit
        let spooled = try await call.body.spool(to: try engine.incomingFolder(), name: file.name, limit: limit)
        guard size == 0 || spooled.size == size else {
            throw .invalid("fileSize", "the body has \(spooled.size) bytes instead of \(size)")
        }
        try spooled.store(at: try engine.filePlace(spooled.sha256))
        try await engine.write(as: .system) { work throws(DomainError) in
            try work.fileArrived(key, sha256: spooled.sha256, size: spooled.size)
        }
        return .json(["success": true, "fileKey": .string(key)])
    }

    // MARK: Forms

    /// `POST` of a form with `file`: the answer names the address to read it.
    static func form(_ purpose: FilePurpose) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            var reader = try MultipartReader(call)
            var found: SpooledFile?
            while let part = try await reader.next() {
                guard part.name == "file" else { continue }
                found = try await reader.spool(part, to: try engine.incomingFolder(), limit: Engine.fileLimit)
            }
            guard let found else { throw .invalid("file", "file is required") }
            let file = try await keep(found, purpose, call, engine)
            return .json(["success": ["url": .string(AttachmentAddress.path + file.key), "key": .string(file.key)]])
        }
    }

    /// Brings a spooled file to its place and notes it.
    static func keep(
        _ spooled: SpooledFile, _ purpose: FilePurpose, _ call: Call, _ engine: Engine
    ) async throws(DomainError) -> StoredFile {
        try spooled.store(at: try engine.filePlace(spooled.sha256))
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.keepFile(
                name: spooled.fileName, mediaType: MediaType.safe(spooled.mediaType), size: spooled.size,
                sha256: spooled.sha256, purpose)
        }
    }
}
