import Engine
import Model
import Wire

/// Conditions of lists: `<field>__<OP>=value`, or a bare `<field>=value` (Testsigma API, Filters).
struct FieldFilters: Sendable {
    enum Operation: String, CaseIterable, Sendable {
        case equal = "EQ"
        case notEqual = "NEQ"
        case isIn = "IN"
        case isNotIn = "NOT_IN"
        case contains = "CONTAINS"
        case containsNot = "NOT_CONTAINS"
        case startsWith = "STARTS_WITH"
        case endsWith = "ENDS_WITH"
        case greater = "GT"
        case greaterOrEqual = "GTE"
        case less = "LT"
        case lessOrEqual = "LTE"
        case isNull = "ISNULL"
    }

    /// How a field is looked at.
    enum Kind: Sendable {
        /// A column of text.
        case text(String)
        /// Rich text in a column.
        case document(String)
        case number(String)
        case time(String)
        /// The UUID of the row itself.
        case identity
        /// A reference to a row by UUID or id.
        case reference(String, entity: String)
        /// Words that stand for conditions.
        case words([String: Filter])
        /// A human id: the column of the number, the key of the project and a mark.
        case human(prefix: String, mark: String)
        /// Values of a list.
        case choice([CaseChoice], @Sendable (CaseChoice) -> Filter)
        /// Tags by UUID or name.
        case labels
        /// The value of a case field that holds a document.
        case caseField(Int64)
    }

    let fields: [String: Kind]

    /// Filters that the documentation names; where the entity lacks the field they are refused.
    private static let plain: Set<String> = [
        "folder_id", "test_plan_id", "status", "label_ids", "status_id", "assignee_id", "parent_folder_id",
    ]

    /// The common fields of every entity and its own ones.
    init(_ own: [String: Kind]) {
        fields = own.merging([
            "id": .identity, "created_at": .time("createdAt"), "updated_at": .time("updatedAt"),
        ]) { first, _ in first }
    }

    func filter(_ call: Call, in work: Reading) throws(DomainError) -> Filter {
        var filter = Filter.all
        for (name, value) in call.query.items {
            if let mark = name.firstRange(of: "__") {
                let field = String(name[..<mark.lowerBound])
                guard let operation = Operation(rawValue: String(name[mark.upperBound...])) else {
                    throw .invalid(name, "\(name) has no operator that we know")
                }
                guard let kind = fields[field] else { throw .invalid(field, "there is no field \(field)") }
                filter = filter && (try condition(field, kind, operation, value, in: work))
            } else if let kind = fields[name] {
                let operation: Operation = name == "label_ids" ? .isIn : .equal
                filter = filter && (try condition(name, kind, operation, value, in: work))
            } else if FieldFilters.plain.contains(name) {
                throw .invalid(name, "there is no field \(name)")
            }
        }
        return filter
    }

    private func condition(
        _ field: String, _ kind: Kind, _ operation: Operation, _ value: String, in work: Reading
    ) throws(DomainError) -> Filter {
        if operation == .isNull { return try isNull(field, kind, value) }
        switch kind {
        case .text(let column): return try text(field, column, operation, value)
        case .document(let column): return try text(field, column, operation, value)
        case .number(let column):
            return try compared(field, operation, value) { text in
                Double(text).map { .double($0) }
            } _: {
                (column, $0)
            }
        case .time(let column):
            return try compared(field, operation, value) { text in
                (Int64(text).map { Timestamp.milliseconds($0) } ?? Timestamp.parse(text)).map { .int($0) }
            } _: {
                (column, $0)
            }
        case .identity:
            return try members(field, operation, value) { word throws(DomainError) in
                switch RowKey(word) {
                case .uid(let uid): .equals("uid", .text(uid))
                case .id(let id): .equals("id", .int(id))
                case nil: .none
                }
            }
        case .reference(let column, let entity):
            return try members(field, operation, value) { word throws(DomainError) in
                guard let key = RowKey(word) else {
                    throw .invalid(field, "\(field) must be an id")
                }
                switch key {
                case .uid(let uid): return .referenceUid(column, [uid])
                case .id(let id):
                    return .equals(column, .int(try work.find(entity, [.id(id)], fields: ["id"]).first?.id ?? 0))
                }
            }
        case .words(let words):
            return try members(field, operation, value) { word throws(DomainError) in words[word.uppercased()] ?? .none
            }
        case .human(let prefix, let mark):
            return try members(field, operation, value) { word throws(DomainError) in
                HumanKey.number(word, prefix: prefix, mark: mark).map { .equals("number", .int($0)) } ?? .none
            }
        case .choice(let list, let filter):
            return try members(field, operation, value) { word throws(DomainError) in
                CaseChoices.named(word, in: list).map { filter($0) } ?? .none
            }
        case .labels:
            return try members(field, operation, value) { word throws(DomainError) in
                var named = Filter.text("name", .equals, word, .insensitive)
                if case .uid(let uid) = RowKey(word) { named = .equals("uid", .text(uid)) }
                return .related("tags", .some, named && .equals("isDeleted", false))
            }
        case .caseField(let id):
            let inner = try text(field, "value", operation, value)
            return .related("caseFieldValues", .some, .equals("fieldId", .int(id)) && inner)
        }
    }

