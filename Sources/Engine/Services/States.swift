public import Model
import Statements

/// The states of cases, runs and sessions.
public struct StateBook: Sendable {
    public struct Entry: Sendable, Hashable {
        public let id: Int64
        public let uid: String
        public let name: String
        /// CASES, RUNS or SESSIONS.
        public let scope: String
        /// NOT_STARTED, IN_PROGRESS or DONE.
        public let type: String
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

    /// A state of a scope by id, UUID or name without regard to case.
    public func named(_ word: String, scope: String) -> Entry? {
        let key = RowKey(word)
        let wanted = word.lowercased()
        for entry in entries where entry.scope == scope {
            if key == .id(entry.id) || key == .uid(entry.uid) || entry.name.lowercased() == wanted { return entry }
        }
        return nil
    }
}

extension Reading {
    /// Every state that is not deleted, in order.
    public func states() throws(DomainError) -> StateBook {
        try book(engine.books.states) { () throws(DomainError) in
            let found = try rows(
                """
                SELECT id, uid, name, scope, workflow_type, is_enabled FROM workflow WHERE NOT is_deleted
                ORDER BY "order", id
                """)
            return StateBook(
                found.map { row in
                    StateBook.Entry(
                        id: row[0].integer ?? 0, uid: row[1].string ?? "", name: row[2].string ?? "",
                        scope: row[3].string ?? "", type: row[4].string ?? "", isEnabled: row[5].boolean == true)
                })
        }
    }
}
