import Model
import Statements

/// Links between cases: of one project, never to the case itself, and dependencies without a circle.
struct CaseLinkRules: RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        for draft in drafts {
            guard let from = draft["caseAId"]?.integer, let to = draft["caseBId"]?.integer else { continue }
            try check(from, to, draft["type"]?.string, work)
        }
    }

    /// A link that was removed comes back.
    func standing(_ drafts: [Draft], _ work: Writing) throws(DomainError) -> [Int: Int64] {
        var result: [Int: Int64] = [:]
        for (index, draft) in drafts.enumerated() {
            let known = try work.value(
                """
                SELECT id FROM repository_case_link WHERE case_a_id = \(draft["caseAId"] ?? .null)
                AND case_b_id = \(draft["caseBId"] ?? .null) AND type = \(draft["type"] ?? .null) AND is_deleted
                """)
            if let id = known?.integer { result[index] = id }
        }
        return result
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for change in changes {
            guard let row = old[change.id] else { continue }
            let isTouched = ["caseAId", "caseBId", "type"].contains { change.values[$0] != nil }
            let isRevived = row.flag("isDeleted") && change.values["isDeleted"]?.plain?.boolean == false
            guard isTouched || isRevived,
                let from = (change.values["caseAId"]?.plain ?? row["caseAId"]).integer,
                let to = (change.values["caseBId"]?.plain ?? row["caseBId"]).integer
            else { continue }
            try check(from, to, (change.values["type"]?.plain ?? row["type"]).string, work)
        }
    }

    private func check(_ from: Int64, _ to: Int64, _ type: String?, _ work: Writing) throws(DomainError) {
        guard from != to else { throw .invalid("caseBId", "a case cannot be linked to itself") }
        let projects = try work.projects(of: work.schema["RepositoryCase"], [from, to])
        guard projects[from] == projects[to] else {
            throw .invalid("caseBId", "cases of different projects cannot be linked")
        }
        guard type == "DEPENDS_ON" else { return }
        let circle = try work.value(
            """
            WITH RECURSIVE needed(id) AS (SELECT \(Value.int(to)) UNION
            SELECT link.case_b_id FROM repository_case_link AS link JOIN needed ON link.case_a_id = needed.id
            WHERE link.type = 'DEPENDS_ON' AND NOT link.is_deleted)
            SELECT id FROM needed WHERE id = \(Value.int(from))
            """)
        if circle != nil { throw .invalid("caseBId", "the dependency would close a circle") }
    }
}
