import Engine
import HTTPTypes
import Model
import Wire

/// Filters that people keep, for themselves or for the project: `/app/api/projects/{project}/views`.
enum SavedViews {
    static let routes: [Route] = [
        Endpoint.get("/projects/{project}/views", "views.list", list),
        Endpoint.change(.post, "/projects/{project}/views", "views.create", create),
        Endpoint.change(.put, "/views/{id}", "views.update", update),
        Endpoint.change(.delete, "/views/{id}", "views.delete") { order, work throws(DomainError) in
            let row = try own(order.ask, in: work)
            try work.delete("SavedView", ids: [row.id])
            return .nothing
        },
    ]

    private static let entity = "RepositoryCase"
    private static let memberNames = ["q", "folder", "sort"]

    static let list: Endpoint.Read = { ask, work throws(DomainError) in
        try show(try Projects.project(ask, in: work).id, in: work)
    }

    private static func show(_ project: Int64, status: Int = 200, in work: Reading) throws(DomainError) -> Answer {
        let mine = Filter.equals("isShared", true) || .equals("ownerId", .int(work.caller.userId ?? 0))
        let rows = try work.find(
            Query(
                "SavedView", where: .equals("projectId", .int(project)) && .equals("entity", .text(entity)) && mine,
                order: [.by("order"), .by("name"), .by("id")], page: .init(limit: 200)))
        // Other products keep their own kind of condition there.
        let views = rows.filter { condition($0) != nil }
        return try Answer(status: status) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array("views", views) { writer, row throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, row.id)
                        writer.put(.name, row["name"])
                        writer.put("isShared", flag: row["isShared"])
                        writer.put("isOwn", row["ownerId"].integer == work.caller.userId)
                        for name in memberNames { writer.put(JSONKey(name), condition(row)?[name]?.string) }
                    }
                }
            }
        }
    }

    /// The condition as the browser keeps it: the members of the list's address.
    private static func condition(_ row: Row) -> JSONObject? {
        guard let text = row["filter"].string else { return nil }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)["web"]?.object
        } catch {
            return nil
        }
    }

    private static func own(_ ask: Ask, in work: Reading) throws(DomainError) -> Row {
        let row = try work.row("SavedView", .id(try ask.id()))
        guard row["ownerId"].integer == work.caller.userId || work.caller.isAdministrator else {
            throw .forbidden("this view belongs to somebody else")
        }
        return row
    }

    private static func values(_ order: Order) throws(DomainError) -> [String: Value] {
        var values: [String: Value] = [:]
        if order.has("name") { values["name"] = .text(try order.title("name")) }
        if let isShared = try order.flag("isShared") { values["isShared"] = .bool(isShared) }
        if memberNames.contains(where: { order.has($0) }) {
            var members = JSONObject()
            for name in memberNames {
                if let text = try order.text(name), !text.isEmpty { members[name] = .string(String(text.prefix(2000))) }
            }
            values["filter"] = .text(JSON.members([("web", .object(members))]).text)
        }
        return values
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        _ = try order.title("name")
        var values = try values(order)
        if values["filter"] == nil { values["filter"] = "{\"web\":{}}" }
        values["projectId"] = .int(project.id)
        values["entity"] = .text(entity)
        try work.insert("SavedView", [Draft(values)])
        return try show(project.id, status: 201, in: work)
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try own(order.ask, in: work)
        try work.update("SavedView", [Change(row.id, set: try values(order))])
        return try show(row["projectId"].integer ?? 0, in: work)
    }
}
