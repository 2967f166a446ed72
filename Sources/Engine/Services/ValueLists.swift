import Catalog
public import Model
import Statements

/// The values of the lists that products show under their own names.
public struct ValueBook: Sendable {
    public struct Entry: Sendable, Hashable {
        public let id: Int64
        public let uid: String
        /// `CASE_TYPE` and the like (Choices.valueList).
        public let list: String
        /// The only product that shows the value; `nil` for all.
        public let product: String?
        public let name: String
        /// Stable name in snake case.
        public let alias: String
        public let order: Int64
        public let isDefault: Bool
        public let isEnabled: Bool
        /// The core rows that it stands for.
        public let status: Int64?
        public let workflow: Int64?
        public let option: Int64?
    }

    /// In the order of the lists.
    public let entries: [Entry]
    private let positions: [Int64: Int]

    init(_ entries: [Entry]) {
        self.entries = entries
        var positions: [Int64: Int] = [:]
        for (position, entry) in entries.enumerated() { positions[entry.id] = position }
        self.positions = positions
    }

    public func entry(_ id: Int64?) -> Entry? { id.flatMap { positions[$0] }.map { entries[$0] } }

    /// The values of a list that a product shows: its own and those of all products.
    public func list(_ list: String, product: String? = nil) -> [Entry] {
        entries.filter { $0.list == list && $0.isEnabled && ($0.product == nil || $0.product == product) }
    }

    /// A value by id, UUID, name or alias, without regard to case, blanks, `-` and `_`.
    public func named(_ word: String, list: String, product: String? = nil) -> Entry? {
        let key = RowKey(word)
        let folded = Words.folded(word)
        let shown = self.list(list, product: product)
        if let exact = shown.first(where: { key == .uid($0.uid) || key == .id($0.id) }) { return exact }
        return shown.first { Words.folded($0.name) == folded || Words.folded($0.alias) == folded }
    }
}

/// Comparing words as people spell them.
public enum Words {
    /// In lower case, without blanks, `-` and `_`.
    public static func folded(_ word: String) -> String {
        word.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
    }

    /// `Can't Be Automated` becomes `cant_be_automated`.
    public static func snake(_ name: String) -> String {
        var result = ""
        for character in name.lowercased() where character != "'" {
            if character.isLetter || character.isNumber {
                result.append(character)
            } else if !result.hasSuffix("_"), !result.isEmpty {
                result.append("_")
            }
        }
        return result.hasSuffix("_") ? String(result.dropLast()) : result
    }
}

extension Reading {
    /// Every value of every list, in order.
    public func valueLists() throws(DomainError) -> ValueBook {
        try book(engine.books.values) { () throws(DomainError) in
            let found = try rows(
                """
                SELECT id, uid, list, product, name, alias, "order", is_default, is_enabled, status_id, workflow_id,
                field_option_id FROM list_value ORDER BY list, "order", id
                """)
            return ValueBook(
                found.map { row in
                    ValueBook.Entry(
                        id: row[0].integer ?? 0, uid: row[1].string ?? "", list: row[2].string ?? "",
                        product: row[3].string, name: row[4].string ?? "",
                        alias: row[5].string ?? Words.snake(row[4].string ?? ""), order: row[6].integer ?? 0,
                        isDefault: row[7].boolean == true, isEnabled: row[8].boolean == true, status: row[9].integer,
                        workflow: row[10].integer, option: row[11].integer)
                })
        }
    }
}

extension Writing {
    /// Inserts the lists of the boot data, each linked to the core row it stands for; does nothing when there are any.
    func provisionValueLists() throws(DomainError) {
        guard try value("SELECT COUNT(*) FROM list_value")?.integer == 0 else { return }
        let statuses = try ids("SELECT system_name, id FROM status ORDER BY id DESC")
        let states = try ids("SELECT name, id FROM workflow WHERE scope = 'CASES' AND NOT is_deleted ORDER BY id DESC")
        let priorities = try ids(
            """
            SELECT o.name, o.id FROM field_option AS o JOIN case_field_assignment AS a ON a.field_option_id = o.id
            JOIN case_field AS f ON f.id = a.case_field_id WHERE f.system_name = 'priority' ORDER BY o.id DESC
            """)
        var drafts: [Draft] = []
        for (order, value) in BootData.listValues.enumerated() {
            var draft = Draft([
                "list": .text(value.list), "product": .text(value.product), "name": .text(value.name),
                "alias": .text(Words.snake(value.name)), "order": .int(order + 1), "isDefault": .bool(value.isDefault),
                "isSystem": true, "isEnabled": true,
            ])
            switch value.core {
            case .none: break
            case .status(let name): draft["statusId"] = .int(statuses[name])
            case .workflow(let name): draft["workflowId"] = .int(states[name])
            case .priority(let name): draft["fieldOptionId"] = .int(priorities[name])
            }
            drafts.append(draft)
        }
        try insert("ListValue", drafts)
    }

    private func ids(_ statement: SQLText) throws(DomainError) -> [String: Int64] {
        var result: [String: Int64] = [:]
        for row in try rows(statement) { result[row[0].string ?? ""] = row[1].integer }
        return result
    }
}
