import Foundation
import Model
import Store
import StoreSQLite
import Testing

@testable import Server

@Suite struct BackupTests {
    /// A folder with a small database and two attachments, and a backup of it.
    private static func backup(_ folder: borrowing TemporaryFolder) async throws -> String {
        let data = "\(folder.path)/data"
        try FileManager.default.createDirectory(atPath: "\(data)/attachments/ab", withIntermediateDirectories: true)
        try Data("one".utf8).write(to: URL(fileURLWithPath: "\(data)/attachments/ab/one"))
        try Data(count: 5000).write(to: URL(fileURLWithPath: "\(data)/attachments/two"))
        try Data("key".utf8).write(to: URL(fileURLWithPath: "\(data)/secret.key"))
        let store = try SQLiteStore.open(path: "\(data)/assay.db")
        try await store.write { session in
            try session.run(
                script:
                    "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO thing (name) VALUES ('a'), ('b')"
            )
        }
        try await store.backup(to: "\(data)/snapshot.db")
        try await store.close()
        let target = "\(folder.path)/backup.tar"
        let summary = try Backup.write(
            to: target, snapshot: "\(data)/snapshot.db", folder: data, now: 1_700_000_000_000)
        #expect(summary.rows == 2)
        #expect(summary.attachments == 2)
        unlink("\(data)/snapshot.db")
        return target
    }

    @Test func `a backup holds everything and is restored as it was`() async throws {
        let folder = try TemporaryFolder()
        let file = try await Self.backup(folder)
        let fresh = "\(folder.path)/fresh"
        let outcome = try Restore.run(file, into: fresh, replaces: false, now: 5)
        #expect(outcome.createdAt == "2023-11-14T22:13:20.000Z")
        #expect(outcome.aside == nil)
        #expect(!outcome.hasSecret)
        #expect(FileManager.default.contents(atPath: "\(fresh)/attachments/ab/one") == Data("one".utf8))
        #expect(FileManager.default.contents(atPath: "\(fresh)/attachments/two")?.count == 5000)
        #expect(try SQLiteCheck.run(path: "\(fresh)/assay.db").rows.first { $0.table == "thing" }?.count == 2)
    }

    @Test func `a folder with data is replaced only when told, and kept aside with its key`() async throws {
        let folder = try TemporaryFolder()
        let file = try await Self.backup(folder)
        let data = "\(folder.path)/data"
        try Data("new".utf8).write(to: URL(fileURLWithPath: "\(data)/attachments/three"))
        #expect(throws: StartError.self) { try Restore.run(file, into: data, replaces: false, now: 5) }
        let outcome = try Restore.run(file, into: data, replaces: true, now: 5)
        #expect(outcome.hasSecret)
        #expect(FileManager.default.contents(atPath: "\(data)/secret.key") == Data("key".utf8))
        #expect(!FileManager.default.fileExists(atPath: "\(data)/attachments/three"))
        let aside = try #require(outcome.aside)
        #expect(FileManager.default.fileExists(atPath: "\(aside)/attachments/three"))
    }

    @Test func `a running server keeps its folder`() async throws {
        let folder = try TemporaryFolder()
        let file = try await Self.backup(folder)
        let lock = try DataFolder.open("\(folder.path)/data")
        let error = #expect(throws: StartError.self) { try Restore.run(file, into: lock.path, replaces: true, now: 5) }
        #expect(error?.description.contains("stop it first") == true)
    }

    @Test(arguments: [0, 700, 2000, 10_000])
    func `a damaged backup is refused and changes nothing`(place: Int) async throws {
        let folder = try TemporaryFolder()
        let file = try await Self.backup(folder)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes[place] ^= 1
        try bytes.write(to: URL(fileURLWithPath: file))
        let data = "\(folder.path)/data"
        #expect(throws: StartError.self) { try Restore.run(file, into: data, replaces: true, now: 5) }
        #expect(FileManager.default.contents(atPath: "\(data)/secret.key") == Data("key".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["backup.tar", "data"])
    }

    @Test(arguments: [1, 512, 5000, 13_000])
    func `a backup that is cut short is refused`(missing: Int) async throws {
        let folder = try TemporaryFolder()
        let file = try await Self.backup(folder)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        // The end of the archive is two empty blocks; one of them may go.
        let cut = bytes.dropLast(missing == 512 ? 1536 : missing + 1024)
        try cut.write(to: URL(fileURLWithPath: file))
        #expect(throws: StartError.self) { try Restore.run(file, into: "\(folder.path)/new", replaces: false, now: 5) }
    }

    @Test(arguments: [
        "../evil", "attachments/../../evil", "/etc/passwd", "attachments//x", "attachments/", "secret.key", "",
    ])
    func `a name that leads out of the folder is no name`(name: String) { #expect(!BackupReader.isSafe(name)) }

    @Test func `sizes of more than eight gigabytes fit`() throws {
        let header = TarHeader(name: "attachments/large", size: 20 << 30, time: 1_700_000_000)
        let read = try TarHeader(header.bytes())
        #expect(read?.size == 20 << 30)
        #expect(read?.name == "attachments/large")
        #expect(read?.time == 1_700_000_000)
    }
}
