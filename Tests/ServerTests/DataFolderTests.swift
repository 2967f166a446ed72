import Engine
import Foundation
import Model
import Testing
import Wire

@testable import Server

/// A folder that goes with the test.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "server-\(ProcessInfo.processInfo.globallyUniqueString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct DataFolderTests {
    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a new folder is private`() throws {
        let temporary = try TemporaryFolder()
        let folder = try DataFolder.open("\(temporary.path)/a/b")
        #expect(try Self.mode(folder.path) == 0o700)
        #expect(try Self.mode("\(folder.path)/assay.lock") == 0o600)
        #expect(FileManager.default.fileExists(atPath: folder.attachments))
    }

    @Test func `a second server is refused with a clear word`() throws {
        let temporary = try TemporaryFolder()
        let first = try DataFolder.open(temporary.path)
        #expect(try DataFolder.isInUse(temporary.path))
        let error = #expect(throws: StartError.self) { try DataFolder.open(temporary.path) }
        #expect(error?.description.contains("in use by another Assay server (process \(getpid()))") == true)
        withExtendedLifetime(first) {}
    }

    @Test func `the lock ends with its holder`() throws {
        let temporary = try TemporaryFolder()
        do { _ = try DataFolder.open(temporary.path) }
        #expect(try !DataFolder.isInUse(temporary.path))
        #expect(throws: Never.self) { try DataFolder.open(temporary.path) }
    }

    @Test func `what a killed server left in the making is removed`() throws {
        let temporary = try TemporaryFolder()
        do { _ = try DataFolder.open(temporary.path) }
        let rest = "\(temporary.path)/tmp/upload-1"
        _ = FileManager.default.createFile(atPath: rest, contents: nil)
        _ = try DataFolder.open(temporary.path)
        #expect(!FileManager.default.fileExists(atPath: rest))
    }

    @Test func `the key is made once and stays`() throws {
        let temporary = try TemporaryFolder()
        let path = "\(temporary.path)/key"
        let key = try SecretFile.open(path, world: .live())
        #expect(key.count == 32)
        #expect(try Self.mode(path) == 0o600)
        #expect(try SecretFile.open(path, world: .live()) == key)
    }

    @Test func `a key that others can read is refused`() throws {
        let temporary = try TemporaryFolder()
        let path = "\(temporary.path)/key"
        _ = try SecretFile.open(path, world: .live())
        chmod(path, 0o640)
        let error = #expect(throws: StartError.self) { try SecretFile.open(path, world: .live()) }
        #expect(error?.description.contains("chmod 600") == true)
    }

    @Test func `a key of another length is refused`() throws {
        let temporary = try TemporaryFolder()
        let path = "\(temporary.path)/key"
        _ = FileManager.default.createFile(
            atPath: path, contents: Data([1, 2, 3]), attributes: [.posixPermissions: 0o600])
        #expect(throws: StartError.self) { try SecretFile.open(path, world: .live()) }
    }

    @Test func `a folder of one kind of database is not opened as the other`() throws {
        let temporary = try TemporaryFolder()
        let folder = try DataFolder.open(temporary.path)
        var settings = ServerSettings()
        settings.database = "postgres://localhost/assay"
        try DatabaseChoice.note(settings, folder)
        #expect(throws: Never.self) { try DatabaseChoice.note(settings, folder) }
        settings.database = nil
        let error = #expect(throws: StartError.self) { try DatabaseChoice.note(settings, folder) }
        #expect(error?.description.contains("--database") == true)
    }
}

@Suite struct ExaminationTests {
    @Test func `doctor names what is open to others, old or missing`() throws {
        let temporary = try TemporaryFolder()
        let folder = try DataFolder.open(temporary.path)
        _ = try SecretFile.open("\(folder.path)/secret.key", world: .live())
        chmod(folder.path, 0o755)
        chmod("\(folder.path)/secret.key", 0o644)
        var settings = ServerSettings()
        settings.data = folder.path
        settings.host = "0.0.0.0"
        settings.rateLimit = .off
        let lines = Examination.folder(settings, now: 0).map(\.line)
        #expect(lines.contains { $0.hasPrefix("BAD   data folder") })
        #expect(lines.contains { $0.hasPrefix("BAD   key file") })
        #expect(lines.contains { $0.hasPrefix("warn  no backup was made yet") })
        #expect(lines.contains { $0.hasPrefix("warn  rate limits are off") })
        #expect(lines.contains { $0.hasPrefix("warn  listens on 0.0.0.0") })
        try Backup.remember("/backups/a.tar", folder: folder.path, now: 0)
        let later = Examination.folder(settings, now: 9 * 86_400_000).map(\.line)
        #expect(later.contains("warn  the last backup is 9 days old: /backups/a.tar"))
    }

    @Test func `what the database warns of is passed on`() {
        let findings = Examination.database([
            "facts": [
                ["name": "version", "value": "3.40.1", "warning": "old"], ["name": "bytes", "value": "5"],
                ["name": "fsync", "value": "off", "warning": "not durable"],
                ["name": "synchronous", "value": "1", "warning": "not durable"],
            ]
        ])
        #expect(
            findings.map(\.line) == [
                "warn  version: 3.40.1 (old)", "ok    bytes: 5", "BAD   fsync: off (not durable)",
                "BAD   synchronous: 1 (not durable)",
            ], "what loses acknowledged writes must be repaired")
    }
}
