import Model
import Statements

extension Writing {
    /// Turns UUIDs in reference fields into row ids and checks that the caller may see what is referred to.
    func resolveReferences(_ drafts: inout [Draft], _ entity: EntityType) throws(DomainError) {
        for field in entity.fields {
            guard let target = field.target else { continue }
            let given = drafts.compactMap { $0[field.name] }
            guard let ids = try resolved(given, field, target) else { continue }
            for index in drafts.indices {
                guard case .text(let uid) = drafts[index][field.name] ?? .null else { continue }
                drafts[index][field.name] = .int(ids[uid])
            }
        }
    }

    func resolveReferences(_ changes: inout [Change], _ entity: EntityType) throws(DomainError) {
        for field in entity.fields {
            guard let target = field.target else { continue }
            let given = changes.compactMap { $0.values[field.name]?.plain }
            guard let ids = try resolved(given, field, target) else { continue }
            for index in changes.indices {
                guard case .set(.text(let uid)) = changes[index].values[field.name] else { continue }
                changes[index].values[field.name] = .set(.int(ids[uid]))
            }
        }
    }

    /// The ids of the UUIDs among the values; `nil` when there is nothing to look at.
    private func resolved(
        _ values: [Value], _ field: Field, _ target: String
    ) throws(DomainError) -> [String: Int64]? {
        var ids: Set<Int64> = []
        var uids: Set<String> = []
        for value in values {
            switch value {
            case .int(let id): ids.insert(id)
            case .text(let uid): uids.insert(uid)
            case .null, .bool, .double, .bytes: continue
            }
        }
        if ids.isEmpty, uids.isEmpty { return nil }
        // The caller's own row and, for the server itself, every id is known to be there.
        if caller.isSystem, uids.isEmpty { return nil }
        if target == "User", uids.isEmpty, ids == caller.userId.map({ [$0] }) { return nil }
        var known: [String: Int64] = [:]
        var found: Set<Int64> = []
        let keys = ids.map { RowKey.id($0) } + uids.map { RowKey.uid($0) }
        for row in try find(target, keys, fields: ["id", "uid"], deleted: .shown) {
            known[row.uid] = row.id
            found.insert(row.id)
        }
        guard ids.isSubset(of: found), uids.allSatisfy({ known[$0] != nil }) else {
            throw DomainError(
                .missingReference, "\(field.name) names no \(target)",
                issues: [Issue(field: field.name, message: "\(field.name) names no \(target)")], entity: target,
                fields: [field.name])
        }
        return known
    }
}
