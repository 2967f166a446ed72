import Formats
import Model
import Statements
import Store

/// The cases of reported tests: found by folder and name, or made.
extension PlanRecorder {
    private struct Key: Hashable {
        let folder: Int64
        let name: String
    }

    func cases(_ batch: [PlanResult], _ places: [Int64]) throws(DomainError) -> ([Int64], Set<Int64>) {
        var known: [Key: Int64] = [:]
        let names = SQLText.list(Set(batch.map(\.name)).sorted().map { Value.text($0) })
        let inside = SQLText.list(Set(places).sorted().map { Value.int($0) })
        let found = try work.rows(
            """
            SELECT id, folder_id, name FROM repository_case WHERE folder_id IN (\(inside)) AND name IN (\(names))
            AND NOT is_deleted ORDER BY id DESC
            """)
        for row in found { known[Key(folder: row[1].integer ?? 0, name: row[2].string ?? "")] = row[0].integer }
        var missing: [Key] = []
        var seen: Set<Key> = []
        for (result, folder) in zip(batch, places) {
            let key = Key(folder: folder, name: result.name)
            if known[key] == nil, seen.insert(key).inserted { missing.append(key) }
        }
        try revive(&missing, &known)
        let fresh = try make(missing, &known)
        return (zip(batch, places).map { known[Key(folder: $1, name: $0.name)] ?? 0 }, fresh)
    }

    /// Cases of the same name and class that were deleted or moved keep their identity.
    private func revive(_ missing: inout [Key], _ known: inout [Key: Int64]) throws(DomainError) {
        guard !missing.isEmpty else { return }
        let names = SQLText.list(Set(missing.map(\.name)).sorted().map { Value.text($0) })
        let found = try work.rows(
            """
            SELECT id, name, class_name, is_deleted FROM repository_case
            WHERE project_id = \(Value.int(order.project)) AND name IN (\(names))
            AND source = \(Value.text(order.source))
            """)
        var rest: [Key] = []
        for key in missing {
            let path = folders.path(key.folder)
            guard let row = found.first(where: { $0[1].string == key.name && ($0[2].string ?? "") == path }),
                let id = row[0].integer
            else {
                rest.append(key)
                continue
            }
            known[key] = id
            guard row[3].boolean == true else { continue }
            let values: [String: Value] = ["isDeleted": false, "folderId": .int(key.folder)]
            try work.apply(work.schema["RepositoryCase"], [Change(id, set: values)])
            work.effects.refreshSearch("RepositoryCase", [id])
        }
        missing = rest
    }

    private func make(_ missing: [Key], _ known: inout [Key: Int64]) throws(DomainError) -> Set<Int64> {
        guard !missing.isEmpty else { return [] }
        let entity = work.schema["RepositoryCase"]
        try work.requireAdding(entity, to: order.project)
        var number = try work.numbers("RepositoryCase", in: order.project, count: missing.count)
        var rows: [[Value]] = []
        for key in missing {
            rows.append([
                .text(key.name), .text(folders.path(key.folder)), .int(number), .int(try folders.nextOrder(key.folder)),
                .text(order.source), true, "AUTOMATED", .int(order.project), .int(repository), .int(key.folder),
                .int(template), .int(state), .int(work.caller.userId),
            ])
            number += 1
        }
        let names = [
            "name", "className", "number", "order", "source", "automated", "automationStatus", "projectId",
            "repositoryId", "folderId", "templateId", "stateId", "creatorId",
        ]
        let ids = try work.store(entity, names, rows)
        for (key, id) in zip(missing, ids) { known[key] = id }
        let titles = zip(missing, ids).map { (id: $1, project: order.project, title: $0.name) }
        try SearchText.add("RepositoryCase", titles, in: work)
        try work.effects.imported("RepositoryCase", ids, project: order.project, in: work)
        outcome.casesMade += ids.count
        return Set(ids)
    }

    func joinPlan(_ cases: [Int64], _ places: [Int64]) throws(DomainError) {
        var rows: [[Value]] = []
        var seen: Set<Int64> = []
        for (id, folder) in zip(cases, places) where seen.insert(id).inserted {
            rows.append([.int(plan), .int(id), .int(folder), .int(id)])
        }
        let names = ["testPlanId", "repositoryCaseId", "folderId", "order"]
        try work.store(work.schema["TestPlanCase"], names, rows, onConflict: .skip)
    }

    /// The steps of each case in order; new cases get those that their tests report.
    func steps(
        _ batch: [PlanResult], _ cases: [Int64], _ fresh: Set<Int64>
    ) throws(DomainError) -> [Int64: [Int64]] {
        var drafts: [[Value]] = []
        var owners: [Int64] = []
        var seen: Set<Int64> = []
        for (result, id) in zip(batch, cases) where fresh.contains(id) && seen.insert(id).inserted {
            for (place, step) in result.steps.enumerated() {
                owners.append(id)
                drafts.append([
                    .int(id), .int(place), RichText.stored(.string(step.text)),
                    step.expected.map { RichText.stored(.string($0)) } ?? .null,
                ])
            }
        }
        var result: [Int64: [Int64]] = [:]
        let made = try work.store(
            work.schema["Step"], ["testCaseId", "order", "step", "expectedResult"], drafts)
        for (owner, step) in zip(owners, made) { result[owner, default: []].append(step) }
        for owner in Set(owners) { work.effects.caseChanged(owner) }
        let old = Set(cases).subtracting(fresh).sorted()
        for chunk in work.chunked(old) {
            let list = SQLText.list(chunk.map { Value.int($0) })
            let found = try work.rows(
                """
                SELECT test_case_id, id FROM step WHERE test_case_id IN (\(list)) AND NOT is_deleted
                ORDER BY test_case_id, "order", id
                """)
            for row in found { result[row[0].integer ?? 0, default: []].append(row[1].integer ?? 0) }
        }
        return result
    }
}
