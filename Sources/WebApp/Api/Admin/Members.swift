import Engine
import HTTPTypes
import Model
import Wire

/// Who may do what in a project: `/app/api/projects/{project}/members`.
enum Members {
    static let routes: [Route] = [
        Endpoint.get("/projects/{project}/members", "members.list", list),
        Endpoint.change(.put, "/projects/{project}/members/{id}", "members.set", set),
        Endpoint.change(.delete, "/projects/{project}/members/{id}", "members.remove", remove),
        Endpoint.change(.put, "/projects/{project}/access", "members.access", setDefault),
    ]

    private static let kinds = ["NO_ACCESS", "GLOBAL_ROLE", "SPECIFIC_ROLE"]

    /// The project of the path, which the caller must be allowed to change.
    private static func project(_ ask: Ask, in work: Reading) throws(DomainError) -> Row {
        let row = try Projects.project(ask, in: work)
        guard try work.may(.update, "Project", project: row.id) else {
            throw .forbidden("only administrators of the project see its members")
        }
        return row
    }

    static let list: Endpoint.Read = { ask, work throws(DomainError) in try show(try project(ask, in: work), in: work) }

    private static func show(_ project: Row, in work: Reading) throws(DomainError) -> Answer {
        let row = try work.row("Project", .id(project.id))
        let own = Filter.equals("projectId", .int(row.id))
        let rules = try work.find(Query("UserProjectPermission", where: own))
        let assigned = try work.find(Query("ProjectAssignment", where: own))
        let people = try work.find(
            Query(
                "User", where: .equals("isDeleted", false),
                fields: ["id", "uid", "name", "email", "access", "isActive", "roleId"],
                order: [.by("name"), .by("id")], page: .init(limit: 5000)))
        let roles = try AdminUsers.roleRows(in: work)
        var rule: [Int64: Row] = [:]
        for one in rules { rule[one["userId"].integer ?? 0] = one }
        let listed = Set(assigned.compactMap { $0["userId"].integer }).union(rule.keys)
        return try Answer(capacity: 4096) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.object(.project) { writer throws(DomainError) in
                    Projects.writeHead(row, to: &writer)
                    writer.put("defaultAccess", row["defaultAccessType"])
                    writer.put("defaultRoleId", row["defaultRoleId"])
                    writer.put(.epoch, row["epoch"])
                }
                try writer.array("roles", roles) { writer, role throws(DomainError) in
                    writer.put(id: role["id"], name: role["name"])
                }
                try writer.array("members", people.filter { listed.contains($0.id) }) {
                    writer, person throws(DomainError) in
                    try writer.object { writer throws(DomainError) in
                        writer.put(.id, person.uid)
                        writer.put(.name, person["name"])
                        writer.put(.email, person["email"])
                        let kind = rule[person.id]?.text("accessType") ?? "DEFAULT"
                        writer.put("accessType", kind == "DEFAULT" ? "GLOBAL_ROLE" : kind)
                        writer.put("roleId", rule[person.id]?["roleId"] ?? .null)
                        writer.put("isCreator", person.id == row["createdBy"].integer)
                    }
                }
                try writer.array(.people, people.filter { !listed.contains($0.id) && $0.flag("isActive") }) {
                    writer, person throws(DomainError) in
                    writer.put(id: person["uid"], name: person["name"])
                }
            }
        }
    }

    private static func person(_ order: Order, in work: Reading) throws(DomainError) -> Row {
        guard let key = RowKey(order.ask.parameter("id")), let row = try work.find("User", [key], fields: ["id"]).first
        else { throw .notFound("User") }
        return row
    }

    private static func role(_ order: Order, in work: Reading) throws(DomainError) -> Int64 {
        guard let id = try order.integer("roleId"), try !work.find("Role", [.id(id)], fields: ["id"]).isEmpty else {
            throw .invalid("roleId", "there is no such role")
        }
        return id
    }

    private static let set: Endpoint.Write = { order, work throws(DomainError) in
        let project = try project(order.ask, in: work)
        let person = try person(order, in: work)
        let kind = try order.text("accessType") ?? "GLOBAL_ROLE"
        guard kinds.contains(kind) else {
            throw .invalid("accessType", "must be one of \(kinds.joined(separator: ", "))")
        }
        let values: [String: Value] = [
            "accessType": .text(kind), "roleId": kind == "SPECIFIC_ROLE" ? .int(try role(order, in: work)) : .null,
        ]
        let own = Filter.equals("projectId", .int(project.id)) && .equals("userId", .int(person.id))
        if let row = try work.first(Query("UserProjectPermission", where: own)) {
            try work.update("UserProjectPermission", [Change(row.id, set: values)])
        } else {
            let ids: [String: Value] = ["projectId": .int(project.id), "userId": .int(person.id)]
            try work.insert("UserProjectPermission", [Draft(values.merging(ids) { $1 })])
        }
        if try work.first(Query("ProjectAssignment", where: own)) == nil {
            try work.insert("ProjectAssignment", [Draft(["projectId": .int(project.id), "userId": .int(person.id)])])
        }
        return try show(project, in: work)
    }

    private static let remove: Endpoint.Write = { order, work throws(DomainError) in
        let project = try project(order.ask, in: work)
        let person = try person(order, in: work)
        let own = Filter.equals("projectId", .int(project.id)) && .equals("userId", .int(person.id))
        for entity in ["UserProjectPermission", "ProjectAssignment"] {
            try work.delete(entity, ids: try work.find(Query(entity, where: own)).map(\.id))
        }
        return try show(project, in: work)
    }

    /// What people get who have no rule of their own.
    private static let setDefault: Endpoint.Write = { order, work throws(DomainError) in
        let project = try project(order.ask, in: work)
        let kind = try order.text("accessType") ?? ""
        guard kinds.contains(kind) else {
            throw .invalid("accessType", "must be one of \(kinds.joined(separator: ", "))")
        }
        let role = kind == "SPECIFIC_ROLE" ? try role(order, in: work) : nil
        try work.update(
            "Project", [Change(project.id, set: ["defaultAccessType": .text(kind), "defaultRoleId": .int(role)])])
        return try show(project, in: work)
    }
}
