import Engine
import HTTPTypes
import Model
import Wire

/// `/projects/{p}/folders` (Testsigma API, Folders).
enum FolderHandlers {
    private static let filters = FieldFilters([
        "name": .text("name"), "order": .number("order"),
        "parent_folder_id": .reference("parentId", entity: "RepositoryFolder"),
    ])

    static func list(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let sorting = Listing.Sorting(
            Listing.Sorting.times.merging(["name": "name", "order": "order"]) { first, _ in first }, usual: ["order"])
        let listing = try Listing(call, sorting)
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let filter =
                Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
                && (try filters.filter(call, in: work))
            let page = try listing.page(Query("RepositoryFolder", where: filter), in: work)
            let parents = try uids(of: page.rows, in: work)
            return page.reply("folders", page.rows.map { json($0, project, parents, children: []) })
        }
    }

    private static func uids(of rows: [Row], in work: Reading) throws(DomainError) -> [Int64: String] {
        let ids = Set(rows.compactMap { $0["parentId"].integer }).map { RowKey.id($0) }
        var result: [Int64: String] = [:]
        for row in try ids.isEmpty ? [] : work.find("RepositoryFolder", ids, fields: ["id", "uid"]) {
            result[row.id] = row.uid
        }
        return result
    }

    /// Folders that were told to stand last show -1 again.
    private static let last: Int64 = 1 << 40

    private static func json(_ row: Row, _ project: Row, _ parents: [Int64: String], children: [JSON]) -> JSON {
        let order = row["order"].integer ?? 0
        return [
            "id": .string(row.uid), "name": .of(row["name"]), "project_id": .string(project.uid),
            "parent_folder_id": .of(row["parentId"].integer.flatMap { parents[$0] }),
            "order": .integer(order == last ? -1 : order), "children": .array(children),
            "created_at": .ms(row["createdAt"]), "updated_at": .ms(row["updatedAt"]),
        ]
    }

    private static func whole(_ row: Row, _ project: Row, in work: Reading) throws(DomainError) -> Reply {
        let below = Filter.equals("parentId", .int(row.id)) && .equals("isDeleted", false)
        let children = try work.find(Query("RepositoryFolder", where: below, order: [.by("order"), .by("id")]))
        let parents = try uids(of: [row], in: work).merging([row.id: row.uid]) { first, _ in first }
        let inner = children.map { json($0, project, parents, children: []) }
        return Envelope.one("folder", json(row, project, parents, children: inner))
    }

    static func get(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            return try whole(try work.row("RepositoryFolder", "f", call, of: project), project, in: work)
        }
    }

    /// A number; fractions are cut, -1 stands last.
    private static func order(_ input: inout Input) -> Int64? {
        guard let given = input.object["order"], !given.isNull else { return nil }
        guard let number = given.double, number.isFinite, abs(number) < 1e12 else {
            input.fail("order", "must be a number")
            return nil
        }
        return number < 0 ? last : Int64(number)
    }

    static func create(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let name = input.title("name", isNew: true, limit: 500).value ?? ""
        let order = order(&input)
        let parent = input.word("parent_folder_id").value
        try input.finish()
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            var above: Int64?
            if let parent {
                above = try work.named("RepositoryFolder", parent, by: "parent_folder_id", of: project).id
            }
            try requireFree(name, project.id, above, except: nil, in: work)
            let beside = Filter.equals("projectId", .int(project.id)) && .equals("parentId", .int(above))
            let known = try work.first(
                Query(
                    "RepositoryFolder", where: beside && .not(.equals("order", .int(last))), fields: ["order"],
                    order: [.by("order", .descending)]))
            let draft = Draft([
                "name": .text(name), "projectId": .int(project.id), "parentId": .int(above),
                "repositoryId": .int(try work.rootFolder(project: project.id).repository),
                "order": .int(order ?? (known?["order"].integer ?? -1) + 1),
            ])
            let id = try work.insert("RepositoryFolder", [draft])[0]
            return try whole(try work.row("RepositoryFolder", .id(id)), project, in: work)
        }
    }

    /// Siblings have names of their own.
    private static func requireFree(
        _ name: String, _ project: Int64, _ parent: Int64?, except: Int64?, in work: Reading
    ) throws(DomainError) {
        let same =
            Filter.equals("projectId", .int(project)) && .equals("parentId", .int(parent))
            && .equals("name", .text(name)) && .equals("isDeleted", false) && .not(.equals("id", .int(except ?? 0)))
        guard try work.count("RepositoryFolder", where: same) == 0 else {
            throw .invalid("name", "a folder of this name stands there already")
        }
    }

    static func update(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let name = input.title("name", isNew: false, limit: 500).value
        let order = order(&input)
        try input.finish()
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let row = try work.row("RepositoryFolder", "f", call, of: project)
            var values: [String: Value] = [:]
            if let name {
                try requireFree(name, project.id, row["parentId"].integer, except: row.id, in: work)
                values["name"] = .text(name)
            }
            if let order { values["order"] = .int(order) }
            try work.update("RepositoryFolder", [Change(row.id, set: values)])
            return try whole(try work.row("RepositoryFolder", .id(row.id)), project, in: work)
        }
    }

    static func move(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.fields())
        let given = input.word("parent_folder_id")
        if !given.isGiven { input.fail("parent_folder_id", "is required") }
        try input.finish()
        return try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let row = try work.row("RepositoryFolder", "f", call, of: project)
            var parent: Int64?
            if let word = given.value {
                parent = try work.named("RepositoryFolder", word, by: "parent_folder_id", of: project).id
            }
            if parent == row.id { throw .invalid("parent_folder_id", "a folder cannot be inside itself") }
            try work.update("RepositoryFolder", [Change(row.id, set: ["parentId": .int(parent)])])
            return try whole(try work.row("RepositoryFolder", .id(row.id)), project, in: work)
        }
    }

    static func delete(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        try await engine.write(as: call.caller) { work throws(DomainError) in
            let project = try work.project(call)
            let row = try work.row("RepositoryFolder", "f", call, of: project)
            guard try work.rootFolder(project: project.id).folder != row.id else {
                throw .invalid("id", "the root folder of a project cannot be deleted")
            }
            try work.delete("RepositoryFolder", ids: [row.id])
        }
        return Envelope.done
    }
}
