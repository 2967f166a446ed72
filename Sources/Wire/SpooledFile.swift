import Crypto
import Foundation
public import Model
import Synchronization

/// A file that came with a request and waits on disk; it is deleted when nobody holds it any more, unless it was stored.
public final class SpooledFile: Sendable {
    public let path: String
    public let size: Int64
    /// In lower case hexadecimal digits.
    public let sha256: String
    public let fileName: String
    public let mediaType: String?
    private let isStored = Atomic<Bool>(false)

    init(path: String, size: Int64, sha256: String, fileName: String, mediaType: String?) {
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.fileName = fileName
        self.mediaType = mediaType
    }

    deinit {
        if !isStored.load(ordering: .relaxed) { unlink(path) }
    }

    /// Moves the file to its place and waits until that is on disk (SAFETY D5). The folder must exist on the same disk.
    public func store(at place: String) throws(DomainError) {
        try DiskFile.synchronize(path)
        guard rename(path, place) == 0 else { throw DiskFile.failure("rename") }
        isStored.store(true, ordering: .relaxed)
        try DiskFile.synchronize((place as NSString).deletingLastPathComponent)
    }
}

extension MultipartReader {
    /// Writes the part to a new file in a folder. Throws `.tooLarge` beyond the limit; then nothing is left behind.
    public mutating func spool(_ part: Part, to folder: String, limit: Int64) async throws(DomainError) -> SpooledFile {
        var spool = try Spool(in: folder, what: part.fileName ?? part.name, limit: limit)
        do throws(DomainError) {
            while let piece = try await piece() { try spool.append(piece) }
        } catch {
            spool.discard()
            throw error
        }
        return spool.finish(fileName: part.fileName ?? "", mediaType: part.mediaType)
    }
}

extension Body {
    /// Writes the rest of the body to a new file in a folder. Throws `.tooLarge` beyond the limit; then nothing is left
    /// behind.
    public func spool(to folder: String, name: String, limit: Int64) async throws(DomainError) -> SpooledFile {
        if let length, length > limit { throw Body.tooLarge(Int(limit)) }
        var spool = try Spool(in: folder, what: name, limit: limit)
        do throws(DomainError) {
            while let piece = try await piece() { try spool.append(piece) }
        } catch {
            spool.discard()
            throw error
        }
        return spool.finish(fileName: name, mediaType: nil)
    }
}

/// Pieces on their way to a file, counted and hashed.
private struct Spool {
    private let file: DiskFile
    private let what: String
    private let limit: Int64
    private var size: Int64 = 0
    private var hash = SHA256()

    init(in folder: String, what: String, limit: Int64) throws(DomainError) {
        file = try DiskFile.create(in: folder)
        self.what = what
        self.limit = limit
    }

    mutating func append(_ piece: [UInt8]) throws(DomainError) {
        size += Int64(piece.count)
        guard size <= limit else { throw DomainError(.tooLarge, "\(what) is larger than \(limit) bytes") }
        hash.update(data: piece)
        try file.write(piece)
    }

    func discard() {
        file.close()
        unlink(file.path)
    }

    func finish(fileName: String, mediaType: String?) -> SpooledFile {
        file.close()
        return SpooledFile(
            path: file.path, size: size, sha256: DiskFile.hexadecimal(hash.finalize()), fileName: fileName,
            mediaType: mediaType)
    }
}

/// A file under construction.
struct DiskFile {
    let path: String
    private let descriptor: Int32

    /// A new file of an unpredictable name that only this user can read.
    static func create(in folder: String) throws(DomainError) -> DiskFile {
        var template = Array("\(folder)/upload-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure("open") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return DiskFile(path: path, descriptor: descriptor)
    }

    func write(_ bytes: [UInt8]) throws(DomainError) {
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                Foundation.write(descriptor, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw DiskFile.failure("write") }
            offset += written
        }
    }

    func close() { _ = Foundation.close(descriptor) }

    /// Waits until a file or a folder is on disk.
    static func synchronize(_ path: String) throws(DomainError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open") }
        defer { _ = Foundation.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync") }
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        let digits = Array("0123456789abcdef".utf8)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func failure(_ action: String) -> DomainError {
        switch errno {
        case ENOSPC, EDQUOT: DomainError(.unavailable, "the disk of the server is full")
        default: .fault("\(action) failed: \(String(cString: strerror(errno)))")
        }
    }
}
