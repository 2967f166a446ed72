import Foundation
import Model
import Statements
import Store
import StorePostgres
import Testing

@Suite(.enabled(if: PostgresDatabase.isConfigured, "ASSAY_TEST_POSTGRES is not set"))
struct PostgresStoreTests {
    private static let table = """
        CREATE TABLE thing (
            id BIGINT PRIMARY KEY, name TEXT COLLATE "C" NOT NULL, score DOUBLE PRECISION, done BOOLEAN, big BIGINT,
            parent BIGINT);
        CREATE UNIQUE INDEX thing_key_name ON thing (name);
        ALTER TABLE thing ADD CONSTRAINT thing_parent_fkey FOREIGN KEY (parent) REFERENCES thing (id);
        CREATE SEQUENCE thing_ids
        """
    private static let columns = ["id", "name", "score", "done", "big", "parent"]
    private static let kinds: [Field.Kind] = [
        .integer, .text, .real, .boolean, .timestamp, .reference("Thing"),
    ]

    private func insert(_ rows: [[Value]], _ onConflict: Insert.OnConflict = .fail) -> Insert {
        Insert(table: "thing", columns: Self.columns, kinds: Self.kinds, rows: rows, onConflict: onConflict)
    }

    private func row(_ id: Int, _ name: String? = nil) -> [Value] {
        [.int(id), .text(name ?? "n\(id)"), .double(Double(id) / 4), .bool(id % 2 == 0), .int(id * 1000), .null]
    }

    @Test func `values come back as they went in`() async throws {
        try await PostgresDatabase.with { store in
            try await store.write { session in
                try session.run(
                    script: "CREATE TABLE v (id BIGINT, b BOOLEAN, i BIGINT, d DOUBLE PRECISION, t TEXT, y BYTEA)")
                let rows: [[Value]] = [
                    [1, true, .int(Int64.max), .double(0.1), "ä\t\\\"'{},\nNULL\r", .bytes([0, 255, 92, 10])],
                    [2, false, .int(Int64.min), .double(-.infinity), "", .bytes([])],
                    [3, nil, nil, .double(.leastNonzeroMagnitude), "\\N", nil],
                    [4, true, 0, .double(1.7976931348623157e308), "NULL", .bytes(Array(0...255))],
                ]
                let many = (0..<3).map { copy in
                    rows.map { row in [.int((row[0].integer ?? 0) + Int64(copy) * 10)] + row.dropFirst() }
                }
                for (copy, rows) in many.enumerated() {
                    if copy == 0 {
                        for row in rows {
                            try session.execute("INSERT INTO v VALUES (\(SQLText.list(row)))")
                        }
                        continue
                    }
                    // The fill makes the insert take another way: arrays, then COPY.
                    let fill: [[Value]] = (0..<(copy == 1 ? 10 : 300)).map {
                        [.int($0 + 1000 * copy), nil, nil, nil, nil, nil]
                    }
                    let insert = Insert(
                        table: "v", columns: ["id", "b", "i", "d", "t", "y"],
                        kinds: [.integer, .boolean, .integer, .real, .text, .text], rows: rows + fill)
                    if copy == 1 {
                        // The catalogue has no kind for bytes: arrays of them are not cast.
                        let plain = Insert(
                            table: "v", columns: ["id", "b", "i", "d", "t"],
                            kinds: [.integer, .boolean, .integer, .real, .text],
                            rows: (rows + fill).map { Array($0.dropLast()) })
                        #expect(try session.insert(plain) == rows.count + fill.count)
                    } else {
                        #expect(try session.insert(insert) == rows.count + fill.count)
                    }
                }
                for (copy, rows) in many.enumerated() {
                    for row in rows {
                        let found = try session.rows("SELECT id, b, i, d, t, y FROM v WHERE id = \(row[0])")
                        #expect(found.count == 1)
                        #expect(Array(found[0].dropLast()) == Array(row.dropLast()))
                        if copy != 1 { #expect(found[0].last == row.last) }
                    }
                }
            }
        }
    }

    @Test func `types of a result decide the kinds of its values`() async throws {
        try await PostgresDatabase.with { store in
            let row = try await store.read { session in
                try session.rows(
                    """
                    SELECT 1::int2, 2::int4, 3::int8, true, 1.5::float4, 2.5::float8, 12.00::numeric, 12.5::numeric,
                    99999999999999999999::numeric, 'a'::varchar, '{"a": 1}'::jsonb, 'n'::name, NULL, 'x'::bpchar,
                    SUM(4::bigint)
                    """)[0]
            }
            #expect(
                row == [
                    1, 2, 3, true, .double(1.5), .double(2.5), 12, .double(12.5), .double(1e20), "a", "{\"a\": 1}",
                    "n", nil, "x", 4,
                ])
        }
    }

