import Model
import Statements

/// Closing and re-opening of what has a state: the time and a final state are set unless given.
enum Closing {
    /// The columns that completing or re-opening adds to each change.
    static func complete(
        _ old: [Int64: Row], _ changes: inout [Change], scope: String?, _ work: Writing
    ) throws(DomainError) {
        for index in changes.indices {
            guard let isCompleted = changes[index].values["isCompleted"]?.plain?.boolean else { continue }
            let was = old[changes[index].id]?.flag("isCompleted") == true
            if isCompleted == was { continue }
            if changes[index].values["completedAt"] == nil {
                changes[index].values["completedAt"] = .set(isCompleted ? .int(work.time) : .null)
            }
            guard let scope, changes[index].values["stateId"] == nil,
                let project = old[changes[index].id]?["projectId"].integer
            else { continue }
            let kind = isCompleted ? "DONE" : "IN_PROGRESS"
            if let state = try state(scope: scope, kind: kind, project: project, work) {
                changes[index].values["stateId"] = .set(.int(state))
            }
        }
    }

    /// The first enabled state of a kind that is assigned to the project, else any of that kind.
    static func state(scope: String, kind: String, project: Int64, _ work: Reading) throws(DomainError) -> Int64? {
        let row = try work.rows(
            """
            SELECT w.id FROM workflow AS w LEFT JOIN project_workflow_assignment AS a
            ON a.workflow_id = w.id AND a.project_id = \(Value.int(project))
            WHERE w.scope = \(Value.text(scope)) AND w.workflow_type = \(Value.text(kind))
            AND w.is_enabled AND NOT w.is_deleted
            ORDER BY CASE WHEN a.id IS NULL THEN 1 ELSE 0 END, w."order", w.id LIMIT 1
            """
        ).first
        return row?.first?.integer
    }
}

/// Test runs: a completed run takes no results.
struct TestRunRules: RowRules {
    func afterInsert(_ ids: [Int64], _ drafts: [Draft], _ work: Writing) throws(DomainError) {
        var runs: [(run: Int64, project: Int64)] = []
        for (id, draft) in zip(ids, drafts) {
            if let project = draft["projectId"]?.integer { runs.append((id, project)) }
        }
        try work.addReports(runs: runs, projects: [])
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        try Closing.complete(old, &changes, scope: "RUNS", work)
    }

    /// The results of a deleted run count no more, those of a restored one again.
    func afterUpdate(_ old: [Int64: Row], _ changes: [Change], _ work: Writing) throws(DomainError) {
        try summarise(changes.filter { $0.values["isDeleted"] != nil }.map(\.id), work)
    }

    func afterDelete(_ old: [Int64: Row], _ work: Writing) throws(DomainError) {
        try summarise(Array(old.keys), work)
    }

    private func summarise(_ runs: [Int64], _ work: Writing) throws(DomainError) {
        for chunk in work.chunked(runs.sorted()) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            let cases = try work.rows(
                "SELECT DISTINCT repository_case_id FROM test_run_case WHERE test_run_id IN (\(list)) ORDER BY 1")
            for part in work.chunked(cases.compactMap { $0[0].integer }) { try Results.summarise(part, work) }
        }
    }
}

/// Exploratory sessions.
struct SessionRules: RowRules {
    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        try Closing.complete(old, &changes, scope: "SESSIONS", work)
    }
}

/// Milestones form a tree inside one project.
struct MilestoneRules: RowRules {
    func beforeInsert(_ drafts: inout [Draft], _ work: Writing) throws(DomainError) {
        for index in drafts.indices {
            guard let parent = drafts[index]["parentId"]?.integer, drafts[index]["rootId"]?.isNull != false else {
                continue
            }
            drafts[index]["rootId"] = .int(try root(parent, work))
        }
    }

    /// The top of the tree that a milestone stands in.
    private func root(_ milestone: Int64, _ work: Writing) throws(DomainError) -> Int64 {
        try work.value("SELECT root_id FROM milestone WHERE id = \(Value.int(milestone))")?.integer ?? milestone
    }

    func beforeUpdate(_ old: [Int64: Row], _ changes: inout [Change], _ work: Writing) throws(DomainError) {
        for index in changes.indices {
            if let parent = changes[index].values["parentId"]?.plain?.integer {
                try refuseCycle(changes[index].id, parent, work)
            }
            guard let isStarted = changes[index].values["isStarted"]?.plain?.boolean, isStarted,
                changes[index].values["startedAt"] == nil, old[changes[index].id]?["startedAt"].isNull == true
            else { continue }
            changes[index].values["startedAt"] = .set(.int(work.time))
        }
        try Closing.complete(old, &changes, scope: nil, work)
    }

    private func refuseCycle(_ id: Int64, _ parent: Int64, _ work: Writing) throws(DomainError) {
        var next: Int64? = parent
        var levels = 0
        while let milestone = next, levels < 64 {
            guard milestone != id else { throw .invalid("parentId", "a milestone cannot be inside itself") }
            levels += 1
            next = try work.value("SELECT parent_id FROM milestone WHERE id = \(Value.int(milestone))")?.integer
        }
    }
}
