public import Model
import Statements

/// How many results have which status, in the order of the statuses.
public struct StatusCounts: Sendable {
    public private(set) var entries: [(status: Int64, count: Int64)] = []

    public init() {}

    init(_ tally: StatusTally, _ book: StatusBook) {
        for entry in book.entries {
            if let count = tally.counts[entry.id], count > 0 { entries.append((entry.id, count)) }
        }
    }

    public var total: Int64 { entries.reduce(0) { $0 + $1.count } }
}

/// Counts under construction; what has no status yet counts as untested.
struct StatusTally {
    private(set) var counts: [Int64: Int64] = [:]
    private let untested: Int64

    init(_ book: StatusBook) { untested = book.untested?.id ?? 0 }

    mutating func add(_ status: Value, _ count: Value) {
        counts[status.integer ?? untested, default: 0] += count.integer ?? 0
    }
}

/// Collects the counts of many things, each by its id.
struct StatusTallies {
    private var tallies: [Int64: StatusTally] = [:]
    private let book: StatusBook

    init(_ book: StatusBook) { self.book = book }

    mutating func add(_ owner: Int64, _ status: Value, _ count: Value) {
        tallies[owner, default: StatusTally(book)].add(status, count)
    }

    subscript(owner: Int64) -> StatusCounts { tallies[owner].map { StatusCounts($0, book) } ?? StatusCounts() }
}

/// A priority of cases as the pages spell it: `CRITICAL`.
public struct CasePriority: Sendable, Hashable {
    public let option: Int64
    public let word: String
    public let name: String
    public let isDefault: Bool
    /// What a case holds that has it.
    public var stored: Value { .text(JSON.integer(option).text) }
}

extension Reading {
    /// The priorities of cases, the most urgent first.
    public func priorities() throws(DomainError) -> [CasePriority] {
        let field = try caseFields().fields.first { $0.systemName == "priority" }
        let found = (field?.options ?? []).map {
            CasePriority(option: $0.id, word: $0.name.uppercased(), name: $0.name, isDefault: $0.isDefault)
        }
        // Lists of other products run from low to high; the usual names say where the top is.
        let top = found.firstIndex { ["CRITICAL", "HIGHEST", "URGENT", "HIGH"].contains($0.word) } ?? 0
        let low = found.firstIndex { $0.word == "LOW" } ?? found.count
        return low < top ? found.reversed() : found
    }
}

extension StatusCounts {
    /// Adds what other things have.
    public mutating func add(_ other: StatusCounts) {
        for (status, count) in other.entries {
            if let place = entries.firstIndex(where: { $0.status == status }) {
                entries[place].count += count
            } else {
                entries.append((status, count))
            }
        }
    }
}
