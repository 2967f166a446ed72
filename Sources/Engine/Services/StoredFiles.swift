import Foundation
import Logging
public import Model
import Statements
import Store

/// A file of ours as the database knows it.
public struct StoredFile: Sendable, Hashable {
    public let id: Int64
    public let key: String
    /// As it was sent; never a path.
    public let name: String
    public let mediaType: String
    public let size: Int64
    /// Hexadecimal; `nil` before the bytes are there.
    public let sha256: String?
    /// STORED when the bytes are there.
    public let state: String
    let owner: Int64?
    let purpose: String

    init(_ row: [Value]) {
        id = row[0].integer ?? 0
        key = row[1].string ?? ""
        name = row[2].string ?? ""
        mediaType = row[3].string ?? ""
        size = row[4].integer ?? 0
        sha256 = row[5].string
        state = row[6].string ?? ""
        owner = row[7].integer
        purpose = row[8].string ?? ""
    }
}

/// What a file is kept for (Choices.filePurpose).
public enum FilePurpose: String, Sendable, Hashable {
    case attachment = "ATTACHMENT"
    case avatar = "AVATAR"
    case documentImage = "DOCUMENT_IMAGE"
    case projectIcon = "PROJECT_ICON"
    case importFile = "IMPORT"

    /// The first part of the keys.
    var folder: String {
        switch self {
        case .attachment: "attachments"
        case .avatar: "avatars"
        case .documentImage: "docimages"
        case .projectIcon: "project-icons"
        case .importFile: "imports/testmo"
        }
    }
}

extension Engine {
    /// The largest file of an attachment in bytes.
    public static let fileLimit: Int64 = 100 << 20
    /// The largest export of another product in bytes.
    public static let importLimit: Int64 = 8 << 30
    /// How long a signed upload address works (milliseconds).
    public static let uploadLifetime: Int64 = 3_600_000

    /// Where uploads under way are written; on the same disk as the files.
    public func incomingFolder() throws(DomainError) -> String {
        let folder = "\(settings.dataFolder)/tmp"
        try makeFolder(folder)
        return folder
    }

    /// The place of a content: `attachments/ab/cdef…` of its SHA-256. Makes the folder.
    public func filePlace(_ sha256: String) throws(DomainError) -> String {
        let folder = "\(settings.dataFolder)/attachments/\(sha256.prefix(2))"
        try makeFolder(folder)
        return "\(folder)/\(sha256.dropFirst(2))"
    }

    /// Makes a folder and waits until its name is on disk.
    private func makeFolder(_ path: String) throws(DomainError) {
        if FileManager.default.fileExists(atPath: path) { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            world.log.error("folder not made", metadata: ["error": "\(error)"])
            throw .fault("the folder of the files cannot be made")
        }
        let descriptor = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .fault("the folder of the files cannot be opened") }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .fault("the folder of the files cannot be kept") }
    }

    /// A key that nobody guesses, with a name that is safe in an address.
    func newFileKey(_ name: String, _ purpose: FilePurpose) -> String {
        let plain = name.split(separator: "/").last.map { String($0) } ?? ""
        var safe = String(
            plain.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" }.suffix(100))
        while safe.first == "." { safe.removeFirst() }
        return "\(purpose.folder)/\(world.newUid())/\(safe.isEmpty ? "file" : safe)"
    }

    /// The signature of an upload address: it holds for this key, type, size and end only.
    public func uploadSignature(key: String, mediaType: String, size: Int64, expires: Int64) -> String {
        keyedHash("upload\n\(key)\n\(mediaType)\n\(size)\n\(expires)")
    }

    /// Compares in a time that does not tell where the texts differ.
    public static func isSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Reading {
    private static let columns: SQLText = "id, key, file_name, mime_type, size, sha256, state, owner_id, purpose"

    /// A file that the caller may read: through what it is attached to, or as the uploader while it is attached to
    /// nothing. Throws `.notFound` otherwise.
    public func storedFile(_ key: String) throws(DomainError) -> StoredFile {
        guard let file = try anyFile(key), file.state == "STORED" else { throw .notFound("File") }
        if caller.isSystem || caller.isAdministrator { return file }
        switch FilePurpose(rawValue: file.purpose) {
        case .avatar, .documentImage, .projectIcon:
            if caller.level > .none { return file }
        case .attachment, .importFile, nil: break
        }
        let owned = Filter.equals("storedFileId", .int(file.id)) && .equals("isDeleted", false)
        if try count("Attachment", where: owned) > 0 { return file }
        let attached = try value("SELECT COUNT(*) FROM attachment WHERE stored_file_id = \(Value.int(file.id))")
        guard attached?.integer == 0, let user = caller.userId, file.owner == user else { throw .notFound("File") }
        return file
    }

    /// A file whatever its state and whoever asks, for signed addresses.
    public func anyFile(_ key: String) throws(DomainError) -> StoredFile? {
        try rows("SELECT \(Reading.columns) FROM stored_file WHERE key = \(Value.text(key))").first.map {
            StoredFile($0)
        }
    }
}

extension Writing {
    /// Notes a file that is going to be uploaded; returns its key.
    public func announceFile(
        name: String, mediaType: String, size: Int64, _ purpose: FilePurpose
    ) throws(DomainError) -> StoredFile {
        try newFile(name, mediaType, size, sha256: nil, purpose)
    }

    /// Notes a file whose bytes are at their place; returns its key.
    public func keepFile(
        name: String, mediaType: String, size: Int64, sha256: String, _ purpose: FilePurpose
    ) throws(DomainError) -> StoredFile {
        try newFile(name, mediaType, size, sha256: sha256, purpose)
    }

    private func newFile(
        _ name: String, _ mediaType: String, _ size: Int64, sha256: String?, _ purpose: FilePurpose
    ) throws(DomainError) -> StoredFile {
        guard let user = caller.userId, caller.level > .none, !caller.isReadOnly else { throw .forbidden() }
        let key = engine.newFileKey(name, purpose)
        let names = [
            "key", "fileName", "mimeType", "sha256", "size", "state", "expiresAt", "storedAt", "purpose", "ownerId",
        ]
        let isThere = sha256 != nil
        let row: [Value] = [
            .text(key), .text(String(name.suffix(200))), .text(String(mediaType.prefix(255))), .text(sha256),
            .int(size), .text(isThere ? "STORED" : "PENDING"), isThere ? .null : .int(time + Engine.uploadLifetime),
            isThere ? .int(time) : .null, .text(purpose.rawValue), .int(user),
        ]
        try store(schema["StoredFile"], names, [row])
        guard let file = try anyFile(key) else { throw .fault("the file is gone") }
        return file
    }

    /// The bytes of an announced file are at their place. Throws `.conflict` when other bytes came before.
    public func fileArrived(_ key: String, sha256: String, size: Int64) throws(DomainError) {
        guard let file = try anyFile(key) else { throw .notFound("File") }
        if file.state == "STORED" {
            guard file.sha256 == sha256 else { throw .conflict("the file was uploaded already") }
            return
        }
        let change = Change(
            file.id,
            set: [
                "sha256": .text(sha256), "size": .int(size), "state": "STORED", "storedAt": .int(time),
                "expiresAt": .null,
            ])
        try apply(schema["StoredFile"], [change])
    }
}
