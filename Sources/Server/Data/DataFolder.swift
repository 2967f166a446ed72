public import Engine
import Foundation

/// A word to the operator that ends the program.
public struct StartError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// The folder that holds everything a server keeps on disk, and the lock that keeps a second server away.
public final class DataFolder: Sendable {
    public let path: String
    private let lock: Int32

    public var database: String { "\(path)/assay.db" }
    public var attachments: String { "\(path)/attachments" }
    /// Uploads and backups in the making.
    public var temporary: String { "\(path)/tmp" }
    public var socket: String { DataFolder.socket(in: path) }

    public static func socket(in folder: String) -> String { "\(folder)/assay.sock" }

    private init(path: String, lock: Int32) {
        self.path = path
        self.lock = lock
    }

    deinit { close(lock) }

    /// Creates the folder when it is missing and takes the lock. Throws a `StartError` when another server has it.
    public static func open(_ folder: String) throws -> DataFolder {
        let path = absolute(folder)
        try makeFolder(path)
        let lock = try openLock(path)
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let owner = lockOwner(lock)
            close(lock)
            throw StartError(
                "\(path) is in use by another Assay server\(owner); stop it or choose another --data folder")
        }
        writeOwner(lock)
        let data = DataFolder(path: path, lock: lock)
        for folder in [data.attachments, data.temporary] { try makeFolder(folder) }
        data.clearTemporary()
        return data
    }

    /// True when a server has the lock on an existing folder.
    public static func isInUse(_ folder: String) throws -> Bool {
        let path = absolute(folder)
        guard access("\(path)/assay.lock", F_OK) == 0 else { return false }
        let lock = try openLock(path)
        defer { close(lock) }
        return flock(lock, LOCK_EX | LOCK_NB) != 0
    }

    public static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StartError("cannot create the folder \(path): \(reason(error))")
        }
    }

    static func reason(_ error: any Error) -> String {
        let error = error as NSError
        if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(cause.code)))
        }
        return error.localizedDescription
    }

    private static func openLock(_ path: String) throws -> Int32 {
        let lock = Foundation.open("\(path)/assay.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else {
            throw StartError("cannot open \(path)/assay.lock: \(String(cString: strerror(errno)))")
        }
        return lock
    }

    private static func lockOwner(_ lock: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(lock, &buffer, buffer.count, 0)
        guard count > 0, let number = Int(String(decoding: buffer.prefix(count), as: UTF8.self).filter(\.isNumber))
        else {
            return ""
        }
        return " (process \(number))"
    }

    private static func writeOwner(_ lock: Int32) {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(lock, 0) == 0 else { return }
        _ = pwrite(lock, text, text.count, 0)
    }

    /// Removes what a server that was killed left behind.
    private func clearTemporary() {
        let manager = FileManager.default
        let names = (try? manager.contentsOfDirectory(atPath: temporary)) ?? []
        for name in names { try? manager.removeItem(atPath: "\(temporary)/\(name)") }
    }
}

/// The key file of a server: 32 bytes that nobody else may read.
public enum SecretFile {
    static let length = 32

    /// Throws a `StartError` when there is no such file.
    static func require(_ path: String) throws {
        guard access(path, F_OK) == 0 else {
            throw StartError(
                "there is no key file \(path) for this database: put it back, or name it with --data or --secret-file; "
                    + "if it is lost, run assay migrate --adopt-key")
        }
    }

    /// Reads the key, or makes one when there is no such file. Throws a `StartError` when others may read it.
    public static func open(_ path: String, world: World) throws -> [UInt8] {
        if access(path, F_OK) != 0 { try create(path, world.random(length), draft: "\(path).\(world.newUid())") }
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw failure(path, "cannot be read") }
        guard facts.st_mode & 0o077 == 0 else {
            throw StartError("\(path) can be read by others; run: chmod 600 \(path)")
        }
        guard let data = FileManager.default.contents(atPath: path) else { throw failure(path, "cannot be read") }
        guard data.count == length else {
            throw StartError(
                "\(path) has \(data.count) bytes instead of \(length); restore it from where you keep your secrets")
        }
        return Array(data)
    }

    /// Written beside its place and linked there when it is whole: of two servers that start at once one makes the key
    /// and both read it.
    private static func create(_ path: String, _ bytes: [UInt8], draft: String) throws {
        let file = Foundation.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path, "cannot be created") }
        defer {
            close(file)
            unlink(draft)
        }
        guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw failure(path, "cannot be written")
        }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure(path, "cannot be created") }
    }

    private static func failure(_ path: String, _ what: String) -> StartError {
        StartError("the key file \(path) \(what): \(String(cString: strerror(errno)))")
    }
}
