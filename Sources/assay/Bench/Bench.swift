import ArgumentParser
import Foundation
import Model

/// Measures the server against a floor in the same run and prints a table.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the speed of this machine's Assay beside a bare floor.",
        discussion: """
            Makes its own data in a temporary folder, starts servers on 127.0.0.1 and compares: reading reports with bare \
            inserts of the same rows, requests with a bare HTTP server. Figures are ratios of one run. Use a release build.
            """)

    @Option(help: "Results in the report that is sent.")
    var results = 100_000

    @Option(help: "Cases in the repository that is listed.")
    var cases = 100_000

    @Option(help: "Seconds of load for each request that is measured.")
    var seconds = 5

    @Flag(help: "Keep the temporary folder.")
    var keep = false

    func run() async throws {
        #if DEBUG
            Terminal.error("assay: this is a debug build; its figures say nothing")
        #endif
        let folder =
            FileManager.default.temporaryDirectory.path + "/assay-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { if !keep { remove(folder) } }
        var table = BenchTable()
        try await IngestBench(folder: folder + "/ingest", results: results).run(&table)
        try await RequestBench(folder: folder + "/requests", cases: cases, seconds: seconds).run(&table)
        print(table.text)
        if keep { print("kept: \(folder)") }
    }

    private func remove(_ folder: String) {
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            Terminal.error("assay: cannot remove \(folder)")
        }
    }
}

/// The rows of the table, as Markdown.
struct BenchTable {
    private var rows: [String] = []

    /// A line; `reached` is nil where the figure stands for itself.
    mutating func add(_ what: String, _ ours: String, _ floor: String, _ ratio: String, _ reach: String, reached: Bool)
    {
        let line = "| \(what) | \(ours) | \(floor) | \(ratio) | \(reach) | \(reached ? "yes" : "no") |"
        Terminal.error(line)
        rows.append(line)
    }

    var text: String {
        let head = "| what | Assay | floor | ratio | reach | reached |\n|---|---|---|---|---|---|"
        return ([head] + rows).joined(separator: "\n")
    }

    static func number(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }
}
