import Engine
import HTTPTypes
import Model
import Wire

/// The folders of the repository.
enum Folders {
    static let routes: [Route] = [
        Endpoint.get("/projects/{project}/tree", "folders.tree", tree),
        Endpoint.change(.post, "/projects/{project}/folders", "folders.create", create),
        Endpoint.change(.put, "/folders/{id}", "folders.update", update),
        Endpoint.change(.delete, "/folders/{id}", "folders.delete", delete),
        Endpoint.change(.post, "/folders/{id}/restore", "folders.restore") { order, work throws(DomainError) in
            try work.restoreFolder(try order.ask.id())
            return .nothing
        },
    ]

    static let tree: Endpoint.Read = { ask, work throws(DomainError) in
        let project = try Projects.project(ask, in: work)
        let folders = try live(project.id, in: work)
        let cases = try work.caseCounts(ofProject: project.id)
        return try Answer(capacity: 64 * folders.count + 64) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array(.folders, folders) { writer, row throws(DomainError) in
                    writer.beginArray()
                    writer.value(row.id)
                    writer.value(row["parentId"])
                    writer.value(row["name"])
                    writer.value(row["order"])
                    writer.value(cases[row.id] ?? 0)
                    writer.endArray()
                }
                writer.put(.total, cases.values.reduce(0, +))
            }
        }
    }

    /// The folders of a project, siblings in order.
    static func live(_ project: Int64, in work: Reading) throws(DomainError) -> [Row] {
        try work.find(
            Query(
                "RepositoryFolder", where: .equals("projectId", .int(project)) && .equals("isDeleted", false),
                fields: ["id", "parentId", "name", "order"], order: [.by("order"), .by("name"), .by("id")]))
    }

    private static let create: Endpoint.Write = { order, work throws(DomainError) in
        let project = try Projects.project(order.ask, in: work)
        let root = try work.rootFolder(project: project.id)
        var draft = Draft([
            "name": .text(try order.title("name")), "projectId": .int(project.id),
            "repositoryId": .int(root.repository),
        ])
        let parent = try order.integer("parentId")
        if let parent {
            let row = try work.row("RepositoryFolder", .id(parent), fields: ["id", "projectId"])
            guard row["projectId"].integer == project.id else { throw .invalid("parentId", "is of another project") }
            draft["parentId"] = .int(parent)
        }
        let siblings =
            Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            && .equals("parentId", .int(parent))
        let last = try work.first(
            Query("RepositoryFolder", where: siblings, fields: ["id", "order"], order: [.by("order", .descending)]))
        draft["order"] = .int((last?["order"].integer ?? -1) + 1)
        let id = try work.insert("RepositoryFolder", [draft])[0]
        return try Answer(status: 201) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.id, id)
                writer.put(.parentId, parent)
                writer.put(.name, draft["name"] ?? .null)
                writer.put(.order, draft["order"] ?? .null)
            }
        }
    }

    private static let update: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.row("RepositoryFolder", .id(try order.ask.id()))
        var values: [String: Value] = [:]
        if order.has("name") { values["name"] = .text(try order.title("name")) }
        if order.has("parentId") {
            let parent = try order.integer("parentId")
            if let parent {
                let other = try work.row("RepositoryFolder", .id(parent), fields: ["id", "projectId"])
                guard other["projectId"] == row["projectId"] else {
                    throw .invalid("parentId", "is of another project")
                }
            }
            values["parentId"] = .int(parent)
        }
        if let place = try order.integer("order") { values["order"] = .int(place) }
        try work.update("RepositoryFolder", [Change(row.id, set: values)])
        let new = try work.row("RepositoryFolder", .id(row.id), fields: ["id", "parentId", "name", "order"])
        return try Answer { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                writer.put(.id, new.id)
                writer.put(.parentId, new["parentId"])
                writer.put(.name, new["name"])
                writer.put(.order, new["order"])
            }
        }
    }

    private static let delete: Endpoint.Write = { order, work throws(DomainError) in
        let row = try work.row("RepositoryFolder", .id(try order.ask.id()))
        guard !row.flag("isRoot") else { throw .conflict("the root folder cannot be deleted") }
        let inside = Filter.subtree(field: "folderId", parent: "parentId", root: row.id) && .equals("isDeleted", false)
        let cases = try work.count("RepositoryCase", where: inside)
        try work.delete("RepositoryFolder", ids: [row.id])
        return try Answer { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in writer.put(.deletedCases, cases) }
        }
    }
}

/// Names of folders from the top to one of them.
struct FolderPaths {
    private var parents: [Int64: Int64] = [:]
    private var names: [Int64: String] = [:]

    init(_ project: Int64, in work: Reading) throws(DomainError) {
        let query = Query(
            "RepositoryFolder", where: .equals("projectId", .int(project)), fields: ["id", "parentId", "name"])
        for row in try work.find(query) {
            parents[row.id] = row["parentId"].integer
            names[row.id] = row.text("name")
        }
    }

    func path(_ folder: Int64) -> [String] {
        var result: [String] = []
        var next: Int64? = folder
        while let id = next, result.count < 64 {
            result.append(names[id] ?? "")
            next = parents[id]
        }
        return result.reversed()
    }

    /// A folder and those above it.
    func line(_ folder: Int64) -> [Int64] {
        var result: [Int64] = []
        var next: Int64? = folder
        while let id = next, result.count < 64 {
            result.append(id)
            next = parents[id]
        }
        return result
    }

    func write(_ folder: Int64, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.put(.id, folder)
        writer.key(.path)
        writer.beginArray()
        for name in path(folder) { writer.value(name) }
        writer.endArray()
        writer.endObject()
    }
}
