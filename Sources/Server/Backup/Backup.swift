import Catalog
import Crypto
import Foundation
import Model
import Store
import StoreSQLite

/// A backup: one uncompressed tar file with `assay.db`, `attachments/…` and, last, `manifest.json` with the sums of all.
public struct Backup: Sendable {
    /// What a finished backup holds.
    public struct Summary: Sendable {
        public var bytes: Int64
        public var attachments: Int
        public var rows: Int
        public var version: Int
    }

    static let format: Int64 = 1
    static let database = "assay.db"
    static let manifest = "manifest.json"
    private static let attachments = "attachments/"
    private static let note = "last-backup.json"

    /// Packs a snapshot of the database and the attachments of a data folder, reads the result again and compares.
    ///
    /// The snapshot must be older than the list of attachments: then every file that it names is there. When anything
    /// fails nothing is left behind.
    public static func write(to target: String, snapshot: String, folder: String, now: Int64) throws -> Summary {
        let check = try sound(snapshot)
        let tar = try TarWriter(target)
        do {
            var files: [JSON] = []
            var bytes: Int64 = 0
            func note(_ name: String, _ added: (size: Int64, sha256: String)) {
                bytes += added.size
                files.append(["name": .string(name), "bytes": .integer(added.size), "sha256": .string(added.sha256)])
            }
            note(database, try tar.add(file: snapshot, as: database, time: now / 1000))
            for name in try attachmentNames(folder) {
                let entry = attachments + name
                // A file may go while the backup runs; the snapshot was taken before, so nothing refers to it then.
                let path = "\(folder)/attachments/\(name)"
                guard access(path, R_OK) == 0 else { continue }
                note(entry, try tar.add(file: path, as: entry, time: now / 1000))
            }
            let rows = check.rows.map { ($0.table, JSON.integer(Int64($0.count))) }
            let manifest: JSON = [
                "format": .integer(format), "createdAt": .string(Timestamp.text(now)),
                "schemaVersion": .integer(Int64(check.version)), "rows": .members(rows), "files": .array(files),
            ]
            try tar.add(bytes: Array(manifest.text.utf8), as: self.manifest, time: now / 1000)
            try tar.finish()
            _ = try BackupReader(target).verify()
            let count = check.rows.reduce(0) { $0 + $1.count }
            return Summary(bytes: bytes, attachments: files.count - 1, rows: count, version: check.version)
        } catch {
            unlink(target)
            throw error
        }
    }

    static func sound(_ database: String) throws -> SQLiteCheck {
        do {
            let check = try SQLiteCheck.run(path: database)
            guard check.problems.isEmpty else {
                throw StartError("the database is damaged: \(check.problems.joined(separator: "; "))")
            }
            return check
        } catch let error as StoreError {
            throw StartError(error.detail)
        }
    }

    /// Paths below the folder of attachments, in order.
    private static func attachmentNames(_ folder: String) throws -> [String] {
        let root = "\(folder)/attachments"
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        var names: [String] = []
        for case let name as String in walk where walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
            names.append(name)
        }
        return names.sorted()
    }

    /// Remembers in the data folder that a backup was made, for `assay doctor`.
    public static func remember(_ target: String, folder: String, now: Int64) throws {
        let text = JSON.members([("file", .string(target)), ("time", .integer(now))]).text
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(note)"), options: .atomic)
        } catch {
            throw StartError("cannot write \(folder)/\(note)")
        }
    }

    /// When the last backup was made, and where it went; `nil` when none was.
    public static func last(folder: String) -> (time: Int64, file: String)? {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(note)"),
            let json = try? JSONReader.parse(Array(data)),
            let time = json["time"]?.integer, let file = json["file"]?.string
        else { return nil }
        return (time, file)
    }
}

/// Reads a backup file and compares it with its manifest.
final class BackupReader {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Reads every byte; with a folder the files are written there. Returns the manifest.
    @discardableResult
    func verify(extractingTo folder: String? = nil) throws -> JSON {
        let tar = try TarReader(path)
        var sums: [String: (bytes: Int64, sha256: String)] = [:]
        var manifest: JSON?
        while let entry = try tar.next() {
            if entry.name == Backup.manifest {
                manifest = try read(manifest: tar)
                continue
            }
            guard BackupReader.isSafe(entry.name), sums[entry.name] == nil else {
                throw StartError("\(path) holds a file of the name \(entry.name), which no backup has")
            }
            let target = folder.map { "\($0)/\(entry.name)" }
            sums[entry.name] = (entry.size, try copy(tar, to: target))
        }
        guard let manifest, manifest["format"]?.integer == Backup.format, let files = manifest["files"]?.array else {
            throw StartError("\(path) has no manifest that this program can read")
        }
        for file in files {
            let name = file["name"]?.string ?? ""
            guard let sum = sums.removeValue(forKey: name), sum.bytes == file["bytes"]?.integer,
                sum.sha256 == file["sha256"]?.string
            else { throw StartError("\(path): \(name) is missing or damaged") }
        }
        guard sums.isEmpty else { throw StartError("\(path) holds files that its manifest does not name") }
        return manifest
    }

    private func read(manifest tar: TarReader) throws -> JSON {
        var bytes: [UInt8] = []
        while case let piece = try tar.piece(), !piece.isEmpty { bytes += piece }
        do {
            return try JSONReader.parse(bytes)
        } catch {
            throw StartError("the manifest of \(path) cannot be read")
        }
    }

    private func copy(_ tar: TarReader, to target: String?) throws -> String {
        var hash = SHA256()
        var file: FileHandle?
        if let target {
            let parent = (target as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            let made = FileManager.default.createFile(
                atPath: target, contents: nil, attributes: [.posixPermissions: 0o600])
            file = made ? FileHandle(forWritingAtPath: target) : nil
            guard file != nil else { throw StartError("cannot write \(target)") }
        }
        while case let piece = try tar.piece(), !piece.isEmpty {
            hash.update(data: piece)
            try file?.write(contentsOf: Data(piece))
        }
        try file?.synchronize()
        try file?.close()
        return Hexadecimal.text(hash.finalize())
    }

    /// The database, or a path of plain names below the attachments.
    static func isSafe(_ name: String) -> Bool {
        if name == Backup.database { return true }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "attachments" else { return false }
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
