import Engine
import Model

/// Statuses of results as this API names them: the core's own names, but `Not Executed` for untested.
enum ResultStatus {
    static let notExecuted = "Not Executed"

    static func name(_ entry: StatusBook.Entry?) -> String {
        guard let entry, entry.systemName != "untested" else { return notExecuted }
        return entry.name
    }

    /// A status by name, without regard to case, blanks, `-` and `_`.
    static func named(_ word: String, _ book: StatusBook) -> StatusBook.Entry? {
        let folded = Words.folded(word)
        if folded == "notexecuted" { return book.untested }
        return book.entries.first { $0.isEnabled && Words.folded($0.name) == folded }
            ?? book.entries.first { $0.isEnabled && Words.folded($0.systemName) == folded }
    }

    /// Rows with this status; what has none is not executed.
    static func filter(_ word: String, _ field: String, in work: Reading) throws(DomainError) -> Filter {
        guard let entry = named(word, try work.statuses()) else {
            throw .invalid("status", "there is no status \(word)")
        }
        let own = Filter.equals(field, .int(entry.id))
        return entry.systemName == "untested" ? own || .equals(field, .null) : own
    }

    /// What a run adds up to.
    static func summary(_ counts: StatusCounts, _ book: StatusBook) -> [(String, JSON)] {
        var sums: [String: Int64] = [:]
        for (status, count) in counts.entries { sums[place(book.entry(status)), default: 0] += count }
        let names = ["passed", "failed", "blocked", "retest", "skipped", "inProgress", "notExecuted"]
        return [("total", .integer(counts.total))] + names.map { ($0, .integer(sums[$0] ?? 0)) }
    }

    private static func place(_ entry: StatusBook.Entry?) -> String {
        guard let entry else { return "notExecuted" }
        switch entry.systemName {
        case "passed", "failed", "blocked", "retest", "skipped": return entry.systemName
        case "in_progress": return "inProgress"
        case "untested": return "notExecuted"
        default: return entry.isSuccess ? "passed" : entry.isFailure ? "failed" : "inProgress"
        }
    }
}
