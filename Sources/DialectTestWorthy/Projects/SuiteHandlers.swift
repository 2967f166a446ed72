import Engine
import HTTPTypes
import Model
import Wire

/// `/v1/projects/{projectId}/suites` and `/v1/suites/{id}`: the folders of a project.
enum SuiteHandlers {
    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let listing = try Listing(call)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call)
            var filter = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            if let text = call.query["search"], !text.isEmpty {
                filter = filter && .text("name", .contains, text, .insensitive)
            }
            let rows = try work.find(
                Query("RepositoryFolder", where: filter, order: listing.order(), page: listing.window))
            let total = try work.count("RepositoryFolder", where: filter)
            return listing.reply(try rendered(rows, in: work), total: total)
        }
    }

    private static func rendered(_ rows: [Row], in work: Reading) throws(DomainError) -> [JSON] {
        var counts: [Int64: Int64] = [:]
        for project in Set(rows.compactMap { $0["projectId"].integer }) {
            counts.merge(try work.caseCounts(ofProject: project)) { first, _ in first }
        }
        return rows.map { row in
            let members: [(String, JSON)] = [
                ("id", .integer(row.id)), ("uuid", .string(row.uid)), ("projectId", .of(row["projectId"])),
                ("name", .of(row["name"])), ("description", row.document("docs")), ("parentId", .of(row["parentId"])),
                ("order", .of(row["order"])), ("caseCount", .integer(counts[row.id] ?? 0)),
            ]
            return .members(members + row.times)
        }
    }

    private static func one(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> JSON {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered([try work.row("RepositoryFolder", key)], in: work)[0]
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        .json(try await one(try call.key("id", "RepositoryFolder"), call, engine))
    }

    /// What a body says about a suite.
    private struct Body: Sendable {
        let name: Given<String>
        let description: Given<String>
        let parent: Given<RowKey>
        let order: Given<Int64>

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            name = input.text("name")
            if isNew || name.isGiven, let text = input.required("name", name) {
                input.checkLength("name", text, 1...500)
            }
            description = input.text("description")
            parent = input.key("parentId")
            order = input.count("order")
            try input.finish()
        }

        func values(project: Int64, in work: Reading) throws(DomainError) -> [String: Value] {
            var values: [String: Value] = [:]
            values.set("name", name)
            values.set(document: "docs", description)
            values.set("parentId", try parent.own("RepositoryFolder", "parentId", project: project, in: work))
            if let order = order.value { values["order"] = .int(order) }
            return values
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.fields(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(of: call)
            var values = try body.values(project: project.id, in: work)
            values["projectId"] = .int(project.id)
            values["repositoryId"] = .int(try work.rootFolder(project: project.id).repository)
            if values["order"] == nil {
                let beside =
                    Filter.equals("projectId", .int(project.id)) && .equals("parentId", values["parentId"] ?? .null)
                let last = try work.first(
                    Query("RepositoryFolder", where: beside, fields: ["order"], order: [.by("order", .descending)]))
                values["order"] = .int((last?["order"].integer ?? -1) + 1)
            }
            return try work.insert("RepositoryFolder", [Draft(values)])[0]
        }
        return .created(try await one(.id(id), call, engine), at: "/v1/suites/\(id)")
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "RepositoryFolder")
        let body = try Body(try await call.fields(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("RepositoryFolder", key)
            let values = try body.values(project: row["projectId"].integer ?? 0, in: work)
            try work.update("RepositoryFolder", [Change(row.id, set: values)])
            return row.id
        }
        return .json(try await one(.id(id), call, engine))
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "RepositoryFolder")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("RepositoryFolder", key)
            let root = try work.rootFolder(project: row["projectId"].integer ?? 0).folder
            guard row.id != root else { throw .conflict("the default suite cannot be deleted") }
            try work.delete("RepositoryFolder", ids: [row.id])
        }
        return .noContent
    }
}
