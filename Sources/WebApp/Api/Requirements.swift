import Engine
import HTTPTypes
import Model
import Wire

/// What must work and which cases show it: `/app/api/requirements`.
enum Requirements {
    static let routes: [Route] = [
        Endpoint.get("/projects/{project}/requirements", "requirements.list", list),
        Endpoint.change(.post, "/projects/{project}/requirements", "requirements.create", create),
        Endpoint.change(.put, "/requirements/{id}", "requirements.update", update),
        Endpoint.change(.delete, "/requirements/{id}", "requirements.delete") { order, work throws(DomainError) in
            let row = try work.row("Requirement", .id(try order.ask.id()), fields: ["id"])
            try work.delete("Requirement", ids: [row.id])
            return .nothing
        },
        Endpoint.change(.post, "/requirements/{id}/restore", "requirements.restore") {
            order, work throws(DomainError) in
            let id = try order.ask.id()
            try work.update("Requirement", [Change(id, set: ["isDeleted": false])])
            return try show(id, in: work)
        },
    ]

    private static let fields = [
        "id", "parentId", "name", "description", "number", "status", "priority", "externalKey", "externalUrl",
        "updatedAt",
    ]
    private static let live = Filter.equals("isDeleted", false)

    static let list: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        var filter = live && .equals("projectId", .int(project.id))
        for word in (ask.text("search") ?? "").split(separator: " ") {
            filter = filter && .text("name", .contains, String(word), .insensitive)
        }
        let page = try ask.page(default: 100)
        let rows = try work.find(
            Query("Requirement", where: filter, fields: fields, order: [.by("order"), .by("id")], page: page))
        let total = try work.count("Requirement", where: filter)
        let matrix = try Matrix(rows, in: work)
        let may = try May(project.id, in: work)
        return try Answer(capacity: 512 * rows.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.total, total)
                writer.put(.offset, page.offset)
                try writer.object(.project) { writer throws(DomainError) in
                    writer.put(.id, project.id)
                    writer.put(.key, Projects.key(project))
                    writer.put(.name, project["name"])
                }
                try writer.object(.can) { writer throws(DomainError) in writer.put(.edit, may.editCases) }
                try writer.array("requirements", rows) { writer, row throws(DomainError) in
                    try matrix.write(row, to: &writer)
                }
            }
        }
    }

    /// The cases and defects of requirements: a few statements for all.
    private struct Matrix {
        private let cases: [Int64: [Row]]
        private let issues: [Int64: [Int64]]
        private let untested: Int64?

        init(_ rows: [Row], in work: Reading) throws(DomainError) {
            let ids = rows.map(\.id)
            let links = try work.links(.requirement, ids, to: .testCase)
            issues = try work.links(.requirement, ids, to: .issue)
            let wanted = Set(links.values.joined()).sorted()
            var known: [Int64: Row] = [:]
            for row in try work.find(
                "RepositoryCase", wanted.map { .id($0) }, fields: ["id", "name", "lastStatusId"])
            {
                known[row.id] = row
            }
            var cases: [Int64: [Row]] = [:]
            for (id, list) in links { cases[id] = list.compactMap { known[$0] } }
            self.cases = cases
            untested = try work.statuses().untested?.id
        }

        func write(_ row: Row, to writer: inout JSONWriter) throws(DomainError) {
            let own = cases[row.id] ?? []
            try writer.object { writer throws(DomainError) in
                writer.put(.id, row.id)
                writer.put("parentId", row["parentId"])
                writer.put(.name, row["name"])
                writer.put(.description, row["description"])
                writer.put("status", row["status"])
                writer.put("key", row["externalKey"])
                writer.put(.url, row["externalUrl"])
                writer.put("issues", issues[row.id]?.count ?? 0)
                // [case, title, latest status]
                try writer.array(.cases, own) { writer, one throws(DomainError) in
                    writer.beginArray()
                    writer.value(one.id)
                    writer.value(one["name"])
                    writer.value(one["lastStatusId"].integer ?? untested)
                    writer.endArray()
                }
            }
        }
    }

    private static func show(_ id: Int64, status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        let row = try work.row("Requirement", .id(id), fields: fields)
        let matrix = try Matrix([row], in: work)
        return try Answer(status: status) { writer throws(DomainError) in try matrix.write(row, to: &writer) }
    }

    private static func values(_ order: Order) throws(DomainError) -> [String: Value] {
        var values: [String: Value] = [:]
        if order.has("name") { values["name"] = .text(try order.title("name")) }
        if order.has("description") { values["description"] = .text(try order.text("description")) }
        return values
    }

    private static func cover(_ order: Order, _ id: Int64, project: Int64, in work: Writing) throws(DomainError) {
        guard let cases = try order.ids("cases") else { return }
        let own = Filter.equals("projectId", .int(project)) && live && .oneOf("id", cases.map { .int($0) })
        guard try work.count("RepositoryCase", where: own) == Set(cases).count else {
            throw .invalid("cases", "a case is not of this project")
        }
        try work.changeLinks(.requirement, id, to: .testCase, cases, .replace)
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        _ = try order.title("name")
        var values = try values(order)
        values["projectId"] = .int(project.id)
        let id = try work.insert("Requirement", [Draft(values)])[0]
        try cover(order, id, project: project.id, in: work)
        return try show(id, status: 201, in: work)
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.row("Requirement", .id(try order.ask.id()))
        let values = try values(order)
        if !values.isEmpty { try work.update("Requirement", [Change(row.id, set: values)]) }
        try cover(order, row.id, project: row["projectId"].integer ?? 0, in: work)
        return try show(row.id, in: work)
    }
}
