public import Model
import Statements

/// A step of a shared group as it is written.
public struct StepGroupItem: Sendable {
    /// A step of the group that keeps its identity.
    public var key: RowKey?
    public var action: JSON
    public var expected: JSON

    public init(key: RowKey? = nil, action: JSON, expected: JSON = .string("")) {
        self.key = key
        self.action = action
        self.expected = expected
    }
}

extension Writing {
    /// Makes a group of shared steps.
    public func createStepGroup(
        project: Int64, _ fields: [String: Value], items: [StepGroupItem], tags: [String]
    ) throws(DomainError) -> Int64 {
        var draft = Draft(fields)
        draft["projectId"] = .int(project)
        let id = try insert("SharedStepGroup", [draft])[0]
        try setItems(ofStepGroup: id, items)
        if !tags.isEmpty { try setTags("SharedStepGroup", id, tags) }
        return id
    }

    /// Replaces the steps of a group; a step that names a known one keeps its row and so its results.
    public func setItems(ofStepGroup id: Int64, _ items: [StepGroupItem]) throws(DomainError) {
        guard items.count <= 1000 else { throw .invalid("steps", "a group has at most 1000 steps") }
        let known = try find(Query("SharedStepItem", where: .equals("sharedStepGroupId", .int(id))))
        var kept: Set<Int64> = []
        var drafts: [Draft] = []
        var changes: [Change] = []
        for (index, item) in items.enumerated() {
            let values: [String: Value] = [
                "order": .int(index + 1), "step": RichText.stored(item.action),
                "expectedResult": RichText.stored(item.expected),
            ]
            let row = known.first { row in
                switch item.key {
                case .id(let key): row.id == key
                case .uid(let key): row.uid == key
                case nil: false
                }
            }
            if let row, kept.insert(row.id).inserted {
                if !values.allSatisfy({ row[$0.key] == $0.value }) { changes.append(Change(row.id, set: values)) }
            } else {
                var draft = Draft(values)
                draft["sharedStepGroupId"] = .int(id)
                drafts.append(draft)
            }
        }
        try delete("SharedStepItem", ids: known.map(\.id).filter { !kept.contains($0) })
        try update("SharedStepItem", changes)
        try insert("SharedStepItem", drafts)
    }

    /// Deletes a group; where cases use it, its steps stay as steps of their own.
    public func dissolveStepGroup(_ id: Int64) throws(DomainError) {
        let users = try rows(
            """
            SELECT DISTINCT s.test_case_id FROM step AS s JOIN repository_case AS c ON c.id = s.test_case_id
            WHERE s.shared_step_group_id = \(Value.int(id)) AND NOT s.is_deleted
            """
        ).compactMap { $0[0].integer }
        let known = try expandedSteps(ofCases: users)
        for user in users.sorted() { try plainSteps(user, instead: id, known[user] ?? []) }
        try delete("SharedStepGroup", ids: [id])
    }

    /// Writes the steps of a case anew, those of one group as plain steps.
    private func plainSteps(_ owner: Int64, instead group: Int64, _ steps: [ExpandedStep]) throws(DomainError) {
        let placeholders = try find(
            Query(
                "Step",
                where: .equals("testCaseId", .int(owner)) && .equals("isDeleted", false)
                    && .equals("sharedStepGroupId", .int(group))))
        var order: Int64 = 0
        var moved: [Int64: Int64] = [:]
        var drafts: [Draft] = []
        for step in steps {
            if step.group == group {
                drafts.append(
                    Draft([
                        "testCaseId": .int(owner), "order": .int(order), "step": step.action,
                        "expectedResult": step.expected,
                    ]))
            } else if moved[step.step] != nil {
                continue
            } else {
                moved[step.step] = order
            }
            order += 1
        }
        try apply(schema["Step"], moved.map { Change($0.key, set: ["order": .int($0.value)]) })
        // Steps that results name are marked, not removed; the engine does it, whoever may delete the group may not
        // be allowed to change the cases.
        try apply(schema["Step"], placeholders.map { Change($0.id, set: ["isDeleted": true]) })
        try store(schema["Step"], drafts)
        effects.caseChanged(owner)
    }
}
