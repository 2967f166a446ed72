import Foundation
import Model
import Statements
import Store
import StorePostgres
import Testing

@Suite(.enabled(if: PostgresDatabase.isConfigured, "ASSAY_TEST_POSTGRES is not set"))
struct PostgresPoolTests {
    @Test func `more transactions than connections wait for their turn`() async throws {
        try await PostgresDatabase.with(connections: 3) { store in
            try await store.write { session in
                try session.run(script: "CREATE TABLE counter (n BIGINT); INSERT INTO counter VALUES (0)")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        _ = try await store.write { try $0.execute("UPDATE counter SET n = n + 1") }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.read { try $0.value("SELECT n FROM counter") } == 200)
            let used = try await store.read { session in
                try session.value(
                    "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'assay' AND pid = pg_backend_pid()")
            }
            #expect(used == 1)
        }
    }

    @Test func `a transaction that deadlocks runs again`() async throws {
        try await PostgresDatabase.with { store in
            try await store.write { session in
                try session.run(
                    script: "CREATE TABLE pair (id BIGINT, n BIGINT); INSERT INTO pair VALUES (1, 0), (2, 0)")
            }
            let runs = Shared(0)
            let isFirst = [Shared(true), Shared(true)]
            let ready = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (me, other) in [(0, 1), (1, 0)] {
                    group.addTask {
                        try await store.write { session in
                            runs.change { $0 += 1 }
                            try session.execute("UPDATE pair SET n = n + 1 WHERE id = \(.int(me + 1))")
                            if isFirst[me].value {
                                isFirst[me].value = false
                                ready[me].signal()
                                ready[other].wait()
                            }
                            do {
                                try session.execute("UPDATE pair SET n = n + 1 WHERE id = \(.int(other + 1))")
                            } catch {
                                // A layer above turns the error into its own; the transaction runs again all the same.
                                throw CancellationError()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(runs.value > 2)
            #expect(try await store.read { try $0.value("SELECT SUM(n) FROM pair") } == 4)
        }
    }

    @Test func `a serialization failure gives up after five attempts`() async throws {
        try await PostgresDatabase.with { store in
            let runs = Shared(0)
            let error = await storeError {
                try await store.write { session in
                    runs.change { $0 += 1 }
                    try session.run(script: "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$")
                }
            }
            #expect(error?.code == .serialization)
            #expect(runs.value == 5)
        }
    }

    @Test func `a connection that broke while idle is replaced without a word`() async throws {
        try await PostgresDatabase.with(connections: 1) { store in
            let other = try await PostgresStore.open(
                url: try #require(PostgresDatabase.url), connections: 1, allowUnsafeServer: true)
            for _ in 0..<3 {
                let pid = try await store.read { try $0.value("SELECT pg_backend_pid()") } ?? .null
                _ = try await other.write { try $0.rows("SELECT pg_terminate_backend(\(pid)::int)") }
                #expect(try await store.write { try $0.value("SELECT 5") } == 5)
            }
            try await other.close()
        }
    }

    @Test func `a connection that breaks during a transaction is unavailable, the next one works`() async throws {
        try await PostgresDatabase.with(connections: 1) { store in
            let error = await storeError {
                try await store.write { session in
                    _ = try session.rows("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error?.code == .unavailable)
            let next = try await store.read { try $0.value("SELECT 5") }
            #expect(next == 5)
        }
    }

    @Test func `after close new work is refused and running work finishes`() async throws {
        try await PostgresDatabase.with(connections: 2) { store in
            let started = AsyncStream<Void>.makeStream()
            let mayEnd = DispatchSemaphore(value: 0)
            try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    try await store.read { session in
                        started.continuation.finish()
                        mayEnd.wait()
                        return try session.value("SELECT 7")
                    }
                }
                for await _ in started.stream {}
                group.addTask {
                    try await store.close()
                    return 7
                }
                var error: StoreError?
                while error == nil { error = await storeError { try await store.read { _ in } } }
                #expect(error?.code == .unavailable)
                mayEnd.signal()
                for try await value in group { #expect(value == 7) }
            }
            try await store.close()
        }
    }

    @Test func `a cancelled task leaves the line`() async throws {
        try await PostgresDatabase.with(connections: 1) { store in
            let started = AsyncStream<Void>.makeStream()
            let mayEnd = DispatchSemaphore(value: 0)
            let hasRun = Shared(false)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await store.read { _ in
                        started.continuation.finish()
                        mayEnd.wait()
                    }
                }
                for await _ in started.stream {}
                await withTaskGroup(of: Void.self) { inner in
                    inner.addTask {
                        await #expect(throws: CancellationError.self) {
                            try await store.read { _ in hasRun.value = true }
                        }
                    }
                    inner.cancelAll()
                }
                mayEnd.signal()
                try await group.waitForAll()
            }
            #expect(!hasRun.value)
        }
    }
}

@Suite struct PostgresAddressTests {
    @Test func `a server that is not there is unavailable, at once and again`() async throws {
        let store = try PostgresStore(url: "postgres://assay:s3cret@127.0.0.1:1/none", connections: 2)
        for _ in 0..<5 {
            let error = await storeError { _ = try await store.read { try $0.value("SELECT 1") } }
            #expect(error?.code == .unavailable)
            #expect(error?.detail.contains("s3cret") == false)
        }
        try await store.close()
    }

    @Test(arguments: [
        "postgres://u:p@s3cret@host/db", "postgres://u:p/s3cret@host/db", "postgres://u:p?s3cret@host/db",
        "postgres://u:p#s3cret@host/db", "postgres://u:%zzs3cret@host/db", "mysql://u:s3cret@host/db",
        "postgres://host:s3cret/db?s3cret", "postgres://u:s3cret@host/db?password=a%0", "host=x password=s3cret",
    ])
    func `a URL that cannot be read is refused without its password`(url: String) async throws {
        do {
            let store = try PostgresStore(url: url, connections: 1)
            let error = await storeError { _ = try await store.read { _ in } }
            #expect(error?.code == .unavailable)
            #expect(error?.detail.contains("s3cret") == false, "\(error?.detail ?? "")")
            try await store.close()
        } catch let error as StoreError {
            #expect(error.code == .unavailable)
            #expect(!error.detail.contains("s3cret"))
        }
    }

    @Test(arguments: ["", "a\"b", "a\nb"]) func `a schema that is no name is refused`(schema: String) {
        #expect(throws: StoreError.self) { try PostgresStore(url: "postgres://localhost/x", schema: schema) }
    }
}
