import Engine
import HTTPTypes
import Model
import Wire

/// `/api/repository-folders`, in the conventions of the reference.
enum FolderHandlers {
    private static let fields = ["id", "uid", "epoch", "createdAt", "updatedAt", "isDeleted", "name", "order"]
    private static let uids = ["projectId", "parentId", "creatorId", "updatedById"]

    private static func query(_ filter: Filter, _ page: Query.Page = .all) -> Query {
        let cases = Query.Include("cases", .count(.equals("isDeleted", false)))
        return Query(
            "RepositoryFolder", where: filter && .equals("isDeleted", false), fields: fields, include: [cases],
            order: [.by("order")], page: page)
    }

    private static func write(_ tree: ResultTree, _ index: Int, to writer: inout JSONWriter) {
        let row = tree.row(index)
        writer.beginObject()
        writer.key(.id)
        writer.value(row.uid)
        writer.key(.numericId)
        writer.value(row.id)
        writer.key(.projectId)
        writer.value(row["projectId#uid"])
        writer.key(.parentId)
        writer.value(row["parentId#uid"])
        writer.key(.name)
        writer.value(row["name"])
        writer.key(.order)
        writer.value(row["order"])
        writer.key(.caseCount)
        if case .counts(let counts) = tree.included.first?.content {
            writer.value(counts[index])
        } else {
            writer.value(0)
        }
        writer.common(row, creator: "creatorId")
        writer.endObject()
    }

    private static func rendered(_ key: RowKey, in work: Reading) throws(DomainError) -> Rendered {
        let filter: Filter
        switch key {
        case .id(let id): filter = .equals("id", .int(id))
        case .uid(let uid): filter = .equals("uid", .text(uid))
        }
        let tree = try work.tree(query(filter), uids: uids)
        guard let row = tree.first else { throw .notFound("RepositoryFolder") }
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key(.data)
        write(tree, 0, to: &writer)
        writer.endObject()
        return Rendered(bytes: writer.bytes, tag: EntityTag(row))
    }

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let paging = try Paging(call, default: nil)
        let parent = try call.queryKey("parentId")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.projectOfQuery(call)
            var filter = Filter.equals("projectId", .int(project.id))
            if let parent {
                filter =
                    filter && .equals("parentId", .int(try work.named("RepositoryFolder", parent, by: "parentId").id))
            }
            let query = query(filter, paging.page)
            let tree = try work.tree(query, uids: uids)
            var total = paging.total(shown: tree.count)
            if total == nil { total = try work.count("RepositoryFolder", where: query.filter) }
            var writer = JSONWriter(capacity: 256 + tree.count * 400)
            writer.beginObject()
            writer.key(.data)
            writer.beginArray()
            for index in 0..<tree.count { write(tree, index, to: &writer) }
            writer.endArray()
            paging.write(total ?? 0, to: &writer)
            writer.endObject()
            return Reply.json(writer.bytes)
        }
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "RepositoryFolder")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered(key, in: work)
        }.reply()
    }

    private struct Body: Sendable {
        let project: RowKey?
        let name: String?
        let parent: Given<RowKey>
        let order: Given<Int64>

        init(_ object: JSONObject, isNew: Bool) throws(DomainError) {
            var input = Input(object)
            project = isNew ? input.required("projectId", input.key("projectId")) : nil
            let name = input.text("name")
            self.name = isNew || name.isGiven ? input.required("name", name) : nil
            parent = input.key("parentId")
            order = input.count("order")
            try input.finish()
        }

        /// The parent must be a folder of the project.
        func parent(project: Int64, in work: Reading) throws(DomainError) -> Given<Int64> {
            guard case .value(let key) = parent else { return parent.map { _ in 0 } }
            let row = try work.named("RepositoryFolder", key, by: "parentId", fields: ["id", "projectId"])
            guard row["projectId"].integer == project else {
                throw .invalid("parentId", "parentId belongs to another project")
            }
            return .value(row.id)
        }
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let body = try Body(try await call.object(), isNew: true)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            guard let key = body.project else { throw .invalid("projectId", "projectId is required") }
            let project = try work.named("Project", key, by: "projectId").id
            let parent = try body.parent(project: project, in: work)
            let siblings = Filter.equals("projectId", .int(project)) && .equals("parentId", .int(parent.value))
            let last = try work.first(
                Query("RepositoryFolder", where: siblings, fields: ["id", "order"], order: [.by("order", .descending)]))
            var draft = Draft(["projectId": .int(project), "name": .text(body.name), "parentId": .int(parent.value)])
            draft["repositoryId"] = .int(try work.rootFolder(project: project).repository)
            draft["order"] = .int(body.order.value ?? last.map { ($0["order"].integer ?? 0) + 1 } ?? 0)
            return try work.insert("RepositoryFolder", [draft])[0]
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered(.id(id), in: work)
        }.reply(.created)
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "RepositoryFolder")
        let body = try Body(try await call.object(), isNew: false)
        let id = try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("RepositoryFolder", key)
            try EntityTag(row).check(call)
            var values: [String: Value] = [:]
            if let name = body.name { values["name"] = .text(name) }
            if let order = body.order.value { values["order"] = .int(order) }
            values.set("parentId", try body.parent(project: row["projectId"].integer ?? 0, in: work))
            try work.update("RepositoryFolder", [Change(row.id, set: values)])
            return row.id
        }
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            try rendered(.id(id), in: work)
        }.reply()
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "RepositoryFolder")
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let row = try work.row("RepositoryFolder", key)
            try EntityTag(row).check(call)
            try work.delete("RepositoryFolder", ids: [row.id])
        }
        return .success
    }
}
