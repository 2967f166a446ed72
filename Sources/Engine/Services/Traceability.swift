public import Model
import Statements

/// One end of a link between what must work, what shows it and what does not.
public enum LinkEnd: String, Sendable, Hashable, CaseIterable {
    case testCase = "RepositoryCase"
    case requirement = "Requirement"
    case issue = "Issue"
    case milestone = "Milestone"
    case run = "TestRun"
    case stepResult = "TestRunStepResult"

    /// Pairs `here` and `there` of linked rows; `nil` where two ends have no link.
    func pairs(_ other: LinkEnd) -> SQLText? {
        switch (self, other) {
        case (.testCase, .requirement):
            "SELECT repository_case_id AS here, requirement_id AS there FROM requirement_coverage"
        case (.testCase, .issue):
            """
            SELECT repository_case_id AS here, issue_id AS there FROM repository_case_issue
            UNION SELECT rc.repository_case_id, i.issue_id FROM test_run_step_result_issue AS i
            JOIN test_run_step_result AS s ON s.id = i.test_run_step_result_id AND NOT s.is_deleted
            JOIN test_run_result AS r ON r.id = s.test_run_result_id AND NOT r.is_deleted
            JOIN test_run_case AS rc ON rc.id = r.test_run_case_id
            """
        case (.testCase, .run): "SELECT repository_case_id AS here, test_run_id AS there FROM test_run_case"
        case (.requirement, .issue): "SELECT requirement_id AS here, issue_id AS there FROM requirement_issue"
        case (.requirement, .milestone):
            "SELECT requirement_id AS here, milestone_id AS there FROM requirement_milestone"
        case (.requirement, .requirement):
            """
            SELECT parent_id AS here, id AS there FROM requirement WHERE parent_id IS NOT NULL
            UNION SELECT id, parent_id FROM requirement WHERE parent_id IS NOT NULL
            """
        case (.issue, .milestone): "SELECT issue_id AS here, milestone_id AS there FROM milestone_issue"
        case (.issue, .issue):
            """
            SELECT issue_id AS here, related_issue_id AS there FROM issue_relation
            UNION SELECT related_issue_id, issue_id FROM issue_relation
            """
        case (.milestone, .run):
            "SELECT milestone_id AS here, id AS there FROM test_run WHERE milestone_id IS NOT NULL"
        case (.stepResult, .issue):
            "SELECT test_run_step_result_id AS here, issue_id AS there FROM test_run_step_result_issue"
        case (.requirement, .testCase), (.issue, .testCase), (.run, .testCase), (.issue, .requirement),
            (.milestone, .requirement), (.milestone, .issue), (.run, .milestone), (.issue, .stepResult):
            other.pairs(self).map { "SELECT pair.there AS here, pair.here AS there FROM (\($0)) AS pair" }
        case (.testCase, _), (.run, _), (.requirement, _), (.issue, _), (.milestone, _), (.stepResult, _): nil
        }
    }

    /// The many-to-many relation that keeps the links.
    fileprivate func relation(to other: LinkEnd) -> String? {
        switch (self, other) {
        case (.requirement, .issue), (.milestone, .issue), (.stepResult, .issue), (.testCase, .issue): "issues"
        case (.requirement, .milestone), (.issue, .milestone): "milestones"
        case (.issue, .requirement), (.milestone, .requirement): "requirements"
        case (.issue, .issue): "relatedIssues"
        default: nil
        }
    }
}

/// How a set of links is to change.
public enum LinkChange: Sendable, Hashable { case add, remove, replace }

extension Reading {
    /// For each row the live rows that are linked to it, ascending.
    public func links(_ end: LinkEnd, _ ids: [Int64], to other: LinkEnd) throws(DomainError) -> [Int64: [Int64]] {
        guard !ids.isEmpty, let pairs = end.pairs(other) else { return [:] }
        let target = schema[other.rawValue]
        let filter = try visible(other.rawValue) && .equals("isDeleted", false)
        let found = try rows(
            """
            SELECT DISTINCT p.here, p.there FROM (\(pairs)) AS p JOIN \(name: target.table) AS t ON t.id = p.there
            WHERE p.here IN (\(SQLText.list(ids.map { Value.int($0) })))
            AND \(try condition(filter, on: other.rawValue)) ORDER BY p.here, p.there
            """)
        var result: [Int64: [Int64]] = [:]
        for row in found {
            guard let here = row[0].integer, let there = row[1].integer else { continue }
            result[here, default: []].append(there)
        }
        return result
    }
}

extension Writing {
    /// Changes the links of a row; all of `others` must be live rows of its project.
    public func changeLinks(
        _ end: LinkEnd, _ id: Int64, to other: LinkEnd, _ others: [Int64], _ change: LinkChange
    ) throws(DomainError) {
        if end == other, change != .remove, others.contains(id) {
            throw .invalid("data", "a thing cannot be linked to itself")
        }
        let present = Set(try links(end, [id], to: other)[id] ?? [])
        let wanted = Set(others)
        var added: Set<Int64> = []
        var removed: Set<Int64> = []
        if change != .remove { added = wanted.subtracting(present) }
        if change == .remove { removed = wanted.intersection(present) }
        if change == .replace { removed = present.subtracting(wanted) }
        try requireUpdatable(end.rawValue, [id])
        try add(end, id, other, added.sorted())
        try remove(end, id, other, removed.sorted())
    }

    private func add(_ end: LinkEnd, _ id: Int64, _ other: LinkEnd, _ ids: [Int64]) throws(DomainError) {
        guard !ids.isEmpty else { return }
        guard let relation = end.relation(to: other) else {
            let drafts = ids.map { there -> Draft in
                let isCase = end == .testCase
                return Draft([
                    "repositoryCaseId": .int(isCase ? id : there), "requirementId": .int(isCase ? there : id),
                ])
            }
            try insert("RequirementCoverage", drafts)
            return
        }
        try link(end.rawValue, id, relation, ids)
        if end == other { for there in ids { try link(end.rawValue, there, relation, [id]) } }
    }

    private func remove(_ end: LinkEnd, _ id: Int64, _ other: LinkEnd, _ ids: [Int64]) throws(DomainError) {
        guard !ids.isEmpty else { return }
        guard let relation = end.relation(to: other) else {
            let here = end == .testCase ? "repositoryCaseId" : "requirementId"
            let there = end == .testCase ? "requirementId" : "repositoryCaseId"
            let rows = try find(
                Query(
                    "RequirementCoverage",
                    where: .equals(here, .int(id)) && .oneOf(there, ids.map { .int($0) }), fields: ["id"]))
            try delete("RequirementCoverage", ids: rows.map(\.id))
            return
        }
        try unlink(end.rawValue, id, relation, ids)
        if end == other { for there in ids { try unlink(end.rawValue, there, relation, [id]) } }
    }
}
