import Engine
import Model

/// Tests: the cases of the core.
enum Tests {
    static let resource = Resource(
        "test", "Test", "RepositoryCase",
        [
            .field("name", .text, "name", .writable, required: true),
            Parts.listed("case_type_id", "typeId", "CASE_TYPE"), priority,
            .field("estimate", .integer, "estimate", .writable),
            .field("precondition", .text, "preconditions", .writable), Virtual.column, Parts.projectColumn,
            .field("assigned_to_tester", .reference, "assignedToId", .writable),
            .field("is_automated", .flag, "automated", .writable, null: false),
            .field("to_automate", .flag, "toAutomate", .writable, null: false), description,
            Parts.listed("test_quality_id", "qualityId", "TEST_QUALITY"),
            .attribute("state_mask", .integer, "attributes"),
            Parts.listed("test_type_id", "testTypeValueId", "TEST_TYPE"),
            .attribute("data_table", .object, "attributes"), .field("data_set_id", .reference, "dataSetId", .writable),
            .field("shared_precondition_id", .reference, "sharedPreconditionId", .writable),
            .field("suite_id", .reference, "folderId", .writable, null: false, hidden: true),
            .field("sequence_suite", .integer, "order", hidden: true),
            Column(
                name: "plan_id", shape: .reference, access: .readOnly, isHidden: true, show: { _, _ in .null },
                match: { wanted, _ in
                    .related("planCases", .some, Column.filter("testPlanId", .reference, wanted))
                }),
        ], author: Author.own("creatorId")
    ).with { resource in
        resource.links =
            [
                .one("project"), .one("case_type"), .one("case_priority"), .one("test_quality"), .one("test_type"),
                .one("data_set"), .one("shared_precondition"), .few("suite", "suite_id"), .many("step", by: "test_id"),
                .many("run_result", by: "test_id"), .many("plan_suite_test_include", by: "test_id"),
                .many("requirement_test", by: "test_id"),
                .one("user_assigned_to_tester", "user", "assigned_to_tester"),
            ] + Link.related("label_assigned", "comment", "attachment", "watch")
        resource.verbs = [.create, .update, .delete, .restore]
        resource.figures = { rows, work, lens throws(DomainError) in try figures(rows, work, lens) }
        resource.create = { entries, work, lens throws(DomainError) in try make(entries, work, lens) }
        resource.update = { old, entry, work, lens throws(DomainError) in
            var values = entry.merged(old)
            if let folder = values["folderId"], folder != old["folderId"] {
                guard let suite = try Parts.id(entry.body["suite_id"], "RepositoryFolder", "suite_id", work) else {
                    throw .invalid("suite_id", "The selected suite_id is invalid.")
                }
                values["folderId"] = .int(suite)
                if suite != old["folderId"].integer { values["order"] = .int(try work.nextCaseOrder(in: suite)) }
            }
            try work.update("RepositoryCase", [Change(old.id, set: values)])
            try work.setValues(old.id, try fields(entry, lens), try work.caseFields())
            try Virtual.store(entry, "RepositoryCase", old.id, work)
        }
    }

    /// The priority is an option of a case field; nothing chosen shows the default.
    private static let priority = Column(
        name: "case_priority_id", shape: .reference, access: .writable,
        match: { wanted, lens in
            guard let field = lens.priority else { return .none }
            let own = Filter.equals("fieldId", .int(field.id))
            var filter = Filter.none
            for item in wanted {
                guard case .value(.int(let id)) = item else { continue }
                filter = filter || .related("caseFieldValues", .some, own && .equals("value", .text(String(id))))
                if field.options.contains(where: { $0.id == id && $0.isDefault }) {
                    filter = filter || .related("caseFieldValues", .none, own)
                }
            }
            return filter
        }, store: { _, _, _ in })

    private static let description = Column(
        name: "description", shape: .text, access: .writable,
        match: { wanted, lens in
            guard let field = lens.description else { return .none }
            let own = Filter.equals("fieldId", .int(field.id))
            var filter = Filter.none
            for item in wanted {
                guard case .value(.text(let text)) = item else {
                    filter = filter || .related("caseFieldValues", .none, own)
                    continue
                }
                let stored = RichText.stored(.string(text)).string ?? ""
                filter =
                    filter
                    || .related("caseFieldValues", .some, own && .text("value", .equals, stored, .insensitive))
            }
            return filter
        }, store: { _, _, _ in })