    @Test func `a body's own error rolls back and comes out unchanged`() async throws {
        struct Mine: Error, Equatable {}
        try await PostgresDatabase.with { store in
            try await store.write { try $0.run(script: Self.table) }
            await #expect(throws: Mine.self) {
                try await store.write { session in
                    try session.insert(insert([row(1)]))
                    throw Mine()
                }
            }
            #expect(try await store.read { try $0.value("SELECT COUNT(*) FROM thing") } == 0)
        }
    }

    @Test func `a body that swallows a failed statement does not commit`() async throws {
        try await PostgresDatabase.with { store in
            try await store.write { try $0.run(script: Self.table) }
            let error = await storeError {
                try await store.write { session in
                    try session.insert(insert([row(1)]))
                    do { try session.insert(insert([row(1)])) } catch {}
                }
            }
            #expect(error?.code == .unique(index: "thing_pkey"))
            #expect(try await store.read { try $0.value("SELECT COUNT(*) FROM thing") } == 0)
        }
    }

    @Test func `what a database refuses has a code and no values`() async throws {
        try await PostgresDatabase.with { store in
            _ = try await store.write { session in
                try session.run(script: Self.table)
                try session.insert(insert([row(1), row(2, "secret")]))
            }
            func refusal(_ body: @escaping @Sendable (any Session) throws -> Void) async -> StoreError? {
                let error = await storeError { try await store.write { try body($0) } }
                #expect(error?.detail.contains("secret") != true)
                return error
            }
            #expect(
                await refusal { try $0.insert(insert([row(3, "secret")])) }?.code == .unique(index: "thing_key_name"))
            let orphan: [Value] = [3, "x", nil, nil, nil, 77]
            #expect(await refusal { try $0.insert(insert([orphan])) }?.code == .reference)
            let nameless: [Value] = [3, nil, nil, nil, nil, nil]
            #expect(await refusal { try $0.insert(insert([nameless])) }?.code == .constraint)
            #expect(
                await refusal { try $0.insert(insert([["secret", "x", nil, nil, nil, nil]])) }?.code == .constraint)
            #expect(
                await refusal { _ = try $0.rows("SELECT 1 FROM thing WHERE id = \(.text("secret"))") }?.code
                    == .constraint)
            #expect(await refusal { try $0.insert(insert([row(3, "a\0b")])) }?.code == .constraint)
            #expect(await refusal { try $0.insert(insert((3..<9).map { row($0, "a\0\($0)") })) }?.code == .constraint)
            #expect(await refusal { try $0.insert(insert((3..<900).map { row($0, "a\0\($0)") })) }?.code == .constraint)
            #expect(await refusal { try $0.execute("DELETE FROM nowhere") }?.code == .statement)
            let long = String((0..<9000).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "a" })
            #expect(await refusal { try $0.insert(insert([row(3, long)])) }?.code == .constraint)
            let many = insert((3..<900).map { row($0, $0 == 800 ? "secret" : nil) })
            #expect(await refusal { try $0.insert(many) }?.code == .unique(index: "thing_key_name"))
            #expect(await refusal { try $0.execute("SELECT 1/0") }?.code == .constraint)
            let write = await storeError { _ = try await store.read { try $0.execute("DELETE FROM thing") } }
            #expect(write?.code == .statement)
            #expect(try await store.read { try $0.value("SELECT COUNT(*) FROM thing") } == 2)
        }
    }

    @Test func `a statement that runs too long is a timeout`() async throws {
        try await PostgresDatabase.with(statementTimeout: .milliseconds(50)) { store in
            let error = await storeError { _ = try await store.read { try $0.rows("SELECT pg_sleep(60)") } }
            #expect(error?.code == .timeout)
        }
    }

    @Test func `a lock that is not given in time is a timeout`() async throws {
        try await PostgresDatabase.with(lockTimeout: .milliseconds(50)) { store in
            try await store.write { session in
                try session.run(script: Self.table)
                try session.insert(insert([row(1)]))
            }
            let code = try await store.write { session in
                try session.execute("UPDATE thing SET big = 1 WHERE id = 1")
                let outcome = Shared<StoreError.Code?>(nil)
                let done = DispatchSemaphore(value: 0)
                let update: @Sendable () async throws -> Void = {
                    _ = try await store.write { try $0.execute("UPDATE thing SET big = 2 WHERE id = 1") }
                }
                let attempt: @Sendable () async -> Void = {
                    let error = await storeError(update)
                    outcome.value = error?.code
                    done.signal()
                }
                Task.detached(operation: attempt)
                done.wait()
                return outcome.value
            }
            #expect(code == .timeout)
        }
    }

    @Test(arguments: [3, 4, 5, 199, 200, 12_000]) func `inserts count and skip`(count: Int) async throws {
        try await PostgresDatabase.with { store in
            try await store.write { session in
                try session.run(script: Self.table)
                let rows = (1...count).map { row($0) }
                #expect(try session.insert(insert(rows)) == count)
                let more = (count - 1...count * 2).map { row($0) }
                #expect(try session.insert(insert(more, .skip)) == count)
                #expect(try session.value("SELECT COUNT(*) FROM thing") == .int(count * 2))
                #expect(try session.rows("SELECT * FROM thing WHERE id = \(.int(count * 2))")[0] == row(count * 2))
                #expect(try session.insert(insert([])) == 0)
            }
        }
    }

    @Test func `large texts are inserted in several statements`() async throws {
        try await PostgresDatabase.with { store in
            try await store.write { session in
                try session.run(script: "CREATE TABLE note (id BIGINT PRIMARY KEY, body TEXT)")
                let body = String(repeating: "\\\"x", count: 500_000)
                let rows: [[Value]] = (1...20).map { [.int($0), .text(body)] }
                let insert = Insert(
                    table: "note", columns: ["id", "body"], kinds: [.integer, .text], rows: rows, onConflict: .skip)
                #expect(try session.insert(insert) == 20)
                #expect(try session.value("SELECT SUM(length(body)) FROM note") == .int(20 * 1_500_000))
            }
        }
    }

    @Test func `ids are reserved once, ascending`() async throws {
        try await PostgresDatabase.with { store in
            try await store.write { try $0.run(script: Self.table) }
            let ids = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<20 { group.addTask { try await store.write { try $0.reserveIds("thing", count: 50) } } }
                var all: [Int64] = []
                for try await ids in group {
                    #expect(ids == ids.sorted() && ids.count == 50)
                    all += ids
                }
                return all
            }
            #expect(Set(ids) == Set(1...1000))
            #expect(try await store.write { try $0.reserveIds("thing", count: 0) } == [])
        }
    }

    @Test func `each hands over every row while other statements run`() async throws {
        try await PostgresDatabase.with { store in
            let (count, sum) = try await store.write { session in
                var count = 0
                var sum: Int64 = 0
                let statement: SQLText = "SELECT n, repeat('x', 100) FROM generate_series(1, \(.int(10_000))) AS n"
                try session.each(statement) { row throws(StoreError) in
                    count += 1
                    if count % 1000 == 0 {
                        sum += try session.value("SELECT \(row[0])")?.integer ?? 0
                        try session.each("SELECT 1 WHERE \(.bool(true))") { row throws(StoreError) in
                            sum += row[0].integer ?? 0
                        }
                    }
                }
                return (count, sum)
            }
            #expect(count == 10_000)
            #expect(sum == 55_010)
        }
    }

    @Test func `each stops where its body throws, and the transaction goes on`() async throws {
        try await PostgresDatabase.with { store in
            let rows = try await store.write { session in
                var seen = 0
                do {
                    try session.each("SELECT generate_series(1, 1000)") { _ throws(StoreError) in
                        seen += 1
                        if seen == 3 { throw StoreError(.constraint, "enough") }
                    }
                } catch {}
                try session.each("SELECT 1") { _ in seen += 1 }
                return seen
            }
            #expect(rows == 4)
        }
    }

    @Test func `a session refuses work after its transaction`() async throws {
        // Touched by the body first and by the test after it, never at once.
        final class Box: @unchecked Sendable {
            var session: (any Session)?
        }
        try await PostgresDatabase.with { store in
            let box = Box()
            try await store.read { box.session = $0 }
            #expect(throws: StoreError.self) { try box.session?.rows("SELECT 1") }
        }
    }

    @Test func `prepared statements are forgotten before they fill the server`() async throws {
        try await PostgresDatabase.with(connections: 1) { store in
            try await store.write { session in
                for number in 0..<700 {
                    let filler = SQLText.list((0...number % 60).map { Value.int($0) })
                    for _ in 0..<3 {
                        _ = try session.rows(
                            "SELECT \(name: "n\(number)") FROM (SELECT 1 AS \(name: "n\(number)")) AS t WHERE 1 IN (\(filler))"
                        )
                    }
                }
                #expect(try session.value("SELECT COUNT(*) FROM pg_prepared_statements") == 256)
            }
        }
    }

    @Test func `a statement that always fails is prepared once`() async throws {
        try await PostgresDatabase.with(connections: 1) { store in
            for _ in 0..<10 {
                _ = await storeError { _ = try await store.write { try $0.rows("SELECT 1 / \(.int(0))") } }
                _ = await storeError {
                    try await store.write { session in
                        _ = try session.rows("SELECT 2")
                        _ = try session.rows("SELECT 2 / \(.int(0))")
                    }
                }
            }
            let count = try await store.write { try $0.value("SELECT COUNT(*) FROM pg_prepared_statements") }
            #expect(count == 3)
        }
    }

    @Test func `a prepared statement survives a change of its table`() async throws {
        try await PostgresDatabase.with(connections: 2) { store in
            try await store.write { try $0.run(script: Self.table) }
            for _ in 0..<4 { _ = try await store.write { try $0.rows("SELECT * FROM thing") } }
            try await store.write { try $0.run(script: "ALTER TABLE thing ADD COLUMN extra BIGINT") }
            for _ in 0..<4 { _ = try await store.write { try $0.rows("SELECT * FROM thing") } }
        }
    }

    @Test func `the session's settings are the safe ones`() async throws {
        try await PostgresDatabase.with { store in
            let row = try await store.read { session in
                try session.rows(
                    """
                    SELECT current_setting('application_name'), current_setting('client_encoding'),
                    current_setting('TimeZone'), current_setting('synchronous_commit'),
                    current_setting('transaction_isolation'), current_setting('transaction_read_only'),
                    current_setting('statement_timeout'), current_setting('lock_timeout'),
                    current_setting('idle_in_transaction_session_timeout')
                    """)[0]
            }
            #expect(row == ["assay", "UTF8", "UTC", "on", "repeatable read", "on", "30s", "10s", "1min"])
            let facts = try await store.facts()
            #expect(facts.map(\.name).contains("fsync"))
            #expect(facts.first?.value.hasPrefix("PostgreSQL ") == true)
            let backup = await storeError { try await store.backup(to: "/nowhere") }
            #expect(backup?.code == .unavailable && backup?.detail.contains("pg_dump") == true)
        }
    }

    @Test func `a script has no time limit of its own and leaves the limit as it was`() async throws {
        try await PostgresDatabase.with(statementTimeout: .milliseconds(200)) { store in
            let limit = try await store.write { session in
                try session.run(script: "SELECT pg_sleep(0.4); SELECT 1")
                return try session.value("SELECT current_setting('statement_timeout')")
            }
            #expect(limit == "200ms")
        }
    }
}
