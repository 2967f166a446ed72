import Engine
import HTTPTypes
import Model
import Wire

/// Goals in time: `/app/api/milestones`.
enum Milestones {
    static let routes: [Route] = [
        Endpoint.get("/projects/{project}/milestones", "milestones.list", list),
        Endpoint.change(.post, "/projects/{project}/milestones", "milestones.create", create),
        Endpoint.get("/milestones/{id}", "milestones.get", get),
        Endpoint.change(.put, "/milestones/{id}", "milestones.update", current: get, update),
        Endpoint.change(.delete, "/milestones/{id}", "milestones.delete") { order, work throws(DomainError) in
            let row = try work.row("Milestone", .id(try order.ask.id()), fields: ["id"])
            try work.delete("Milestone", ids: [row.id])
            return .nothing
        },
        Endpoint.change(.post, "/milestones/{id}/restore", "milestones.restore") { order, work throws(DomainError) in
            let id = try order.ask.id()
            try work.update("Milestone", [Change(id, set: ["isDeleted": false])])
            return try show(id, in: work)
        },
    ]

    private static let type = Query.Include("milestoneType", .rows(Query("MilestoneType", fields: ["id", "name"])))

    static let list: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        let filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
        let tree = try work.tree(
            Query(
                "Milestone", where: filter, include: [type],
                order: [.by("isCompleted"), Query.Order(.field("dueDate"), nulls: .last), .by("id")],
                page: .init(limit: 500)))
        let figures = try work.figures(ofMilestones: tree.ids)
        let types = try work.find(
            Query("MilestoneType", where: .equals("isDeleted", false), fields: ["id", "name"], order: [.by("id")]))
        let may = try mayEdit(project.id, in: work)
        return try Answer(capacity: 300 * tree.count + 256) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project.id)
                    writer.put(.key, Projects.key(project))
                    writer.put(.name, project["name"])
                }
                try writer.object(.can) { writer throws(DomainError) in writer.put(.edit, may.edit) }
                try writer.array("types", types) { writer, row throws(DomainError) in
                    writer.put(id: row["id"], name: row["name"])
                }
                try writer.array(.milestones, 0..<tree.count) { writer, index throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        let row = tree.row(index)
                        writeHead(row, tree.related("milestoneType", of: index).first, to: &writer)
                        writer.put(.counts, counts: figures[row.id]?.counts ?? StatusCounts())
                        writer.put(.runs, figures[row.id]?.runs ?? 0)
                    }
                }
            }
        }
    }

    private static func writeHead(_ row: Row, _ type: Row?, to writer: inout JSONWriter) {
        writer.put(.id, row.id)
        writer.put("parentId", row["parentId"])
        writer.put(.name, row["name"])
        writer.put(.type, type?["name"] ?? .null)
        writer.put("typeId", row["milestoneTypesId"])
        writer.put(.note, rich: row["note"])
        writer.put(.startAt, row["startDate"])
        writer.put(.dueAt, row["dueDate"])
        writer.put(.isStarted, flag: row["isStarted"])
        writer.put(.isCompleted, flag: row["isCompleted"])
        writer.put(.completedAt, row["completedAt"])
    }

    private static func mayEdit(_ project: Int64, in work: Reading) throws(DomainError) -> (edit: Bool, delete: Bool) {
        let rights = try work.grants().rights(in: project) ?? .readOnly
        let changes = !work.caller.isReadOnly
        return (changes && rights.allows(.addEdit, in: .milestones), changes && rights.allows(.delete, in: .milestones))
    }

    static let get: Endpoint.Read = { ask, work throws(DomainError) in try show(try ask.id(), in: work) }

    private static func show(_ id: Int64, status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        let live = Filter.equals("isDeleted", false)
        let tree = try work.tree(Query("Milestone", where: .equals("id", .int(id)) && live, include: [type]))
        guard let row = tree.first else { throw .notFound("Milestone") }
        let projectId = row["projectId"].integer ?? 0
        let project = try work.row("Project", .id(projectId), fields: ["id", "key", "name"])
        let mine = Filter.equals("milestoneId", .int(id)) && live
        let runs = try RunRows(
            Query(
                "TestRun", where: mine,
                order: [.by("isCompleted"), .by("createdAt", .descending), .by("id", .descending)],
                page: .init(limit: 200)),
            in: work)
        let sessions = try work.find(
            Query(
                "Session", where: mine, fields: ["id", "name", "isCompleted", "elapsed", "estimate"],
                order: [.by("createdAt", .descending)], page: .init(limit: 100)))
        let figures = try work.figures(ofMilestones: [id])[id]
        let days = try work.burnDown(ofMilestone: id, until: row["completedAt"].integer)
        let types = try work.find(
            Query("MilestoneType", where: live, fields: ["id", "name"], order: [.by("id")]))
        let may = try mayEdit(projectId, in: work)
        return try Answer(capacity: 4096, status: status, version: row["epoch"].integer) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writeHead(row, tree.related("milestoneType", of: 0).first, to: &writer)
                writer.put(.counts, counts: figures?.counts ?? StatusCounts())
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project.id)
                    writer.put(.key, Projects.key(project))
                    writer.put(.name, project["name"])
                }
                try writer.array("types", types) { writer, row throws(DomainError) in
                    writer.put(id: row["id"], name: row["name"])
                }
                try writer.array(.runs, 0..<runs.count) { writer, index throws(DomainError) in
                    try writer.object { writer throws(DomainError) in runs.write(index, to: &writer) }
                }
                try writer.array("sessions", sessions) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, row.id)
                        writer.put(.name, row["name"])
                        writer.put(.isCompleted, flag: row["isCompleted"])
                        writer.put(.elapsed, row["elapsed"].integer ?? 0)
                        writer.put(.estimate, row["estimate"])
                    }
                }
                // [day, tests in all, tests done] at the end of each day
                try writer.array(.days, days) { writer, day throws(DomainError) in
                    writer.beginArray()
                    writer.value(Timestamp.day(day.day))
                    writer.value(day.total)
                    writer.value(day.done)
                    writer.endArray()
                }
                writer.key(.forecast)
                writeForecast(days, now: work.now, isCompleted: row.flag("isCompleted"), to: &writer)
                try writer.object(.can) { writer throws(DomainError) in
                    writer.put(.edit, may.edit)
                    writer.put(.delete, may.delete)
                }
            }
        }
    }

    /// When the rest will be done at the speed of the last two weeks; null without speed or without a rest.
    private static func writeForecast(_ days: [BurnDay], now: Int64, isCompleted: Bool, to writer: inout JSONWriter) {
        let recent = days.suffix(15)
        guard !isCompleted, let last = days.last, let first = recent.first, recent.count > 1, last.total > last.done,
            last.done > first.done
        else { return writer.null() }
        let speed = Double(last.done - first.done) / Double(recent.count - 1)
        let left = (Double(last.total - last.done) / speed).rounded(.up)
        writer.beginObject()
        writer.put("perDay", .double(speed))
        writer.put("remaining", last.total - last.done)
        writer.put("finishAt", left < 3650 ? now + Int64(left) * Timestamp.millisecondsPerDay : nil)
        writer.endObject()
    }

    private static func values(_ order: Order, project: Int64, in work: Reading) throws(DomainError) -> [String: Value]
    {
        var values: [String: Value] = [:]
        if order.has("name") { values["name"] = .text(try order.title("name")) }
        if order.has("note") {
            let text = try order.text("note") ?? ""
            values["note"] = text.isEmpty ? .null : RichText.stored(.string(text))
        }
        for (name, field) in [("startAt", "startDate"), ("dueAt", "dueDate")] where order.has(name) {
            values[field] = .int(try order.integer(name))
        }
        if let type = try order.integer("typeId") {
            guard try !work.find("MilestoneType", [.id(type)], fields: ["id"]).isEmpty else {
                throw .invalid("typeId", "there is no such type")
            }
            values["milestoneTypesId"] = .int(type)
        }
        if order.has("parentId") {
            let parent = try order.integer("parentId")
            if let parent {
                let row = try work.find("Milestone", [.id(parent)], fields: ["id", "projectId"]).first
                guard row?["projectId"].integer == project else {
                    throw .invalid("parentId", "there is no such milestone")
                }
            }
            values["parentId"] = .int(parent)
        }
        if let flag = try order.flag("isStarted") { values["isStarted"] = .bool(flag) }
        if let flag = try order.flag("isCompleted") { values["isCompleted"] = .bool(flag) }
        return values
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        _ = try order.title("name")
        let values = try values(order, project: project.id, in: work)
        return try show(try work.createMilestone(project: project.id, values), status: 201, in: work)
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.row("Milestone", .id(try order.ask.id()))
        try order.check(version: row["epoch"].integer ?? 0)
        let values = try values(order, project: row["projectId"].integer ?? 0, in: work)
        try work.update("Milestone", [Change(row.id, set: values)])
        return .nothing
    }
}
