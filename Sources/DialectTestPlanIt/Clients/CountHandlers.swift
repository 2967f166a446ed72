import Engine
import Model
import Wire

/// Numbers that the pages of clients show beside names.
enum CountHandlers {
    /// `{counts:{id:{repositoryCases,sessions,testRuns}}}` of tags or issues.
    static func uses(of entity: String, _ member: String) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let keys = try await keys(call, member)
            let live = Filter.equals("isDeleted", false)
            let relations = ["repositoryCases", "sessions", "testRuns"]
            return try await engine.read(as: call.caller) { work throws(DomainError) in
                let query = Query(
                    entity, where: filter(keys), fields: ["id", "uid"],
                    include: relations.map { Query.Include($0, .count(live)) })
                let tree = try work.tree(query)
                var counts: [RowKey: JSON] = [:]
                for index in 0..<tree.count {
                    var members: [(String, JSON)] = []
                    for (name, included) in zip(relations, tree.included) {
                        guard case .counts(let numbers) = included.content else { continue }
                        members.append((name, .integer(numbers[index])))
                    }
                    let row = tree.row(index)
                    counts[.id(row.id)] = .members(members)
                    counts[.uid(row.uid)] = .members(members)
                }
                let none = JSON.members(relations.map { ($0, .integer(0)) })
                return .json(["counts": .members(keys.map { ($0.text, counts[$0] ?? none) })])
            }
        }
    }

    /// `{counts:{projectId:n}}`: the live issues of projects.
    static func issues(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let keys = try await keys(call, "projectIds")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let projects = try work.find("Project", keys, fields: ["id", "uid"])
            let filter = Filter.oneOf("projectId", projects.map { .int($0.id) }) && .equals("isDeleted", false)
            let groups = try work.groups(
                "Issue", where: filter, Grouping(by: ["projectId"], aggregates: [Aggregate(.count)]))
            var byId: [Int64: Int64] = [:]
            for row in groups.values { byId[row[0].integer ?? 0] = row[1].integer ?? 0 }
            var counts: [RowKey: Int64] = [:]
            for row in projects {
                counts[.id(row.id)] = byId[row.id] ?? 0
                counts[.uid(row.uid)] = byId[row.id] ?? 0
            }
            return .json(["counts": .members(keys.map { ($0.text, .integer(counts[$0] ?? 0)) })])
        }
    }

    private static func keys(_ call: Call, _ member: String) async throws(DomainError) -> [RowKey] {
        var input = Input(try await call.object())
        let keys = input.keys(member)
        if let count = keys.value?.count, count > 1000 { input.fail(member, "has more than 1000 elements") }
        try input.finish()
        var seen: Set<RowKey> = []
        return (keys.value ?? []).filter { seen.insert($0).inserted }
    }

    private static func filter(_ keys: [RowKey]) -> Filter {
        var ids: [Value] = []
        var uids: [Value] = []
        for key in keys {
            switch key {
            case .id(let id): ids.append(.int(id))
            case .uid(let uid): uids.append(.text(uid))
            }
        }
        return (ids.isEmpty ? .none : .oneOf("id", ids)) || (uids.isEmpty ? .none : .oneOf("uid", uids))
    }

    /// `{stats:[{folderId,directCaseCount,totalCaseCount}]}` of a project's folders, of one run's cases when asked.
    static func folders(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Project")
        let run = try call.queryKey("runId")
        return try await engine.read(as: call.caller) { work throws(DomainError) in
            let project = try work.row("Project", key, fields: ["id"])
            let own = Filter.equals("projectId", .int(project.id)) && .equals("isDeleted", false)
            var cases = own
            if let run {
                let row = try work.named("TestRun", run, by: "runId")
                cases = cases && .related("testRuns", .some, .equals("testRunId", .int(row.id)))
            }
            let groups = try work.groups(
                "RepositoryCase", where: cases, Grouping(by: ["folderId"], aggregates: [Aggregate(.count)]))
            var direct: [Int64: Int64] = [:]
            for row in groups.values { direct[row[0].integer ?? 0] = row[1].integer ?? 0 }
            let folders = try work.find(
                Query("RepositoryFolder", where: own, fields: ["id", "parentId", "order"], order: [.by("order")]))
            let totals = totals(folders, direct)
            return try Reply.json(capacity: folders.count * 64) { writer throws(DomainError) in
                writer.beginObject()
                writer.key("stats")
                writer.beginArray()
                for folder in folders {
                    writer.beginObject()
                    writer.key(.folderId)
                    writer.value(folder.id)
                    writer.key("directCaseCount")
                    writer.value(direct[folder.id] ?? 0)
                    writer.key("totalCaseCount")
                    writer.value(totals[folder.id] ?? 0)
                    writer.endObject()
                }
                writer.endArray()
                writer.endObject()
            }
        }
    }

    /// The cases of each folder and of all folders below it.
    private static func totals(_ folders: [Row], _ direct: [Int64: Int64]) -> [Int64: Int64] {
        var parents: [Int64: Int64] = [:]
        for folder in folders { parents[folder.id] = folder["parentId"].integer }
        var totals: [Int64: Int64] = [:]
        for folder in folders {
            guard let count = direct[folder.id] else { continue }
            var next: Int64? = folder.id
            var levels = 0
            while let id = next, levels < 64 {
                totals[id, default: 0] += count
                next = parents[id]
                levels += 1
            }
        }
        return totals
    }
}
