import Formats
import Foundation
public import Model
import Statements
import Store

/// The background work of a Testmo import; each is tried once, and what it cannot do is told in the import's row.
public enum TestmoJobs {
    static let queue = "testmo-imports"

    public static let analyse = JobKind(queue: queue, name: "analyze", backoff: []) { job throws(DomainError) in
        try await guarded(job) { import_ throws(DomainError) in try await TestmoAnalysis(job, import_).run() }
    }

    public static let run = JobKind(queue: queue, name: "import", backoff: []) { job throws(DomainError) in
        try await guarded(job) { import_ throws(DomainError) in try await TestmoRun(job, import_).run() }
    }

    /// Runs the work; a failure ends the import with its reason.
    private static func guarded(
        _ job: JobContext, _ work: (Int64) async throws(DomainError) -> JSON
    ) async throws(DomainError) -> JobOutcome {
        guard let id = job.payload["job"]?.integer else { return .failed("the job names no import") }
        let row = try await job.engine.read(as: .system) { work throws(DomainError) in
            try work.find("TestmoImportJob", [.id(id)]).first
        }
        guard let row else { return .failed("the import is gone") }
        guard row.text("status") != "CANCELED" else { return .done(["canceled": true]) }
        do throws(DomainError) {
            return .done(try await work(id))
        } catch {
            if try await isCanceled(id, job.engine) { return .done(["canceled": true]) }
            let reason = error.issues.first?.message ?? error.message
            try await set(
                id, ["status": "FAILED", "error": .text(reason), "completedAt": .int(job.engine.world.now())],
                job.engine)
            return .failed(reason)
        }
    }

    static func set(_ id: Int64, _ values: [String: Value], _ engine: Engine) async throws(DomainError) {
        try await engine.write(as: .system) { work throws(DomainError) in
            try work.apply(work.schema["TestmoImportJob"], [Change(id, set: values)])
        }
    }

    static func isCanceled(_ id: Int64, _ engine: Engine) async throws(DomainError) -> Bool {
        try await engine.read(as: .system) { work throws(DomainError) in
            try work.find("TestmoImportJob", [.id(id)], fields: ["id", "cancelRequested"]).first?
                .flag("cancelRequested") ?? true
        }
    }
}

/// Reads the export once: every row goes to the staging table, with counts and samples of each dataset.
private struct TestmoAnalysis {
    private let job: JobContext
    private let id: Int64

    private static let batch = 1000
    private static let samples = 5

    init(_ job: JobContext, _ id: Int64) {
        self.job = job
        self.id = id
    }

    /// The rows of one dataset so far.
    private struct Dataset {
        var count: Int64 = 0
        var samples: [JSON] = []
        var columns: [String] = []
    }

    func run() async throws(DomainError) -> JSON {
        let engine = job.engine
        try await TestmoJobs.set(id, ["status": "RUNNING", "startedAt": .int(engine.world.now())], engine)
        let path = try await path()
        try await clear()
        let id = id
        let file = try TestmoFile(path: path, place: "\(engine.settings.dataFolder)/tmp/testmo-\(job.key.uid).json")
        var datasets: [String: Dataset] = [:]
        var order: [String] = []
        var total: Int64 = 0
        while let rows = try file.next(TestmoAnalysis.batch) {
            var staged: [[Value]] = []
            for (name, bytes) in rows {
                if datasets[name] == nil {
                    guard order.count < 500 else { throw DomainError.invalid("file", "the file has too many datasets") }
                    datasets[name] = Dataset()
                    order.append(name)
                }
                let index = datasets[name]?.count ?? 0
                datasets[name]?.count += 1
                if index < Int64(TestmoAnalysis.samples) { try sample(bytes, &datasets[name]) }
                staged.append([.text(name), .int(index), .text(String(decoding: bytes, as: UTF8.self)), .int(id)])
            }
            total += Int64(staged.count)
            let kept = staged
            try await engine.write(as: .system) { work throws(DomainError) in
                let names = ["datasetName", "rowIndex", "rowData", "jobId"]
                try work.store(work.schema["TestmoImportStaging"], names, kept)
            }
            try await job.progress(50, "\(total) rows")
            if try await TestmoJobs.isCanceled(id, engine) { throw .conflict("Canceled") }
        }
        return try await finish(order, datasets, total)
    }

