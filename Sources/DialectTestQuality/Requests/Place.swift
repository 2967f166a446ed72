import Engine
import Model
import Wire

/// Where a path leads: a resource, perhaps below rows of others.
struct Place: Sendable {
    struct Level: Sendable {
        let parent: Resource
        let link: Link
        let parameter: String
    }

    let resource: Resource
    let levels: [Level]

    init(_ resource: Resource, _ levels: [Level] = []) {
        self.resource = resource
        self.levels = levels
    }

    /// `/api/plan/{parent0}/suite`.
    var path: String {
        var path = "/api"
        for level in levels { path += "/\(level.parent.name)/{\(level.parameter)}" }
        return path + "/\(resource.name)"
    }

    /// Stable name for routes: `SuiteOfPlan`.
    var title: String {
        let words = [resource.name] + levels.reversed().map(\.parent.name)
        return words.map { Place.studly($0) }.joined(separator: "Of")
    }

    private static func studly(_ name: String) -> String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    var resources: [Resource] { levels.map(\.parent) + [resource] }

    /// The project that the path or the query names, to look no further than there.
    func project(_ call: Call) -> Int64? {
        if let text = call.query["project_id"], let id = Int64(text) { return id }
        guard let first = levels.first, first.parent.name == "project" else { return nil }
        return Int64(call.parameter(first.parameter))
    }

    /// The last row above, and the condition that rows belong to it. Throws `.notFound` for an unknown one.
    func above(
        _ call: Call, _ reader: RowReader
    ) throws(DomainError) -> (filter: Filter, parent: Int64?, level: Level?) {
        var filter = Filter.all
        var parent: Int64?
        for level in levels {
            let id = try Place.id(call.parameter(level.parameter), level.parent, filter, reader)
            filter = try reader.nested(level.link, below: level.parent, id)
            parent = id
        }
        return (filter, parent, levels.last)
    }

    /// The id of a live row that a segment of the path names.
    static func id(
        _ segment: String, _ resource: Resource, _ filter: Filter, _ reader: RowReader
    ) throws(DomainError) -> Int64 {
        let row = try reader.work.first(
            Query(
                resource.entity,
                where: resource.scope && reader.live(resource) && filter && (try Place.named(segment)), fields: ["id"]))
        guard let row else { throw .notFound(resource.name) }
        return row.id
    }

    static func named(_ segment: String) throws(DomainError) -> Filter {
        switch RowKey(segment) {
        case .id(let id): .equals("id", .int(id))
        case .uid(let uid): .equals("uid", .text(uid))
        case nil: throw .notFound("row")
        }
    }
}
