import Engine
import HTTPTypes
import Model
import Wire

/// Links between resources, seen from either side (PractiTest API, Relationship links).
enum Links {
    private struct Side: Sendable {
        let kind: Kind
        let end: LinkEnd
    }

    private static let tests = Side(kind: Tests.kind, end: .testCase)
    private static let requirements = Side(kind: Requirements.kind, end: .requirement)
    private static let issues = Side(kind: Issues.kind, end: .issue)
    private static let milestones = Side(kind: Milestones.kind, end: .milestone)
    private static let stepRuns = Side(kind: StepRuns.kind, end: .stepResult)

    /// The path's collection, the name of the link, both sides.
    private static let table: [(path: String, from: Side, to: Side)] = [
        ("requirements", requirements, tests), ("requirements", requirements, issues),
        ("requirements", requirements, milestones), ("tests", tests, requirements), ("step_runs", stepRuns, issues),
        ("issues", issues, requirements), ("issues", issues, issues), ("issues", issues, milestones),
    ]

    static let routes: [Route] = table.flatMap { entry in
        let path = "\(Routes.project)/\(entry.path)/{id}/relationships/\(entry.to.kind.type)"
        let name = "\(entry.path)\(entry.to.kind.singular)Links"
        return [
            Route(.get, path, "\(name).list", list(entry.from, entry.to)),
            Route(.patch, path, "\(name).replace", change(entry.from, entry.to, .replace)),
            Route(.post, path, "\(name).add", change(entry.from, entry.to, .add)),
            Route(.delete, path, "\(name).remove", change(entry.from, entry.to, .remove)),
        ]
    }

    private static func list(_ from: Side, _ to: Side) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let request = try await Request(call)
            return try await engine.read(as: call.caller) { work throws(DomainError) in
                let project = try request.project(work)
                let row = try from.kind.row(try request.id("id", from.kind.singular), project, work)
                let ids = try work.links(from.end, [row.id], to: to.end)[row.id] ?? []
                let page = Page(request.parameters)
                let shown = Array(ids.dropFirst(page.offset).prefix(page.size))
                return reply(shown, to, PageFrame(request: request, page: page, total: ids.count))
            }
        }
    }

    /// A write answers the whole linkage on one page.
    private static func change(_ from: Side, _ to: Side, _ change: LinkChange) -> Route.Handler {
        { (call, engine) async throws(DomainError) -> Reply in
            let request = try await Request(call)
            return try await engine.write(as: call.caller) { work throws(DomainError) in
                let project = try request.project(work)
                let row = try from.kind.row(try request.id("id", from.kind.singular), project, work)
                let ids = try wanted(request)
                if from.end == to.end, change != .remove, ids.contains(row.id) {
                    throw .invalid("/data", "data is invalid: the \(from.kind.singular.lowercased()) is the same one")
                }
                if change != .remove {
                    let known = try to.kind.known(ids, project, work)
                    var issues: [Issue] = []
                    for (index, id) in ids.enumerated() where !known.contains(id) {
                        issues.append(
                            Issue(
                                field: "/data/\(index)/id",
                                message: "id is invalid: there is no \(to.kind.singular.lowercased()) \(id)"))
                    }
                    if !issues.isEmpty { throw .invalid(issues) }
                }
                try work.changeLinks(from.end, row.id, to: to.end, ids, change)
                let all = try work.links(from.end, [row.id], to: to.end)[row.id] ?? []
                let page = Page(number: 1, size: max(all.count, 1))
                return reply(all, to, PageFrame(request: request, page: page, total: all.count))
            }
        }
    }

    private static func wanted(_ request: Request) throws(DomainError) -> [Int64] {
        guard let data = request.data, !data.isNull else { throw .invalid("/data", "data is missing") }
        let elements = data.array ?? [data]
        var ids: [Int64] = []
        var issues: [Issue] = []
        for (index, element) in elements.enumerated() {
            guard let id = Names.id(element["id"]) else {
                issues.append(Issue(field: "/data/\(index)/id", message: "id is missing"))
                continue
            }
            if !ids.contains(id) { ids.append(id) }
        }
        if !issues.isEmpty { throw .invalid(issues) }
        return ids
    }

    private static func reply(_ ids: [Int64], _ to: Side, _ frame: PageFrame) -> Reply {
        var writer = JSONWriter(capacity: 256)
        for id in ids { writer.identifier(id, to.kind.type) }
        return .list(writer.bytes, frame)
    }
}
