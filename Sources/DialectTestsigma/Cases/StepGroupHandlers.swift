import Engine
import HTTPTypes
import Model
import Wire

/// `/projects/{p}/step_groups` (Testsigma API, Step groups): shared steps.
enum StepGroupHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let sorting = Listing.Sorting(
            Listing.Sorting.times.merging(["title": "name", "name": "name"]) { first, _ in first })
        let listing = try Listing(call, sorting)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let filters = FieldFilters([
                "title": .text("name"), "name": .text("name"), "description": .text("description"),
                "human_id": .human(prefix: project.text("key"), mark: "SG"),
                "project_id": .reference("projectId", entity: "Project"), "label_ids": .labels,
            ])
            var filter =
                Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
                && (try filters.filter(call, in: work))
            if let text = call.query["search"], !text.isEmpty {
                filter =
                    filter
                    && (.text("name", .contains, text, .insensitive)
                        || .text("description", .contains, text, .insensitive)
                        || Search.humanId(text, project.text("key"), mark: "SG"))
            }
            let page = try listing.page(Query("SharedStepGroup", where: filter), in: work)
            return page.reply("step_groups", try json(page.rows, project, in: work))
        }
    }

    private static func json(_ rows: [Row], _ project: Row, in work: Reading) throws(DomainError) -> [JSON] {
        var query = Query("SharedStepGroup", where: .oneOf("id", rows.map { .int($0.id) }))
        query.include = [
            Query.Include("tags", .rows(Query("Tag", where: .equals("isDeleted", false), order: [.by("name")]))),
            Query.Include("items", .rows(Query("SharedStepItem", order: [.by("order"), .by("id")]))),
        ]
        let tree = try work.tree(query)
        var found: [Int64: JSON] = [:]
        for index in 0..<tree.count {
            let row = tree.row(index)
            let tags = tree.related("tags", of: index)
            let steps = tree.related("items", of: index).enumerated().map { step($1, place: $0, of: row) }
            found[row.id] = [
                "id": .string(row.uid),
                "human_id": .of(row["number"].integer.map { "\(project.text("key"))-SG-\($0)" }),
                "title": .of(row["name"]), "description": .of(row["description"]), "project_id": .string(project.uid),
                "label_ids": .array(tags.map { .string($0.uid) }),
                "labels": .array(tags.map { LabelHandlers.json($0) }),
                "steps": .array(steps), "created_at": .ms(row["createdAt"]), "updated_at": .ms(row["updatedAt"]),
            ]
        }
        return rows.compactMap { found[$0.id] }
    }

    /// The vendor writes one name and reads the other: both are there.
    private static func step(_ row: Row, place: Int, of group: Row) -> JSON {
        let expected = JSON.string(RichText.plain(row["expectedResult"]))
        return [
            "id": .string(row.uid), "step_description": .string(RichText.plain(row["step"])),
            "expected_results": expected, "expected_result": expected, "order": .number(Double(place + 1)),
            "step_group_id": .string(group.uid), "created_at": .ms(row["createdAt"]),
            "updated_at": .ms(row["updatedAt"]),
        ]
    }

    private static func found(_ call: Call, in work: Reading) throws(DomainError) -> (project: Row, group: Row) {
        let project = try work.project(call)
        return (project, try work.row("SharedStepGroup", "g", call, of: project, mark: "SG"))
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let (project, group) = try found(call, in: work)
            return Envelope.one("step_group", try json([group], project, in: work)[0])
        }
    }

    /// What a body says about a group.
    private struct Body: Sendable {
        let title: Given<String>
        let description: Given<String>
        let labels: [String]?
        let steps: [StepGroupItem]?

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            title = input.title("title", isNew: isNew, limit: 500)
            description = input.text("description")
            labels = input.texts("label_ids").value
            var places: [(order: Double, item: StepGroupItem)] = []
            let given = input.array("steps")
            for (index, element) in (given.value ?? []).enumerated() {
                guard let object = element.object else {
                    input.fail("steps[\(index)]", "must be an object")
                    continue
                }
                var inner = Input(object, prefix: "steps[\(index)].")
                let action = inner.required("step_description", inner.text("step_description")) ?? ""
                let expected = inner.text("expected_result", "expected_results").value ?? ""
                var order = Double(index + 1)
                if let number = object["order"]?.double, number.isFinite { order = number }
                let key = object["id"]?.string.flatMap { RowKey($0) }
                places.append(
                    (
                        order,
                        StepGroupItem(
                            key: key, action: .string(HTMLText.safe(action)), expected: .string(HTMLText.safe(expected))
                        )
                    ))
                input.absorb(inner)
            }
            try input.finish()
            let sorted = places.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
            steps = given.isGiven ? sorted.map(\.element.item) : nil
        }

        var fields: [String: Value] {
            var fields: [String: Value] = [:]
            fields.set("name", title)
            fields.set("description", description)
            return fields
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.fields(), isNew: true)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let tags = try Labels.names(body.labels ?? [], in: work)
            let id = try work.createStepGroup(
                project: project.id, body.fields, items: body.steps ?? [], tags: tags)
            let row = try work.row("SharedStepGroup", .id(id))
            return Envelope.one("step_group", try json([row], project, in: work)[0])
        }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.fields(), isNew: false)
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let (project, group) = try found(call, in: work)
            try work.update("SharedStepGroup", [Change(group.id, set: body.fields)])
            if let steps = body.steps { try work.setItems(ofStepGroup: group.id, steps) }
            if let labels = body.labels {
                try work.setTags("SharedStepGroup", group.id, try Labels.names(labels, in: work))
            }
            let row = try work.row("SharedStepGroup", .id(group.id))
            return Envelope.one("step_group", try json([row], project, in: work)[0])
        }
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            try work.dissolveStepGroup(try found(call, in: work).group.id)
        }
        return Envelope.done
    }
}