    private func refused(_ field: String, _ operation: Operation) -> DomainError {
        .invalid(field, "\(field) cannot be compared by \(operation.rawValue)")
    }

    private func isNull(_ field: String, _ kind: Kind, _ value: String) throws(DomainError) -> Filter {
        guard ["true", "false"].contains(value) else { throw .invalid(field, "ISNULL takes true or false") }
        let empty: Filter
        switch kind {
        case .text(let column), .document(let column), .number(let column), .time(let column),
            .reference(let column, _):
            empty = .equals(column, .null)
        case .labels: empty = .related("tags", .none, .equals("isDeleted", false))
        case .caseField(let id):
            empty = .related("caseFieldValues", .none, .equals("fieldId", .int(id)) && .not(.equals("value", .null)))
        case .identity, .words, .human, .choice: empty = .none
        }
        return value == "true" ? empty : .not(empty)
    }

    /// The words of a list; a blank before or behind a comma does not count.
    private static func list(_ value: String) -> [String] {
        value.split(separator: ",", omittingEmptySubsequences: true).map { Words.trimmed(String($0)) }
    }

    private func members(
        _ field: String, _ operation: Operation, _ value: String,
        _ filter: (String) throws(DomainError) -> Filter
    ) throws(DomainError) -> Filter {
        switch operation {
        case .equal: return try filter(value)
        case .notEqual: return .not(try filter(value))
        case .isIn, .isNotIn:
            var any = Filter.none
            for word in FieldFilters.list(value).prefix(500) { any = any || (try filter(word)) }
            return operation == .isIn ? any : .not(any)
        default: throw refused(field, operation)
        }
    }

    private func text(
        _ field: String, _ column: String, _ operation: Operation, _ value: String
    ) throws(DomainError) -> Filter {
        guard !value.utf8.contains(0) else { throw .invalid(field, "\(field) holds the character U+0000") }
        switch operation {
        case .equal: return .equals(column, .text(value))
        case .notEqual: return .equals(column, .null) || .not(.equals(column, .text(value)))
        case .isIn: return .oneOf(column, FieldFilters.list(value).map { .text($0) })
        case .isNotIn:
            return .equals(column, .null) || .not(.oneOf(column, FieldFilters.list(value).map { .text($0) }))
        case .contains: return .text(column, .contains, value, .insensitive)
        case .containsNot: return .equals(column, .null) || .not(.text(column, .contains, value, .insensitive))
        case .startsWith: return .text(column, .startsWith, value, .insensitive)
        case .endsWith: return .text(column, .endsWith, value, .insensitive)
        case .greater, .greaterOrEqual, .less, .lessOrEqual, .isNull: throw refused(field, operation)
        }
    }

    private func compared(
        _ field: String, _ operation: Operation, _ value: String, _ convert: (String) -> Value?,
        _ place: (Value) -> (String, Value)
    ) throws(DomainError) -> Filter {
        func read(_ text: String) throws(DomainError) -> (String, Value) {
            guard let value = convert(text) else { throw .invalid(field, "\(field) cannot be compared with \(text)") }
            return place(value)
        }
        let sign: Filter.Comparison
        switch operation {
        case .greater: sign = .greater
        case .greaterOrEqual: sign = .greaterOrEqual
        case .less: sign = .less
        case .lessOrEqual: sign = .lessOrEqual
        case .equal, .notEqual, .isIn, .isNotIn:
            return try members(field, operation, value) { word throws(DomainError) in
                let (column, number) = try read(word)
                return .equals(column, number)
            }
        default: throw refused(field, operation)
        }
        let (column, number) = try read(value)
        return .compare(column, sign, number)
    }
}
