import Model
import Statements

/// Requirements form a tree inside one project; deleting one hands its children to its parent.
struct RequirementRules: RowRules {
    private static let depthLimit = 64

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for change in changes {
            guard let parent = change.values["parentId"]?.plain?.integer else { continue }
            var next: Int64? = parent
            var levels = 0
            while let above = next, levels <= RequirementRules.depthLimit {
                guard above != change.id else {
                    throw .invalid("parentId", "a requirement cannot be below itself")
                }
                levels += 1
                next = try work.value("SELECT parent_id FROM requirement WHERE id = \(Value.int(above))")?.integer
            }
        }
    }

    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        for id in old.keys.sorted() {
            guard let row = old[id] else { continue }
            let children = try work.rows("SELECT id FROM requirement WHERE parent_id = \(Value.int(id)) ORDER BY id")
            let changes = children.compactMap { $0[0].integer }.map { Change($0, set: ["parentId": row["parentId"]]) }
            try work.apply(work.schema["Requirement"], changes)
        }
    }
}