    private func sample(_ bytes: [UInt8], _ dataset: inout Dataset?) throws(DomainError) {
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSONReader.parse(bytes)
        } catch {
            throw .invalid("file", "the file is no JSON: \(error.reason)")
        }
        dataset?.samples.append(json)
        for name in json.object?.names ?? [] where dataset?.columns.contains(name) == false {
            dataset?.columns.append(name)
        }
    }

    private func path() async throws(DomainError) -> String {
        let (id, engine) = (id, job.engine)
        let file = try await engine.read(as: .system) { work throws(DomainError) in
            let row = try work.row("TestmoImportJob", .id(id))
            return try work.anyFile(row.text("fileKey"))
        }
        guard let digest = file?.sha256 else { throw .invalid("file", "the upload is gone") }
        return try engine.filePlace(digest)
    }

    private func clear() async throws(DomainError) {
        let id = id
        try await job.engine.write(as: .system) { work throws(DomainError) in
            for table in ["testmo_import_staging", "testmo_import_dataset"] {
                _ = try work.run { () throws(StoreError) in
                    try work.session.execute("DELETE FROM \(name: table) WHERE job_id = \(Value.int(id))")
                }
            }
        }
    }

    private func finish(
        _ order: [String], _ datasets: [String: Dataset], _ total: Int64
    ) async throws(DomainError) -> JSON {
        guard !order.isEmpty else { throw .invalid("file", "the file holds no datasets") }
        let id = id
        var summary = JSONObject()
        for (name, member) in TestmoAnalysis.totals { summary[member] = .integer(datasets[name]?.count ?? 0) }
        summary["totalRows"] = .integer(total)
        let text = JSON.object(summary).text
        try await job.engine.write(as: .system) { work throws(DomainError) in
            var rows: [[Value]] = []
            for name in order {
                guard let dataset = datasets[name] else { continue }
                rows.append([
                    .text(name), .int(dataset.count), .int(dataset.samples.count),
                    .bool(dataset.count > Int64(dataset.samples.count)),
                    .text(JSON.array(dataset.columns.map { .string($0) }).text),
                    .text(JSON.array(dataset.samples).text),
                    .int(id),
                ])
            }
            let names = ["name", "rowCount", "sampleRowCount", "truncated", "schema", "sampleRows", "jobId"]
            try work.store(work.schema["TestmoImportDataset"], names, rows)
            let values: [String: Value] = [
                "status": "READY", "phase": "CONFIGURING", "progress": 100, "totalDatasets": .int(order.count),
                "totalCount": .int(total), "summary": .text(text), "analysis": .text(text),
            ]
            try work.apply(work.schema["TestmoImportJob"], [Change(id, set: values)])
        }
        return .object(summary)
    }

    private static let totals = [
        ("projects", "totalProjects"), ("repository_cases", "totalTestCases"), ("runs", "totalTestRuns"),
        ("users", "totalUsers"), ("milestones", "totalMilestones"), ("sessions", "totalSessions"),
        ("run_results", "totalResults"),
    ]
}

/// The rows of an export on disk, in batches; an archive is unpacked beside it first.
private final class TestmoFile {
    typealias Batch = [(dataset: String, row: [UInt8])]

    private let handle: FileHandle
    private var reader: DatasetReader
    private let box: Box
    private let unpacked: String?
    private var isOver = false

    /// Rows on their way out of the reader's closure.
    private final class Box {
        var rows: Batch = []
    }

    /// `place` is where an archive is unpacked to.
    init(path: String, place: String) throws(DomainError) {
        let box = Box()
        self.box = box
        reader = DatasetReader { dataset, row in box.rows.append((dataset, row)) }
        (handle, unpacked) = try TestmoFile.guarded {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            let head = Array(try file.read(upToCount: 4) ?? Data())
            try file.seek(toOffset: 0)
            guard ZipEntryReader.isZip(head) else { return (file, nil) }
            try file.close()
            try TestmoFile.unpack(path, to: place)
            return (try FileHandle(forReadingFrom: URL(fileURLWithPath: place)), place)
        }
    }

    deinit {
        try? handle.close()
        if let unpacked { unlink(unpacked) }
    }

    private static func unpack(_ path: String, to place: String) throws {
        let folder = (place as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        FileManager.default.createFile(atPath: place, contents: nil, attributes: [.posixPermissions: 0o600])
        let target = try FileHandle(forWritingTo: URL(fileURLWithPath: place))
        defer { try? target.close() }
        try ZipEntryReader.read(path, entryEnding: ".json") { try target.write(contentsOf: Data($0)) }
    }

    private static func guarded<T>(_ body: () throws -> T) throws(DomainError) -> T {
        do {
            return try body()
        } catch let error as CSVError {
            throw .invalid("file", error.description)
        } catch {
            throw .invalid("file", "the file cannot be read")
        }
    }

    /// At least `size` rows while there are so many; `nil` at the end.
    func next(_ size: Int) throws(DomainError) -> Batch? {
        try TestmoFile.guarded {
            while box.rows.count < size, !isOver {
                guard let data = try handle.read(upToCount: 256 << 10), !data.isEmpty else {
                    isOver = true
                    try reader.finish()
                    break
                }
                try reader.feed(Array(data))
            }
        }
        defer { box.rows = [] }
        return box.rows.isEmpty ? nil : box.rows
    }
}
