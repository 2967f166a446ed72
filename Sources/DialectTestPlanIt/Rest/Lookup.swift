import Engine
import Model
import Wire

extension Call {
    /// The row that a placeholder of the path names; what cannot be an id is not found.
    func key(_ name: String, _ entity: String) throws(DomainError) -> RowKey {
        guard let key = RowKey(parameter(name)) else { throw .notFound(entity) }
        return key
    }

    /// A required item of the query.
    func needed(_ name: String) throws(DomainError) -> String {
        guard let text = query[name], !text.isEmpty else { throw .invalid(name, "\(name) is required") }
        return text
    }

    /// An item of the query that names a row; `nil` when it is not there.
    func queryKey(_ name: String) throws(DomainError) -> RowKey? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard let key = RowKey(text) else { throw .invalid(name, "\(name) must be an id") }
        return key
    }

    func queryFlag(_ name: String) throws(DomainError) -> Bool? {
        guard let text = query[name], !text.isEmpty else { return nil }
        switch text {
        case "true", "1": return true
        case "false", "0": return false
        default: throw .invalid(name, "\(name) must be true or false")
        }
    }
}

extension Reading {
    /// The id of the live project that the query of a list must name; `.notFound` when the caller cannot read it.
    func projectOfQuery(_ call: Call) throws(DomainError) -> Row {
        guard let key = RowKey(try call.needed("projectId")) else { throw .notFound("Project") }
        return try row("Project", key, fields: ["id", "uid"])
    }

    /// The row that a body or a query names; `.invalid` for the field when the caller cannot see one.
    func named(
        _ entity: String, _ key: RowKey, by field: String, fields: [String] = ["id", "uid"]
    ) throws(DomainError) -> Row {
        guard let row = try find(entity, [key], fields: fields).first else {
            throw .invalid(field, "\(field) names no \(entity)")
        }
        return row
    }

    /// The ids behind the keys of a list, in its order; `.invalid` for the first element that names nothing.
    func ids(_ entity: String, _ keys: [RowKey], by field: (Int) -> String) throws(DomainError) -> [Int64] {
        guard !keys.isEmpty else { return [] }
        var byId: Set<Int64> = []
        var byUid: [String: Int64] = [:]
        for row in try find(entity, keys, fields: ["id", "uid"]) {
            byId.insert(row.id)
            byUid[row.uid] = row.id
        }
        var result: [Int64] = []
        var issues: [Issue] = []
        for (index, key) in keys.enumerated() {
            let found: Int64?
            switch key {
            case .id(let id): found = byId.contains(id) ? id : nil
            case .uid(let uid): found = byUid[uid]
            }
            if let found {
                result.append(found)
            } else {
                issues.append(Issue(field: field(index), message: "\(field(index)) names no \(entity)"))
            }
        }
        if !issues.isEmpty { throw .invalid(issues) }
        return result
    }
}

extension Given where Wrapped == RowKey {
    /// The assignment of a reference field: nothing, null or the id of the row.
    func reference(_ entity: String, _ field: String, in work: Reading) throws(DomainError) -> Given<Int64> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let key): .value(try work.named(entity, key, by: field).id)
        }
    }
}

extension Dictionary where Key == String, Value == Model.Value {
    /// Sets the field when the body said something about it.
    mutating func set<T: Sendable>(_ field: String, _ given: Given<T>, _ convert: (T) -> Model.Value) {
        switch given {
        case .absent: return
        case .null: self[field] = .null
        case .value(let value): self[field] = convert(value)
        }
    }

    mutating func set(_ field: String, _ given: Given<String>) { set(field, given) { .text($0) } }
    mutating func set(_ field: String, _ given: Given<Int64>) { set(field, given) { .int($0) } }
    mutating func set(_ field: String, _ given: Given<Bool>) { set(field, given) { .bool($0) } }
}
