public import Engine
public import Model

extension Call {
    /// The row that a placeholder of the path names; what cannot be an id is not found.
    public func key(_ name: String, _ entity: String) throws(DomainError) -> RowKey {
        guard let key = RowKey(parameter(name)) else { throw .notFound(entity) }
        return key
    }

    /// A required item of the query.
    public func needed(_ name: String) throws(DomainError) -> String {
        guard let text = query[name], !text.isEmpty else { throw .invalid(name, "\(name) is required") }
        return text
    }

    /// An item of the query that names a row; `nil` when it is not there.
    public func queryKey(_ name: String) throws(DomainError) -> RowKey? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard let key = RowKey(text) else { throw .invalid(name, "\(name) must be an id") }
        return key
    }

    /// An item of the query that is true or false; `nil` when it is not there.
    public func queryFlag(_ name: String) throws(DomainError) -> Bool? {
        guard let text = query[name], !text.isEmpty else { return nil }
        switch text {
        case "true", "1": return true
        case "false", "0": return false
        default: throw .invalid(name, "\(name) must be true or false")
        }
    }
}

extension Reading {
    /// The row that a body or a query names; `.invalid` for the field when the caller cannot see one.
    public func named(
        _ entity: String, _ key: RowKey, by field: String, fields: [String] = ["id", "uid"]
    ) throws(DomainError) -> Row {
        guard let row = try find(entity, [key], fields: fields).first else {
            throw .invalid(field, "\(field) names no \(entity)")
        }
        return row
    }

    /// The ids behind the keys of a list, in its order; `.invalid` for the first element that names nothing.
    public func ids(_ entity: String, _ keys: [RowKey], by field: (Int) -> String) throws(DomainError) -> [Int64] {
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
