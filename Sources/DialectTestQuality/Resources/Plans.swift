import Engine
import Model

/// Plans and what is in them.
enum Plans {
    static let all = [plan, planSuite, include]

    private static let isLive = Filter.related("testPlan", .some, .equals("isDeleted", false))

    private static let plan = Resource(
        "plan", "Plan", "TestPlan",
        [
            Parts.projectColumn, .field("assigned_to_tester", .reference, "assignedToId", .writable), Virtual.none,
            .field("name", .text, "name", .writable, required: true),
            .field("description", .text, "description", .writable),
            .field("retain_runs", .integer, "retainRuns", .writable, null: false), .field("is_root", .flag, "isRoot"),
            .figure("analysis", .object), .field("purpose_id", .reference, "purposeId", .writable, hidden: true),
            // Attaches a suite, where the body or the path names one.
            Column(
                name: "suite_id", shape: .reference, access: .writable, isHidden: true, show: { _, _ in .null },
                match: { wanted, _ in .related("folders", .some, Column.filter("folderId", .reference, wanted)) },
                store: { _, _, _ in }),
        ], author: Author.own("createdById")
    ).with { resource in
        resource.completions = [.plans]
        resource.verbs = [.create, .update, .delete, .restore]
        resource.links =
            [
                .one("project"), .through("suite", "plan_suite", "plan_id", "suite_id"), .many("run", by: "plan_id"),
                .many("plan_suite_test_include", by: "plan_id"), .few("purpose", "purpose_id"),
                Link(
                    name: "test", target: "test",
                    kind: .through("plan_suite_test_include", here: "plan_id", there: "test_id"), isNested: false,
                    isShown: true),
                .many("plan_suite", by: "plan_id", nested: false),
            ] + Link.related("label_assigned", "comment", "attachment", "watch")
        resource.figures = { rows, work, _ throws(DomainError) in
            let ids = rows.map(\.id)
            let requirements = try work.planRequirements(ids)
            let defects = try work.planDefects(ids)
            var figures: [Int64: [String: JSON]] = [:]
            for id in ids {
                figures[id] = [
                    "analysis": [
                        "plan_id": .integer(id), "requirement_count": .integer(requirements[id] ?? 0),
                        "defect_count": .integer(defects[id] ?? 0),
                    ]
                ]
            }
            return figures
        }
        resource.create = { entries, work, _ throws(DomainError) in
            let ids = try work.insert("TestPlan", entries.map { Draft($0.merged(nil)) })
            for (id, entry) in zip(ids, entries) { try attach(entry, plan: id, work) }
            return ids.map { Resource.Made(id: $0) }
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            try work.update("TestPlan", [Change(old.id, set: entry.merged(old))])
            try attach(entry, plan: old.id, work)
        }
        resource.delete = { id, work, _ throws(DomainError) in try work.deletePlans([id]) }
    }

    /// `suite_id` with `plan_suite` attaches one suite, `suite` replaces all.
    private static func attach(_ entry: Entry, plan: Int64, _ work: Writing) throws(DomainError) {
        if let suite = try Parts.id(entry.body["suite_id"], "RepositoryFolder", "suite_id", work) {
            let place = try PlanPlace(entry.body["plan_suite"], work)
            try work.place(folder: suite, inPlan: plan, parent: place.parent, sequence: place.sequence)
        }
        guard let list = entry.body["suite"]?.array else { return }
        var wanted: [Int64] = []
        for element in list {
            guard let id = try Parts.id(element["id"] ?? element, "RepositoryFolder", "suite", work) else { continue }
            wanted.append(id)
        }
        let known = try work.find(Query("TestPlanFolder", where: .equals("testPlanId", .int(plan)))).compactMap {
            $0["folderId"].integer
        }
        for folder in known where !wanted.contains(folder) { try work.detach(folder: folder, fromPlan: plan) }
        for folder in wanted where !known.contains(folder) {
            try work.place(folder: folder, inPlan: plan, parent: nil, sequence: nil)
        }
    }

