public import Model
import Statements

/// The statuses of results and how words name them.
public struct StatusBook: Sendable {
    public struct Entry: Sendable, Hashable {
        public let id: Int64
        public let uid: String
        public let name: String
        public let systemName: String
        public let aliases: [String]
        public let color: String
        public let isSuccess: Bool
        public let isFailure: Bool
        public let isCompleted: Bool
        public let isEnabled: Bool
    }

    public let entries: [Entry]
    private let positions: [Int64: Int]

    init(_ entries: [Entry]) {
        self.entries = entries
        var positions: [Int64: Int] = [:]
        for (position, entry) in entries.enumerated() { positions[entry.id] = position }
        self.positions = positions
    }

    public func entry(_ id: Int64?) -> Entry? { id.flatMap { positions[$0] }.map { entries[$0] } }

    /// A status by name, system name or alias, without regard to case, blanks and `_`.
    public func named(_ word: String) -> Entry? {
        let wanted = StatusBook.folded(word)
        for entry in entries where entry.isEnabled {
            if StatusBook.folded(entry.systemName) == wanted || StatusBook.folded(entry.name) == wanted { return entry }
        }
        for entry in entries where entry.isEnabled && entry.aliases.contains(where: { StatusBook.folded($0) == wanted })
        {
            return entry
        }
        return nil
    }

    public var untested: Entry? { named("untested") }

    private static func folded(_ word: String) -> String {
        word.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
    }

    /// The word that the REST surfaces show for the status of a run case.
    public func word(_ id: Int64?, isStarted: Bool) -> String {
        guard let entry = entry(id), entry.systemName != "untested" else {
            return isStarted ? "IN_PROGRESS" : "NOT_STARTED"
        }
        if entry.isSuccess { return "PASSED" }
        if entry.isFailure { return "FAILED" }
        switch entry.systemName {
        case "blocked": return "BLOCKED"
        case "skipped": return "SKIPPED"
        case "retest": return "IN_PROGRESS"
        default: return entry.isCompleted ? "SKIPPED" : "IN_PROGRESS"
        }
    }
}

extension Reading {
    /// Every status that is not deleted, in order.
    public func statuses() throws(DomainError) -> StatusBook {
        try book(engine.books.statuses) { () throws(DomainError) in
            let found = try rows(
                """
                SELECT s.id, s.uid, s.name, s.system_name, s.aliases, c.value, s.is_success, s.is_failure, s.is_completed,
                s.is_enabled FROM status AS s LEFT JOIN color AS c ON c.id = s.color_id
                WHERE NOT s.is_deleted ORDER BY s."order", s.id
                """)
            return StatusBook(
                found.map { row in
                    StatusBook.Entry(
                        id: row[0].integer ?? 0, uid: row[1].string ?? "", name: row[2].string ?? "",
                        systemName: row[3].string ?? "",
                        aliases: (row[4].string ?? "").split(separator: ",").map { String($0.filter { $0 != " " }) },
                        color: row[5].string ?? "", isSuccess: row[6].boolean == true,
                        isFailure: row[7].boolean == true,
                        isCompleted: row[8].boolean == true, isEnabled: row[9].boolean == true)
                })
        }
    }
}
