import Foundation
import Model
import Server

/// What the server made of the files.
struct SubmissionReport {
    private let event: JSON

    init(_ event: JSON) { self.event = event }

    private func count(_ name: String) -> Int64 { event["summary"]?[name]?.integer ?? 0 }

    var hasFailures: Bool { count("failed") + count("errored") > 0 }

    func lines(server: String) -> [String] {
        let seconds = String(format: "%.1f", event["summary"]?["seconds"]?.double ?? 0)
        var lines = [
            "\(count("tests")) tests: \(count("passed")) passed, \(count("failed")) failed, \(count("errored")) errored, "
                + "\(count("skipped")) skipped in \(seconds) s",
            "\(count("created")) cases created, \(count("matched")) matched",
        ]
        switch count("unchanged") {
        case 0: break
        case 1: lines.append("1 file was sent before and changed nothing")
        case let files: lines.append("\(files) files were sent before and changed nothing")
        }
        if let path = event["url"]?.string { lines.append(path.hasPrefix("/") ? server + path : path) }
        return lines
    }
}
