public import Model
import Statements
import Store

/// A case that is to stand in a run, once more if it stands there already.
public struct InstanceDraft: Sendable {
    public var run: Int64
    public var caseId: Int64
    /// Further columns of the run case.
    public var fields: [String: Value]

    public init(run: Int64, caseId: Int64, fields: [String: Value] = [:]) {
        self.run = run
        self.caseId = caseId
        self.fields = fields
    }
}

extension Writing {
    /// Puts cases into runs in the given order; a case that is there already comes in once more.
    public func addInstances(_ drafts: [InstanceDraft]) throws(DomainError) -> [Int64] {
        guard !drafts.isEmpty else { return [] }
        let runs = Set(drafts.map(\.run))
        try lockRows("TestRun", runs)
        let list = SQLText.list(runs.sorted().map { Value.int($0) })
        var present: Set<[Int64]> = []
        var orders: [Int64: Int64] = [:]
        let known = try rows(
            """
            SELECT test_run_id, repository_case_id, "order" FROM test_run_case WHERE test_run_id IN (\(list))
            """)
        for row in known {
            guard let run = row[0].integer, let owner = row[1].integer else { continue }
            present.insert([run, owner])
            orders[run] = max(orders[run] ?? 0, row[2].integer ?? 0)
        }
        var result: [Draft] = []
        for draft in drafts {
            let order = (orders[draft.run] ?? 0) + 1
            orders[draft.run] = order
            var row = Draft(draft.fields)
            row["testRunId"] = .int(draft.run)
            row["repositoryCaseId"] = .int(draft.caseId)
            row["order"] = .int(order)
            row["isRepeat"] = .bool(!present.insert([draft.run, draft.caseId]).inserted)
            result.append(row)
        }
        return try insert("TestRunCase", result)
    }

    /// Gives run cases numbers that were never used in their run.
    func numberInstances(_ drafts: inout [Draft]) throws(DomainError) {
        var places: [Int64: [Int]] = [:]
        for index in drafts.indices where drafts[index]["number"]?.isNull != false {
            if let run = drafts[index]["testRunId"]?.integer { places[run, default: []].append(index) }
        }
        for run in places.keys.sorted() {
            let indexes = places[run] ?? []
            var number = try instanceNumbers(run: run, count: indexes.count)
            for index in indexes {
                drafts[index]["number"] = .int(number)
                number += 1
            }
        }
    }

    /// The first of `count` numbers for cases of a run.
    func instanceNumbers(run: Int64, count: Int) throws(DomainError) -> Int64 {
        let end = try value(
            """
            UPDATE test_run SET case_counter = case_counter + \(Value.int(count)) WHERE id = \(Value.int(run))
            RETURNING case_counter
            """)
        return (end?.integer ?? Int64(count)) - Int64(count) + 1
    }

    /// A new run with the cases of another in the same order, nothing executed; `fields` win over what is copied.
    public func cloneRun(_ source: Row, _ fields: [String: Value]) throws(DomainError) -> Int64 {
        var values: [String: Value] = [:]
        let copied = [
            "note", "docs", "configId", "milestoneId", "assignedToId", "assignedGroupId", "priorityLabel",
            "versionLabel", "environment", "plannedExecution", "folderId",
        ]
        for name in copied where !source[name].isNull { values[name] = source[name] }
        for (name, value) in fields { values[name] = value }
        guard let project = source["projectId"].integer else { throw .fault("a run without a project") }
        let run = try createRun(project: project, values, members: [])
        let members = try find(
            Query(
                "TestRunCase",
                where: .equals("testRunId", .int(source.id))
                    && .related("repositoryCase", .some, .equals("isDeleted", false)),
                fields: ["repositoryCaseId", "parameters", "dataSetRow"],
                order: [.by("order"), .by("id")]))
        var drafts: [InstanceDraft] = []
        for member in members {
            guard let owner = member["repositoryCaseId"].integer else { continue }
            drafts.append(
                InstanceDraft(
                    run: run, caseId: owner,
                    fields: ["parameters": member["parameters"], "dataSetRow": member["dataSetRow"]]))
        }
        _ = try addInstances(drafts)
        return run
    }
}
