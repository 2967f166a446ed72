import Engine
import Model
import Wire

/// The search of the command palette.
enum Search {
    static let routes: [Route] = [Endpoint.get("/search", "search", get)]

    private struct Hit {
        let kind: String
        let id: Int64
        let title: String
        let project: Int64
        let tail: String
    }

    private static let get: Endpoint.Read = { ask, work throws(DomainError) in
        let words = ask.text("q") ?? ""
        let limit = Int(min(try ask.integer("limit") ?? 12, 50))
        let project = try ask.text("project").map { word throws(DomainError) in try work.project(word).id }
        var hits: [Hit] = []
        if words.contains(where: { !$0.isWhitespace }) {
            let here = project.map { Filter.equals("projectId", .int($0)) } ?? .all
            let live = Filter.equals("isDeleted", false)
            let named = CaseFilter.search(words)
            let page = Query.Page(limit: limit)
            if project == nil {
                for row in try work.find(
                    Query("Project", where: named && live, fields: ["id", "name"], page: .init(limit: 5)))
                {
                    hits.append(Hit(kind: "project", id: row.id, title: row.text("name"), project: row.id, tail: ""))
                }
            }
            for (kind, entity, tail) in [
                ("case", "RepositoryCase", "/cases?case="), ("run", "TestRun", "/runs/"),
                ("folder", "RepositoryFolder", "/cases?folder="),
            ] {
                let order: [Query.Order] = kind == "run" ? [.by("createdAt", .descending)] : [.by("name"), .by("id")]
                let query = Query(
                    entity, where: here && named && live, fields: ["id", "name", "projectId"], order: order, page: page)
                for row in try work.find(query) {
                    hits.append(
                        Hit(
                            kind: kind, id: row.id, title: row.text("name"), project: row["projectId"].integer ?? 0,
                            tail: "\(tail)\(row.id)"))
                }
            }
        }
        let found = best(hits, limit)
        var projects: [Int64: Row] = [:]
        for row in try work.find(
            "Project", Set(found.map(\.project)).sorted().map { .id($0) }, fields: ["id", "key", "name"])
        {
            projects[row.id] = row
        }
        return try Answer(capacity: 2048) { writer throws(DomainError) in
            try writer.object { writer throws(DomainError) in
                try writer.array(.results, found) { writer, hit throws(DomainError) in
                    guard let project = projects[hit.project] else { return }
                    try writer.object { writer throws(DomainError) in
                        writer.put(.kind, hit.kind)
                        writer.put(.id, hit.id)
                        writer.put(.title, hit.title)
                        writer.put(.where, hit.kind == "project" ? "" : project.text("name"))
                        writer.put(.url, "/p/\(Boot.component(Projects.key(project)))\(hit.tail)")
                    }
                }
            }
        }
    }

    /// Some of every kind: cases alone would push the rest out.
    private static func best(_ hits: [Hit], _ limit: Int) -> [Hit] {
        guard hits.count > limit else { return hits }
        var kept = hits.filter { $0.kind == "project" }
        let rest = ["case", "run", "folder"].map { kind in hits.filter { $0.kind == kind } }
        var place = 0
        while kept.count < limit, rest.contains(where: { $0.count > place }) {
            for list in rest where place < list.count && kept.count < limit { kept.append(list[place]) }
            place += 1
        }
        let order = ["project", "case", "run", "folder"]
        return order.flatMap { kind in kept.filter { $0.kind == kind } }
    }
}
