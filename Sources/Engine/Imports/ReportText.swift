import Formats
import Model

/// How the parts of a reported test are kept as text.
enum ReportText {
    static func type(_ outcome: ReportOutcome) -> String {
        switch outcome {
        case .passed: "PASSED"
        case .failed: "FAILURE"
        case .errored: "ERROR"
        case .skipped: "SKIPPED"
        }
    }

    /// The texts of all problems, each with its message where there are several.
    static func content(_ test: ReportTest) -> String? {
        guard let first = test.problems.first else { return nil }
        if test.problems.count == 1 { return first.text ?? first.type }
        var parts: [String] = []
        for problem in test.problems {
            var lines: [String] = []
            if let message = problem.message { lines.append(message) }
            if let text = problem.text ?? problem.type { lines.append(text) }
            parts.append(lines.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    /// The attempts before the last as JSON; `nil` when there was one attempt.
    static func reruns(_ test: ReportTest) -> String? {
        guard !test.reruns.isEmpty else { return nil }
        var list: [JSON] = []
        for rerun in test.reruns {
            list.append([
                "kind": .string(rerun.kind.rawValue), "message": text(rerun.message), "type": text(rerun.type),
                "stackTrace": text(rerun.stackTrace), "systemOut": text(rerun.systemOut),
                "systemErr": text(rerun.systemErr),
            ])
        }
        return JSON.array(list).text
    }

    private static func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
}
