import Foundation
import Model
import Statements
import Store
import StoreSQLite
import Testing

/// What the embedded database promises about acknowledged writes (SAFETY D1, D2, D4 and D6).
@Suite struct SQLiteStoreTests {
    private static func with(_ body: (_ store: SQLiteStore, _ path: String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sqlite-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "test.db").path
        let store = try SQLiteStore.open(path: path)
        try await store.write { try $0.run(script: "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL)") }
        try await body(store, path)
        try? await store.close()
    }

    private static func add(_ name: String, _ store: SQLiteStore) async throws {
        _ = try await store.write { try $0.execute("INSERT INTO thing (name) VALUES (\(Value.text(name)))") }
    }

    private static func names(_ store: SQLiteStore) async throws -> [String] {
        try await store.read { try $0.rows("SELECT name FROM thing ORDER BY name").compactMap { $0[0].string } }
    }

    @Test func `the writer waits for the disk`() async throws {
        try await Self.with { store, _ in
            // Asked where it counts: on the connection that writes, after everything that opening does.
            let level = try await store.write { try $0.value("PRAGMA synchronous")?.integer }
            #expect(level == 2, "2 is FULL; GRDB alone leaves 1, with which a power cut loses writes")
            let mode = try await store.write { try $0.value("PRAGMA journal_mode")?.string }
            #expect(mode == "wal")
            let fact = try await store.facts().first { $0.name == "synchronous" }
            #expect(fact == StoreFact("synchronous", "FULL"))
        }
    }

    @Test func `a transaction that fails takes only its own changes with it`() async throws {
        struct Stop: Error {}
        try await Self.with { store, _ in
            let kept = try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do {
                            try await store.write { session in
                                try session.execute("INSERT INTO thing (name) VALUES (\(Value.text("n\(number)")))")
                                if number % 3 == 0 { throw Stop() }
                                if number % 7 == 0 {
                                    try session.execute("INSERT INTO thing (name) VALUES (\(Value.null))")
                                }
                            }
                            return number
                        } catch {
                            return nil
                        }
                    }
                }
                var kept: [String] = []
                for try await number in group { if let number { kept.append("n\(number)") } }
                return kept.sorted()
            }
            #expect(kept.count > 100)
            let names = try await Self.names(store)
            #expect(names == kept, "acknowledged is written, refused is not")
        }
    }

    @Test func `a reader cannot write`() async throws {
        try await Self.with { store, _ in
            await #expect(throws: (any Error).self) {
                try await store.read { try $0.execute("INSERT INTO thing (name) VALUES ('x')") }
            }
            let names = try await Self.names(store)
            #expect(names.isEmpty)
        }
    }

    @Test func `a read that takes too long is given up`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sqlite-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let options = SQLiteStore.Options(readLimit: .milliseconds(100))
        let store = try SQLiteStore.open(path: folder.appending(path: "test.db").path, options: options)
        let error = await storeError {
            _ = try await store.read { session in
                try session.value(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)
                    SELECT COUNT(*) FROM n
                    """)
            }
        }
        #expect(error?.code == .timeout)
        let one = try await store.read { try $0.value("SELECT 1")?.integer }
        #expect(one == 1, "the connection goes on")
        try await store.close()
    }

    @Test func `a damaged file ends writing until a restart`() async throws {
        try await Self.with { store, path in
            let long = String(repeating: "x", count: 3000)
            for number in 0..<200 { try await Self.add("\(number) \(long)", store) }
            try await store.close()
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            try #require(bytes.count > 400_000)
            // The first page stays as it is, so that the file still opens.
            bytes.replaceSubrange(8192..<bytes.count, with: Data(repeating: 0xAB, count: bytes.count - 8192))
            try bytes.write(to: URL(fileURLWithPath: path))

            let broken = try SQLiteStore.open(path: path)
            for _ in 0..<2 {
                let error = await storeError { try await Self.add("new", broken) }
                #expect(error?.code == .unavailable, "\(String(describing: error))")
            }
            let fact = try await broken.facts().first { $0.name == "writes" }
            #expect(fact?.value == "stopped")
            #expect(fact?.warning != nil, "the health watch ends the server on this")
            let refused = await storeError { try await broken.write { _ in } }
            #expect(refused?.detail == "writing stopped after a disk failure", "not even a harmless one")
        }
    }

    @Test func `odd characters comes back`() async throws {
        try await Self.with { store, _ in
            let texts = ["", "a\u{1}b", "\u{FFFD}", "e\u{301}", "😀", "';--"]
            for text in texts { try await Self.add(text, store) }
            let found = try await Self.names(store)
            #expect(Set(found) == Set(texts))
        }
    }
}
