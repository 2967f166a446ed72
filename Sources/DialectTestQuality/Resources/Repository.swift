import Engine
import Model

/// Folders, tests and their steps.
enum Repository {
    static let all = [suite, suiteTest, Tests.resource, Steps.resource]

    /// The root folder under the name that the server gave it.
    private static let name = Column(
        name: "name", shape: .text, access: .writable, isRequired: true, takesNull: false,
        show: { row, _ in
            let name = row.text("name")
            return .string(row.flag("isRoot") && name == "Root Folder" ? "Default" : name)
        },
        match: { wanted, _ in
            var filter = Column.filter("name", .text, wanted)
            let isDefault = wanted.contains { item in
                guard case .value(.text(let text)) = item else { return false }
                return text.lowercased() == "default"
            }
            if isDefault { filter = filter || (.equals("isRoot", true) && .equals("name", "Root Folder")) }
            return filter
        }, order: .field("name"), field: "name", store: { value, entry, _ in entry.values["name"] = value })

    private static let suite = Resource(
        "suite", "Suite", "RepositoryFolder",
        [
            name, .rich("description", "docs"), Parts.projectColumn, Virtual.none,
            .field("assigned_to_tester", .reference, "assignedToId", .writable), .field("is_root", .flag, "isRoot"),
            // Attaches the suite, where the body or the path names a plan.
            Column(
                name: "plan_id", shape: .reference, access: .writable, isHidden: true, show: { _, _ in .null },
                match: { wanted, _ in
                    .related("planFolders", .some, Column.filter("testPlanId", .reference, wanted))
                }, store: { _, _, _ in }),
        ], author: Author.own("creatorId")
    ).with { resource in
        resource.links =
            [
                .one("project"), .many("test", by: "suite_id"), .through("plan", "plan_suite", "suite_id", "plan_id"),
                .many("run_result", by: "suite_id"), .many("plan_suite_test_include", by: "suite_id"),
                .many("plan_suite", by: "suite_id", nested: false),
            ] + Link.related("label_assigned", "comment", "watch")
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries { made.append(try make(entry, work)) }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in try change(old, entry, work) }
        resource.delete = { id, work, _ throws(DomainError) in try work.deleteFolders([id]) }
        resource.verbs = [.create, .update, .delete, .restore]
    }

    private static func make(_ entry: Entry, _ work: Writing) throws(DomainError) -> Resource.Made {
        let project = try Parts.project(entry, work)
        let root = try work.rootFolder(project: project)
        let rootPlan = try work.requireRootPlan(of: project)
        let plan = try Parts.id(entry.body["plan_id"], "TestPlan", "plan_id", work) ?? rootPlan
        let place = try PlanPlace(entry.body["plan_suite"], work)
        let parent = place.parent ?? root.folder
        let above = try work.row("RepositoryFolder", .id(parent), fields: ["id", "projectId", "repositoryId"])
        guard above["projectId"].integer == project else {
            throw .invalid("plan_suite.parent_id", "The parent_id belongs to another project.")
        }
        let order =
            try plan == rootPlan && place.sequence != nil
            ? place.sequence : work.nextPlace(inPlan: rootPlan, below: parent)
        var draft = Draft(entry.merged(nil))
        draft["projectId"] = .int(project)
        draft["repositoryId"] = above["repositoryId"]
        draft["parentId"] = .int(parent)
        draft["order"] = .int(order)
        let id = try work.insert("RepositoryFolder", [draft])[0]
        var sequence = try work.place(folder: id, inPlan: rootPlan, parent: parent, sequence: order).sequence
        if plan != rootPlan {
            sequence = try work.place(
                folder: id, inPlan: plan, parent: place.parent == root.folder ? nil : place.parent,
                sequence: place.sequence
            ).sequence
        }
        return Resource.Made(id: id, extras: [("sequence_plan", .integer(sequence))])
    }

    private static func change(_ old: Row, _ entry: Entry, _ work: Writing) throws(DomainError) {
        guard let project = old["projectId"].integer else { throw .notFound("Suite") }
        let values = entry.merged(old)
        if let plan = try Parts.id(entry.body["plan_id"], "TestPlan", "plan_id", work) {
            let rootPlan = try work.requireRootPlan(of: project)
            let place = try PlanPlace(entry.body["plan_suite"], work)
            var parent = place.parent
            if plan == rootPlan {
                guard !old.flag("isRoot") else { throw .conflict("The root suite cannot be moved.") }
                if parent == nil { parent = try work.rootFolder(project: project).folder }
                if !place.hasParent { parent = old["parentId"].integer }
            } else if !place.hasParent {
                parent = try work.first(
                    Query(
                        "TestPlanFolder",
                        where: .equals("testPlanId", .int(plan)) && .equals("folderId", .int(old.id))))?["parentId"]
                    .integer
            }
            try work.place(folder: old.id, inPlan: plan, parent: parent, sequence: place.sequence, with: values)
        } else {
            try work.update("RepositoryFolder", [Change(old.id, set: values)])
        }
        try replacePlans(old.id, project, entry, work)
    }

    /// `plan` replaces the plans that the suite is in; the root plan keeps it.
    private static func replacePlans(
        _ id: Int64, _ project: Int64, _ entry: Entry, _ work: Writing
    ) throws(DomainError) {
        guard let list = entry.body["plan"]?.array else { return }
        var wanted: Set<Int64> = []
        for element in list {
            if let plan = try Parts.id(element["id"] ?? element, "TestPlan", "plan", work) { wanted.insert(plan) }
        }
        let rootPlan = try work.requireRootPlan(of: project)
        wanted.remove(rootPlan)
        var known: Set<Int64> = []
        for row in try work.find(Query("TestPlanFolder", where: .equals("folderId", .int(id)))) {
            if let plan = row["testPlanId"].integer, plan != rootPlan { known.insert(plan) }
        }
        for plan in known.subtracting(wanted).sorted() { try work.detach(folder: id, fromPlan: plan) }
        for plan in wanted.subtracting(known).sorted() {
            try work.place(folder: id, inPlan: plan, parent: nil, sequence: nil)
        }
    }

    private static let suiteTest = Resource(
        "suite_test", "SuiteTest", "RepositoryCase",
        [
            .field("suite_id", .reference, "folderId", .writable, required: true),
            .field("test_id", .reference, "id", .writable, required: true),
            .field("sequence_suite", .integer, "order", .writable, null: false),
            .field("project_id", .reference, "projectId", hidden: true),
        ], author: Author.own("creatorId")
    ).ordered(by: "order").with { resource in
        resource.links = [.one("suite"), .one("test")]
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                guard let suite = try Parts.id(entry.body["suite_id"], "RepositoryFolder", "suite_id", work),
                    let test = try Parts.id(entry.body["test_id"], "RepositoryCase", "test_id", work)
                else { throw .invalid("test_id", "suite_id and test_id are required.") }
                var order = entry.values["order"]?.integer
                if order == nil { order = try work.nextCaseOrder(in: suite) }
                let values: [String: Value] = ["folderId": .int(suite), "order": .int(order)]
                try work.update("RepositoryCase", [Change(test, set: values)])
                made.append(Resource.Made(id: test))
            }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            var values = entry.values
            values["id"] = nil
            try work.update("RepositoryCase", [Change(old.id, set: values)])
        }
    }
}