    private static let planSuite = Resource(
        "plan_suite", "PlanSuite", "TestPlanFolder",
        [
            .field("plan_id", .reference, "testPlanId", .once, required: true),
            .field("suite_id", .reference, "folderId", .once, required: true),
            .field("parent_id", .reference, "parentId", .writable),
            .field("sequence_plan", .integer, "sequence", .writable, null: false),
            .figure("hierarchy_level", .integer), .field("suite_offset", .integer, "offset"),
            .through("project_id", .reference, ["testPlan"], "projectId", hidden: true),
        ], author: Author.above(["testPlan"], "createdById")
    ).ordered(by: "sequence").with { resource in
        resource.scope = isLive
        resource.completions = [.plans]
        resource.links = [.one("plan"), .one("suite")]
        resource.figures = { rows, work, _ throws(DomainError) in
            let levels = try work.planLevels(rows.compactMap { $0["testPlanId"].integer })
            var figures: [Int64: [String: JSON]] = [:]
            for row in rows { figures[row.id] = ["hierarchy_level": .integer(levels[row.id] ?? 0)] }
            return figures
        }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                guard let plan = try Parts.id(entry.body["plan_id"], "TestPlan", "plan_id", work),
                    let suite = try Parts.id(entry.body["suite_id"], "RepositoryFolder", "suite_id", work)
                else { throw .invalid("plan_id", "plan_id and suite_id are required.") }
                let parent = try Parts.id(entry.body["parent_id"], "RepositoryFolder", "parent_id", work)
                let place = try work.place(
                    folder: suite, inPlan: plan, parent: parent, sequence: entry.values["sequence"]?.integer)
                made.append(Resource.Made(id: place.id))
            }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            var parent = old["parentId"].integer
            if entry.values["parentId"] != nil {
                parent = try Parts.id(entry.body["parent_id"], "RepositoryFolder", "parent_id", work)
            }
            try work.place(
                folder: old["folderId"].integer ?? 0, inPlan: old["testPlanId"].integer ?? 0, parent: parent,
                sequence: entry.values["sequence"]?.integer)
        }
        resource.delete = { id, work, _ throws(DomainError) in
            let row = try work.row("TestPlanFolder", .id(id))
            try work.detach(folder: row["folderId"].integer ?? 0, fromPlan: row["testPlanId"].integer ?? 0)
        }
    }

    private static let include = Resource(
        "plan_suite_test_include", "PlanSuiteTestInclude", "TestPlanCase",
        [
            .field("plan_id", .reference, "testPlanId", .once, required: true),
            .through("suite_id", .reference, ["repositoryCase"], "folderId"),
            .field("test_id", .reference, "repositoryCaseId", .once, required: true),
            .through("project_id", .reference, ["testPlan"], "projectId"),
        ], author: Author.above(["testPlan"], "createdById")
    ).with { resource in
        resource.scope = isLive && .related("repositoryCase", .some, .equals("isDeleted", false))
        resource.completions = [.plans]
        resource.links = [.one("plan"), .one("suite"), .one("test"), .one("project")]
        resource.verbs = [.create, .delete]
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                guard let plan = try Parts.id(entry.body["plan_id"], "TestPlan", "plan_id", work),
                    let test = try Parts.id(entry.body["test_id"], "RepositoryCase", "test_id", work)
                else { throw .invalid("test_id", "plan_id and test_id are required.") }
                let ids = try work.add(cases: [test], toPlan: plan)
                made += ids.map { Resource.Made(id: $0) }
            }
            return made
        }
        resource.delete = { id, work, _ throws(DomainError) in try work.removePlanCases([id]) }
    }
}

/// Where a suite goes in a plan: `{"parent_id":1,"sequence_plan":2}`.
struct PlanPlace {
    var parent: Int64?
    var sequence: Int64?
    var hasParent = false

    init(_ json: JSON?, _ work: Reading) throws(DomainError) {
        guard let object = json?.object else {
            if let json, !json.isNull { throw .invalid("plan_suite", "The plan_suite must be an object.") }
            return
        }
        hasParent = object["parent_id"] != nil
        parent = try Parts.id(object["parent_id"], "RepositoryFolder", "plan_suite.parent_id", work)
        if let given = object["sequence_plan"], !given.isNull {
            guard let number = Shape.integer(given), number >= 0, number < 1 << 40 else {
                throw .invalid("plan_suite.sequence_plan", "The sequence_plan must be an integer.")
            }
            sequence = number
        }
    }
}
