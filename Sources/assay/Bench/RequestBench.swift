import Catalog
import Engine
import Foundation
import Model
import NIOCore
import NIOHTTP1
import Server
import Store
import StoreSQLite

/// Single requests beside a bare Hummingbird server, and the start with a full database.
struct RequestBench {
    let folder: String
    let cases: Int
    let seconds: Int

    func run(_ table: inout BenchTable) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let data = folder + "/data"
        let first = try BenchChild(
            ["serve", "--data", data, "--port", "0", "--no-demo", "--rate-limit", "off"], log: folder + "/server.log")
        let token = try BenchChild.output([
            "token", "create", "--data", data, "--user", "admin@example.com", "--name", "bench",
        ])
        first.stop()
        let sample = try await fill(data)
        let server = try BenchChild(
            ["serve", "--data", data, "--port", "0", "--no-demo", "--rate-limit", "off"], log: folder + "/server.log")
        let resident = server.memory().now
        let start = server.startTime.milliseconds
        let load = BenchLoad(port: server.port, token: token)
        let lists = [
            ("with steps, tags and fields (REST)", sample.documents), ("of a screen (model RPC)", sample.screen),
        ]
        let floor = try BenchChild(
            ["bench-floor", "--database", folder + "/floor.db", "--bytes", folder + "/answer.json"],
            log: folder + "/floor.log")
        let bare = BenchLoad(port: floor.port, token: nil)
        try await executing(load, bare, sample, &table)
        for (name, path) in lists {
            let answer = try await load.send(.GET, path)
            try Data(answer.readableBytesView).write(to: URL(fileURLWithPath: folder + "/answer.json"))
            let ours = try await load.p95(path, count: 1000).milliseconds
            let theirs = try await bare.p95("/bytes", count: 1000).milliseconds
            table.add(
                "list 50 of \(cases) cases by folder and tag \(name), p95 (\(answer.readableBytes / 1000) kB)",
                "\(BenchTable.number(ours)) ms", "\(BenchTable.number(theirs)) ms", BenchTable.number(ours / theirs),
                "at most 4", reached: ours / theirs <= 4)
        }
        table.add(
            "cold start with \(cases) cases, to ready", "\(BenchTable.number(start, 0)) ms", "–", "–", "under 300 ms",
            reached: start < 300)
        table.add(
            "resident memory after that start", "\(BenchTable.number(resident, 0)) MB", "–", "–", "under 100 MB",
            reached: resident < 100)
        floor.stop()
        server.stop()
    }

    private func executing(
        _ load: BenchLoad, _ bare: BenchLoad, _ sample: Sample, _ table: inout BenchTable
    ) async throws {
        let members = sample.members
        let run = sample.run
        let ours = try await load.throughput(clients: 32, seconds: seconds) { client, number in
            let member = members[(client * 1000 + number) % members.count]
            return (
                "/api/test-runs/\(run)/cases/\(member)/execute",
                #"{"status":"PASSED","notes":"As expected.","duration":12}"#
            )
        }
        let floor = try await bare.throughput(clients: 32, seconds: seconds) { _, _ in
            ("/append", #"{"status":"PASSED","notes":"As expected.","duration":12}"#)
        }
        table.add(
            "one execute call, 32 clients", "\(BenchTable.number(ours, 0))/s", "\(BenchTable.number(floor, 0))/s",
            BenchTable.number(ours / floor), "at least 0.33", reached: ours / floor >= 1.0 / 3)
    }

    private struct Sample: Sendable {
        var project: Int64
        var folder: Int64
        var run: Int64
        var members: [Int64]

        /// The list as the reference documents it: each case whole.
        var documents: String { "/api/repository-cases?projectId=\(project)&folderId=\(folder)&tags=smoke&limit=50" }

        /// The list as a screen asks for it: the columns that it shows.
        var screen: String {
            let query = """
                {"where":{"folderId":\(folder),"isDeleted":false,"tags":{"some":{"name":"smoke"}}},"select":{"id":true,\
                "name":true,"automated":true,"source":true,"estimate":true,"createdAt":true,"currentVersion":true,\
                "state":{"select":{"id":true,"name":true}},"tags":{"select":{"id":true,"name":true}}},\
                "orderBy":[{"order":"asc"},{"id":"asc"}],"take":50}
                """
            let escaped = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            return "/api/model/RepositoryCases/findMany?q=\(escaped)"
        }
    }

    /// Fills the database through the engine while no server runs.
    private func fill(_ data: String) async throws -> Sample {
        let store = try SQLiteStore.open(path: data + "/assay.db")
        let engine = Engine(
            schema: Catalog.schema, store: store, world: .live(),
            settings: Engine.Settings(dataFolder: data, secret: [UInt8](repeating: 0, count: 32)))
        let caller = try await engine.caller(email: "admin@example.com")
        let project = try await engine.write(as: caller) { work throws(DomainError) in
            try work.createProject(Draft(["name": "Bench"]))
        }
        let folders = try await engine.write(as: caller) { work throws(DomainError) in
            let root = try work.rootFolder(project: project)
            var drafts: [Draft] = []
            for number in 0..<200 {
                drafts.append(
                    Draft([
                        "name": .text("Area \(number)"), "projectId": .int(project),
                        "repositoryId": .int(root.repository),
                        "parentId": .int(root.folder), "order": .int(number),
                    ]))
            }
            return try work.insert("RepositoryFolder", drafts)
        }
        var some: [Int64] = []
        for start in stride(from: 0, to: cases, by: 1000) {
            let inputs = (start..<min(start + 1000, cases)).map { input($0, folders) }
            some = try await engine.write(as: caller) { work throws(DomainError) in
                try work.createCases(project: project, inputs)
            }
        }
        let members = some
        let (run, rows) = try await engine.write(as: caller) { work throws(DomainError) in
            let run = try work.createRun(
                project: project, ["name": "Regression"], members: members.map { Writing.RunMember(caseId: $0) })
            let rows = try work.find(Query("TestRunCase", where: .equals("testRunId", .int(run)), fields: ["id"]))
            return (run, rows.map(\.id))
        }
        try await store.close()
        return Sample(project: project, folder: folders[7], run: run, members: rows)
    }

    private func input(_ number: Int, _ folders: [Int64]) -> CaseInput {
        var input = CaseInput()
        input.fields = [
            "name": .text("Order \(number) survives a reload"), "folderId": .int(folders[number % folders.count]),
        ]
        input.steps = [
            CaseInput.Step(action: "Put two items into the basket", expected: "The badge shows 2"),
            CaseInput.Step(action: "Reload the page", expected: "The basket still holds both items"),
        ]
        input.tags = (number / folders.count).isMultiple(of: 3) ? ["smoke", "basket"] : ["basket"]
        input.values = [("priority", .string(number.isMultiple(of: 5) ? "High" : "Medium"))]
        return input
    }
}
