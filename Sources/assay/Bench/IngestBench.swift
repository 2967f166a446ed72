import CExpat
import Catalog
import Foundation
import Model
import NIOCore
import NIOHTTP1
import Server
import Statements
import Store
import StoreSQLite

/// Reports through HTTP beside the floor: a bare parse of the same bytes and bare inserts of the same rows.
struct IngestBench {
    let folder: String
    let results: Int

    func run(_ table: inout BenchTable) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let report = folder + "/report.xml"
        let size = try ReportSample.write(results, to: report)
        let data = folder + "/data"
        let server = try BenchChild(
            ["serve", "--data", data, "--port", "0", "--no-demo", "--rate-limit", "off"], log: folder + "/server.log")
        let token = try BenchChild.output([
            "token", "create", "--data", data, "--user", "admin@example.com", "--name", "bench",
        ])
        let load = BenchLoad(port: server.port, token: token)
        _ = try await load.send(.POST, "/api/projects", ByteBuffer(string: #"{"name":"Shop"}"#))
        _ = try await load.send(.GET, "/api/projects")
        let idle = server.memory().now
        server.resetPeak()
        let body = try form(report)
        let begin = ContinuousClock.now
        let answer = try await load.send(
            .POST, "/api/assay/submit", body, type: "multipart/form-data; boundary=\(IngestBench.boundary)")
        let ours = (ContinuousClock.now - begin).seconds
        guard String(buffer: answer).contains("\"complete\":true") else {
            throw StartError("the import failed: \(String(buffer: answer).suffix(300))")
        }
        let peak = server.memory().peak
        server.stop()
        let parse = try bareParse(report)
        let insert = try await bareInserts(data + "/assay.db")
        let floor = parse + insert
        let ratio = ours / floor
        table.add(
            "ingest of \(results) JUnit results (\(size / 1_000_000) MB) through HTTP", "\(BenchTable.number(ours)) s",
            "\(BenchTable.number(floor)) s (parse \(BenchTable.number(parse)), inserts \(BenchTable.number(insert)))",
            BenchTable.number(ratio), "at most 3", reached: ratio <= 3)
        table.add(
            "peak memory of that ingest", "\(BenchTable.number(peak, 0)) MB", "\(BenchTable.number(idle, 0)) MB idle",
            "+ \(BenchTable.number(peak - idle, 0)) MB", "at most + 64 MB", reached: peak - idle <= 64)
    }

    private static let boundary = "assay-bench-boundary"

    private func form(_ report: String) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        for (name, value) in [("project", "Shop"), ("run", "Nightly")] {
            buffer.writeString(
                "--\(IngestBench.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n")
        }
        buffer.writeString(
            "--\(IngestBench.boundary)\r\nContent-Disposition: form-data; name=\"files\"; filename=\"report.xml\"\r\n")
        buffer.writeString("Content-Type: application/xml\r\n\r\n")
        buffer.writeBytes(FileManager.default.contents(atPath: report) ?? Data())
        buffer.writeString("\r\n--\(IngestBench.boundary)--\r\n")
        return buffer
    }

    private func bareParse(_ report: String) throws -> Double {
        let bytes = FileManager.default.contents(atPath: report) ?? Data()
        let begin = ContinuousClock.now
        let parser = XML_ParserCreate(nil)
        defer { XML_ParserFree(parser) }
        let status = bytes.withUnsafeBytes { buffer in
            XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), 1)
        }
        guard status == XML_STATUS_OK else { throw StartError("expat refuses the sample") }
        return (ContinuousClock.now - begin).seconds
    }

    private static let tables = [
        "RepositoryFolder", "RepositoryCase", "TestRun", "TestRunCase", "JUnitTestSuite", "JUnitTestResult",
        "ImportJob",
    ]

    /// Inserts every row that the import made into a fresh database with the same tables and indexes.
    private func bareInserts(_ database: String) async throws -> Double {
        let source = try SQLiteStore.open(path: database)
        var inserts: [Insert] = []
        for name in IngestBench.tables {
            let entity = Catalog.schema[name]
            let columns = entity.fields.map(\.column)
            let rows = try await source.read { session in
                try session.rows("SELECT \(SQLText.names(columns)) FROM \(name: entity.table) ORDER BY id")
            }
            // Columns without any value are left out, as the import leaves them out.
            let used = columns.indices.filter { column in rows.contains { !$0[column].isNull } }
            inserts.append(
                Insert(
                    table: entity.table, columns: used.map { columns[$0] }, kinds: used.map { entity.fields[$0].kind },
                    rows: rows.map { row in used.map { row[$0] } }))
        }
        let words = try await source.read { session in
            try session.rows("SELECT rowid, entity, project_id, title, body, tags FROM search_entry ORDER BY rowid")
        }
        inserts.append(
            Insert(
                table: "search_entry", columns: ["rowid", "entity", "project_id", "title", "body", "tags"],
                kinds: [.integer, .text, .integer, .text, .text, .text], rows: words))
        try await source.close()
        let target = try SQLiteStore.open(path: folder + "/floor.db")
        _ = try await Migrator(Migrations.all(Catalog.schema)).migrate(target)
        let statements = inserts
        try await target.write { session in try session.run(script: "PRAGMA defer_foreign_keys = ON") }
        let begin = ContinuousClock.now
        do {
            try await target.write { session in
                try session.run(script: "PRAGMA defer_foreign_keys = ON")
                for insert in statements { try session.insert(insert) }
                // The rows that these refer to are not there; the work is done, the commit would be refused.
                throw Done()
            }
        } catch is Done {}
        let spent = (ContinuousClock.now - begin).seconds
        try await target.close()
        return spent
    }

    private struct Done: Error {}
}