    private static func figures(
        _ rows: [Row], _ work: Reading, _ lens: Lens
    ) throws(DomainError) -> [Int64: [String: JSON]] {
        let fields = [lens.priority?.id, lens.description?.id].compactMap { $0 }
        let owners = Filter.oneOf("testCaseId", rows.map { .int($0.id) })
        let values = try work.find(
            Query(
                "CaseFieldValue", where: owners && .oneOf("fieldId", fields.map { .int($0) }),
                fields: ["testCaseId", "fieldId", "value"]))
        let standard = lens.priority?.options.first { $0.isDefault } ?? lens.priority?.options.first
        let virtual = try Virtual.figures("RepositoryCase", rows, work) { $0["projectId"].integer }
        var figures: [Int64: [String: JSON]] = [:]
        for row in rows {
            figures[row.id] = [
                "case_priority_id": standard.map { .integer($0.id) } ?? .null, "virtual": virtual[row.id] ?? .null,
            ]
        }
        for value in values {
            guard let owner = value["testCaseId"].integer else { continue }
            if value["fieldId"].integer == lens.priority?.id {
                if let option = Int64(value.text("value")) { figures[owner]?["case_priority_id"] = .integer(option) }
            } else {
                figures[owner]?["description"] = .string(RichText.plain(value["value"]))
            }
        }
        return figures
    }

    /// Values of case fields that the API shows as columns.
    private static func fields(_ entry: Entry, _ lens: Lens) throws(DomainError) -> [(field: String, value: JSON)] {
        var values: [(field: String, value: JSON)] = []
        if let given = entry.body["case_priority_id"], let field = lens.priority {
            if given.isNull {
                values.append((field.systemName, .null))
            } else {
                guard let id = Shape.integer(given), field.options.contains(where: { $0.id == id }) else {
                    throw .invalid("case_priority_id", "The selected case_priority_id is invalid.")
                }
                values.append((field.systemName, .integer(id)))
            }
        }
        if let given = entry.body["description"], let field = lens.description {
            values.append((field.systemName, given))
        }
        return values
    }

    private static func make(
        _ entries: [Entry], _ work: Writing, _ lens: Lens
    ) throws(DomainError) -> [Resource.Made] {
        var inputs: [CaseInput] = []
        var projects: [Int64] = []
        var orders: [Int64: Int64] = [:]
        for entry in entries {
            let project = try Parts.project(entry, work)
            var input = CaseInput()
            input.fields = entry.merged(nil)
            input.fields["projectId"] = nil
            var folder = try work.rootFolder(project: project).folder
            if let suite = try Parts.id(entry.body["suite_id"], "RepositoryFolder", "suite_id", work) { folder = suite }
            let above = try work.row("RepositoryFolder", .id(folder), fields: ["id", "projectId", "repositoryId"])
            guard above["projectId"].integer == project else {
                throw .invalid("suite_id", "The suite_id belongs to another project.")
            }
            if orders[folder] == nil { orders[folder] = try work.nextCaseOrder(in: folder) }
            let order = orders[folder] ?? 1
            orders[folder] = order + 1
            input.fields["folderId"] = .int(folder)
            input.fields["repositoryId"] = above["repositoryId"]
            input.fields["order"] = .int(order)
            input.values = try fields(entry, lens)
            inputs.append(input)
            projects.append(project)
        }
        var made = [Resource.Made](repeating: Resource.Made(id: 0), count: entries.count)
        for project in Set(projects).sorted() {
            let places = projects.indices.filter { projects[$0] == project }
            let ids = try work.createCases(project: project, places.map { inputs[$0] })
            for (place, id) in zip(places, ids) {
                let order = inputs[place].fields["order"]?.integer ?? 1
                made[place] = Resource.Made(id: id, extras: [("sequence_suite", .integer(order))])
                try Virtual.store(entries[place], "RepositoryCase", id, work)
            }
        }
        return made
    }
}
