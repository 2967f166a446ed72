import Engine
import Model

/// Shared and parametric content, and exploratory work.
enum Content {
    static let all = [sharedStep, sharedPrecondition, dataSet, exploration, explorationItem]

    private static let sharedStep = Resource(
        "shared_step", "SharedStep", "SharedStepItem",
        [
            .rich("step_detail", "step"), .rich("expected_result", "expectedResult"),
            Column.through("project_id", .reference, ["sharedStepGroup"], "projectId").writable(.once, required: true) {
                value, entry, _ in entry.values["projectId"] = value
            }, Parts.shifted("sequence", "order", by: 1, .writable), .constant("step_type_id", .integer, .null),
            Virtual.none,
        ], author: Author.above(["sharedStepGroup"], "createdById")
    ).ordered(by: "sharedStepGroupId", "order").with { resource in
        resource.scope = .related("sharedStepGroup", .some, .equals("isDeleted", false))
        resource.links = [.one("project"), .many("step", by: "shared_step_id")] + Link.related("label_assigned")
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                let project = try Parts.project(entry, work)
                let name = entry.body["step_detail"]?.string?.prefix(200).split(whereSeparator: \.isNewline).first
                let title = name.map { String($0) } ?? ""
                let isBlank = title.allSatisfy(\.isWhitespace)
                let draft = Draft(["name": .text(isBlank ? "Shared step" : title), "projectId": .int(project)])
                let group = try work.insert("SharedStepGroup", [draft])[0]
                var item = Draft(entry.merged(nil))
                item["projectId"] = nil
                item["sharedStepGroupId"] = .int(group)
                if item["order"] == nil { item["order"] = 0 }
                for field in ["step", "expectedResult"] where item[field]?.isNull != false {
                    item[field] = RichText.stored("")
                }
                made.append(Resource.Made(id: try work.insert("SharedStepItem", [item])[0]))
            }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            var values = entry.merged(old)
            for field in ["step", "expectedResult"] where values[field]?.isNull == true {
                values[field] = RichText.stored("")
            }
            try work.update("SharedStepItem", [Change(old.id, set: values)])
        }
        resource.delete = { id, work, _ throws(DomainError) in
            let row = try work.row("SharedStepItem", .id(id))
            let group = row["sharedStepGroupId"]
            let count = try work.count("SharedStepItem", where: .equals("sharedStepGroupId", group))
            if count > 1 {
                try work.delete("SharedStepItem", ids: [id])
            } else {
                try work.delete("SharedStepGroup", ids: [group.integer ?? 0])
            }
        }
    }

    private static let sharedPrecondition = Resource(
        "shared_precondition", "SharedPrecondition", "SharedPrecondition",
        [
            .field("precondition", .text, "precondition", .writable), Parts.projectColumn,
            .field("sequence", .integer, "order", .writable, null: false),
        ], author: Author.own("createdById")
    ).ordered(by: "order").with { resource in
        resource.links = [.one("project"), .many("test", by: "shared_precondition_id")]
    }

    private static let dataSet = Resource(
        "data_set", "DataSet", "DataSet",
        [
            .figure("schema", .object).writable { _, _, _ in }, .figure("data", .list).writable { _, _, _ in },
            Parts.projectColumn, .field("name", .text, "name", .writable, hidden: true),
        ], author: Author.own("createdById")
    ).with { resource in
        resource.links = [.one("project"), .many("test", by: "data_set_id")]
        resource.figures = { rows, work, _ throws(DomainError) in
            var data: [Int64: [JSON]] = [:]
            let filter = Filter.oneOf("dataSetId", rows.map { .int($0.id) })
            for row in try work.find(Query("DataSetRow", where: filter, order: [.by("order"), .by("id")])) {
                data[row["dataSetId"].integer ?? 0, default: []].append(Shape.parsed(row.text("values")))
            }
            var figures: [Int64: [String: JSON]] = [:]
            for row in rows {
                let columns: JSON = ["columns": Shape.parsed(row["columns"].string ?? "[]")]
                figures[row.id] = [
                    "schema": row["schema"].string.map { Shape.parsed($0) } ?? columns,
                    "data": .array(data[row.id] ?? []),
                ]
            }
            return figures
        }
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                var draft = Draft(try columns(entry))
                draft["projectId"] = .int(try Parts.project(entry, work))
                if let name = entry.values["name"] { draft["name"] = name }
                let id = try work.insert("DataSet", [draft])[0]
                try setRows(entry, id, work)
                made.append(Resource.Made(id: id))
            }
            return made
        }
        resource.update = { old, entry, work, _ throws(DomainError) in
            var values = entry.merged(old)
            for (field, value) in try columns(entry) { values[field] = value }
            try work.update("DataSet", [Change(old.id, set: values)])
            try setRows(entry, old.id, work)
        }
    }

    private static func columns(_ entry: Entry) throws(DomainError) -> [String: Value] {
        guard let schema = entry.body["schema"]?.object else { return [:] }
        guard let columns = schema["columns"]?.array, columns.allSatisfy({ $0.string != nil }), columns.count <= 200
        else { throw .invalid("schema", "The schema must be {\"columns\":[\"name\"]}.") }
        return ["schema": .text(JSON.object(schema).text), "columns": .text(JSON.array(columns).text)]
    }

    private static func setRows(_ entry: Entry, _ id: Int64, _ work: Writing) throws(DomainError) {
        guard let data = entry.body["data"]?.array else { return }
        guard data.count <= 10_000, data.allSatisfy({ $0.array != nil }) else {
            throw .invalid("data", "The data must be a list of at most 10000 rows, each a list.")
        }
        let known = try work.find(Query("DataSetRow", where: .equals("dataSetId", .int(id)), fields: ["id"]))
        try work.delete("DataSetRow", ids: known.map(\.id))
        var drafts: [Draft] = []
        for (order, row) in data.enumerated() {
            let texts = (row.array ?? []).map { JSON.string($0.string ?? ($0.isNull ? "" : $0.text)) }
            drafts.append(
                Draft(["dataSetId": .int(id), "order": .int(order), "values": .text(JSON.array(texts).text)]))
        }
        try work.insert("DataSetRow", drafts)
    }

    private static let exploration = Resource(
        "exploration", "Exploration", "Session",
        [
            .field("name", .text, "name", .writable, required: true), .rich("mission", "mission"), Parts.projectColumn,
            .field("milestone_id", .reference, "milestoneId", .writable),
            .field("assigned_to_tester", .reference, "assignedToId", .writable),
            .field("status_id", .reference, "statusId", .writable),
            .field("start_time", .time, "startedAt", .writable), .field("end_time", .time, "completedAt", .writable),
            .field("is_complete", .flag, "isCompleted", .writable, null: false), Virtual.none,
        ], author: Author.own("createdById")
    ).with { resource in
        resource.links =
            [
                .one("project"), .one("milestone"), .one("status"), .many("exploration_item", by: "exploration_id"),
                .one("user_assigned_to_tester", "user", "assigned_to_tester"),
            ] + Link.related("label_assigned", "comment", "attachment")
        resource.create = { entries, work, _ throws(DomainError) in
            var made: [Resource.Made] = []
            for entry in entries {
                var values = entry.merged(nil)
                if values["isCompleted"]?.boolean == true, values["completedAt"]?.isNull != false {
                    values["completedAt"] = .int(work.time)
                }
                let id = try work.createSession(project: try Parts.project(entry, work), values)
                made.append(Resource.Made(id: id))
            }
            return made
        }
    }

    private static let explorationItem = Resource(
        "exploration_item", "ExplorationItem", "SessionResult",
        [
            .field("exploration_id", .reference, "sessionId", .once, required: true),
            .through("project_id", .reference, ["session"], "projectId"),
            .field("sequence", .integer, "order", .writable, null: false),
            .field("elapsed", .number, "seconds", .writable), .rich("result", "resultData"),
            Parts.status("status_id", "statusId"),
            .field("assigned_to_tester", .reference, "assignedToId", .writable), Virtual.none,
        ], author: Author.own("createdById", updater: nil)
    ).ordered(by: "sessionId", "order").with { resource in
        resource.scope = .related("session", .some, .equals("isDeleted", false))
        resource.links = [.one("exploration"), .one("project"), .one("status")] + Link.related("attachment")
        resource.create = { entries, work, lens throws(DomainError) in
            var drafts: [Draft] = []
            for entry in entries {
                guard let session = try Parts.id(entry.body["exploration_id"], "Session", "exploration_id", work) else {
                    throw .invalid("exploration_id", "The exploration_id field is required.")
                }
                let row = try work.row("Session", .id(session), fields: ["id", "isCompleted"])
                guard !row.flag("isCompleted") else { throw .conflict("The exploration is completed.") }
                var draft = Draft(entry.merged(nil))
                draft["sessionId"] = .int(session)
                if draft["statusId"] == nil { draft["statusId"] = .int(lens.pending) }
                if let seconds = draft["seconds"]?.number, seconds >= 0, seconds < 1e12 {
                    draft["elapsed"] = .int(Int64(seconds.rounded(.up)))
                }
                if draft["order"] == nil {
                    let own = Filter.equals("sessionId", .int(session)) && .equals("isDeleted", false)
                    let added = drafts.filter { $0["sessionId"]?.integer == session }.count
                    draft["order"] = .int(try work.count("SessionResult", where: own) + added + 1)
                }
                drafts.append(draft)
            }
            return try work.insert("SessionResult", drafts).map { Resource.Made(id: $0) }
        }
    }
}
