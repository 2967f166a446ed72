import Engine
import Model

/// Steps of tests; where a step stands for a shared one, it shows the shared text.
enum Steps {
    static let resource = Resource(
        "step", "Step", "Step",
        [
            .field("test_id", .reference, "testCaseId", .once, required: true), text("step"),
            text("expected_result", field: "expectedResult"), Virtual.none,
            .through("project_id", .reference, ["testCase"], "projectId"),
            Parts.shifted("sequence", "order", by: 1, .writable),
            .field("step_type_id", .integer, "stepType", .writable), shared,
        ], author: Author.above(["testCase"], "creatorId")
    ).ordered(by: "testCaseId", "order").with { resource in
        resource.scope = .related("testCase", .some, .equals("isDeleted", false))
        resource.links =
            [.one("test"), .one("project"), .one("shared_step"), .many("run_result_step", by: "step_id")]
            + Link.related("label_assigned", "comment")
        resource.figures = { rows, work, _ throws(DomainError) in try figures(rows, work) }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries { made.append(try make(entry, work)) }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            var values = entry.merged(old)
            try takeShared(entry, &values, work)
            if let order = values["order"]?.integer, order != old["order"].integer {
                guard order >= 0 else { throw .invalid("sequence", "The sequence must be at least 1.") }
                try work.makeRoom(forStepAt: order, of: old["testCaseId"].integer ?? 0, except: old.id)
            }
            try work.update("Step", [Change(old.id, set: values)])
        }
        resource.delete = { id, work, _ throws(DomainError) in try work.removeStep(id) }
    }

    private static func text(_ name: String, field: String? = nil) -> Column {
        let rich = Column.rich(name, field ?? name)
        return Column(
            name: name, shape: .text, access: .writable, match: rich.match, order: rich.order, field: rich.field,
            store: rich.store)
    }

    private static let shared = Column(
        name: "shared_step_id", shape: .reference, access: .writable,
        match: { wanted, _ in
            var filter = Filter.related(
                "sharedStepGroup", .some, .related("items", .some, Column.filter("id", .reference, wanted)))
            if wanted.contains(.null) { filter = filter || .equals("sharedStepGroupId", .null) }
            return filter
        }, store: { _, _, _ in })

    private static func figures(_ rows: [Row], _ work: Reading) throws(DomainError) -> [Int64: [String: JSON]] {
        let groups = Set(rows.compactMap { $0["sharedStepGroupId"].integer })
        var items: [Int64: [Row]] = [:]
        if !groups.isEmpty {
            let filter = Filter.oneOf("sharedStepGroupId", groups.sorted().map { .int($0) })
            for item in try work.find(Query("SharedStepItem", where: filter, order: [.by("order"), .by("id")])) {
                items[item["sharedStepGroupId"].integer ?? 0, default: []].append(item)
            }
        }
        func shown(_ value: Value) -> JSON { value.isNull ? .null : .string(RichText.plain(value)) }
        var figures: [Int64: [String: JSON]] = [:]
        for row in rows {
            guard let group = row["sharedStepGroupId"].integer, let own = items[group], let first = own.first else {
                figures[row.id] = [
                    "step": shown(row["step"]), "expected_result": shown(row["expectedResult"]),
                    "shared_step_id": .null,
                ]
                continue
            }
            figures[row.id] = [
                "step": .string(own.map { RichText.plain($0["step"]) }.joined(separator: "\n")),
                "expected_result": .string(own.map { RichText.plain($0["expectedResult"]) }.joined(separator: "\n")),
                "shared_step_id": .integer(first.id),
            ]
        }
        return figures
    }

    private static func takeShared(
        _ entry: Entry, _ values: inout [String: Value], _ work: Writing
    ) throws(DomainError) {
        guard let given = entry.body["shared_step_id"] else { return }
        guard let item = try Parts.id(given, "SharedStepItem", "shared_step_id", work) else {
            values["sharedStepGroupId"] = .null
            return
        }
        values["sharedStepGroupId"] = try work.row("SharedStepItem", .id(item))["sharedStepGroupId"]
    }

    private static func make(_ entry: Entry, _ work: Writing) throws(DomainError) -> Resource.Made {
        guard let test = try Parts.id(entry.body["test_id"], "RepositoryCase", "test_id", work) else {
            throw .invalid("test_id", "The test_id field is required.")
        }
        let owner = try work.row("RepositoryCase", .id(test), fields: ["id", "projectId"])
        if let project = try Parts.id(entry.body["project_id"], "Project", "project_id", work),
            project != owner["projectId"].integer
        {
            throw .invalid("project_id", "The test belongs to another project.")
        }
        var values = entry.merged(nil)
        try takeShared(entry, &values, work)
        values["testCaseId"] = .int(test)
        if let order = values["order"]?.integer {
            guard order >= 0 else { throw .invalid("sequence", "The sequence must be at least 1.") }
            try work.makeRoom(forStepAt: order, of: test)
        } else {
            values["order"] = .int(try work.nextStepOrder(of: test))
        }
        return Resource.Made(id: try work.insert("Step", [Draft(values)])[0])
    }
}
