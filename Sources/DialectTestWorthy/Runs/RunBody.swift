import Engine
import Model
import Wire

/// What a body says about a run.
struct RunBody: Sendable {
    let name: String?
    private let description: Given<String>
    private let cases: [RowKey]?
    private let includesAll: Bool?
    private let suite: Given<RowKey>
    private let milestone: Given<RowKey>
    private let plan: Given<RowKey>
    private let environment: Given<String>
    private let assignee: Given<RowKey>
    private let start: Given<Int64>
    private let end: Given<Int64>
    private let status: String?

    init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
        var input = Input(object)
        let name = input.text("name", "title")
        if isNew || name.isGiven, let text = input.required("name", name) { input.checkLength("name", text, 1...1000) }
        self.name = name.value
        description = input.text("description")
        cases = input.keys("caseIds").value
        includesAll = input.bool("includeAll").value
        suite = input.key("suiteId")
        milestone = input.key("milestoneId")
        plan = input.key("planId")
        environment = input.text("environment")
        assignee = input.key("assignedTo")
        start = input.time("startDate")
        end = input.time("endDate")
        status = isNew ? nil : input.choice("status", ["In Progress", "Completed"]).value
        try input.finish()
    }

    private func values(project: Int64, in work: Writing) throws(DomainError) -> [String: Value] {
        var values: [String: Value] = [:]
        if let name { values["name"] = .text(name) }
        values.set(document: "note", description)
        values.set("folderId", try suite.own("RepositoryFolder", "suiteId", project: project, in: work))
        values.set("milestoneId", try milestone.own("Milestone", "milestoneId", project: project, in: work))
        values.set("testPlanId", try plan.own("TestPlan", "planId", project: project, in: work))
        values.set("environment", environment)
        values.set("assignedToId", try assignee.reference("User", "assignedTo", in: work))
        values.set("startDate", start)
        values.set("endDate", end)
        if let includesAll { values["includeAll"] = .bool(includesAll) }
        return values
    }

    private func named(project: Int64, in work: Reading) throws(DomainError) -> [Int64]? {
        guard let cases else { return nil }
        let ids = try work.ids("RepositoryCase", cases) { _ in "caseIds" }
        let own = Filter.oneOf("id", Set(ids).map { .int($0) }) && .equals("projectId", .int(project))
        guard try work.count("RepositoryCase", where: own) == Set(ids).count else {
            throw .invalid("caseIds", "caseIds names a case of another project")
        }
        return ids
    }

    func create(project: Int64, in work: Writing) throws(DomainError) -> Int64 {
        let values = try values(project: project, in: work)
        var members = try named(project: project, in: work)
        if members == nil {
            var chosen = Filter.all
            if let folder = values["folderId"]?.integer {
                chosen = .subtree(field: "folderId", parent: "parentId", root: folder)
            }
            members = try work.chosenCases(chosen, project: project)
        }
        return try work.createRun(
            project: project, values, members: (members ?? []).map { Writing.RunMember(caseId: $0) })
    }

    func update(_ row: Row, in work: Writing) throws(DomainError) {
        let project = row["projectId"].integer ?? 0
        var values = try values(project: project, in: work)
        let members = try named(project: project, in: work)
        // Reopening comes first, closing last, so that one request may do both halves of its work.
        let isCompleted = row.flag("isCompleted")
        if status == "In Progress", isCompleted {
            try work.update("TestRun", [Change(row.id, set: ["isCompleted": false, "closedById": .null])])
        }
        if let members {
            guard !isCompleted || status == "In Progress" else { throw .conflict("the test run is completed") }
            try work.setMembers(ofRun: row.id, members, keepingExecuted: false)
        }
        if status == "Completed", !isCompleted {
            values["isCompleted"] = true
            values["closedById"] = .int(work.caller.userId)
        }
        if !values.isEmpty { try work.update("TestRun", [Change(row.id, set: values)]) }
        if includesAll == true { try work.refreshSelection(ofRun: row.id) }
    }
}
