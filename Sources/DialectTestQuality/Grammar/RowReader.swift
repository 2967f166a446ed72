import Engine
import Model

/// A row as the wire shows it; `hidden` are columns that only filters and relations know.
struct Shown: Sendable {
    let id: Int64
    var members: JSONObject
    var hidden: [String: JSON] = [:]

    subscript(name: String) -> JSON? { members[name] ?? hidden[name] }
}

/// Reads rows of resources as JSON, each relation with one query for all rows.
struct RowReader {
    let work: Reading
    let lens: Lens
    let book: ResourceBook
    static let depthLimit = 5

    init(_ work: Reading, _ origin: String, _ book: ResourceBook = .shared) throws(DomainError) {
        self.work = work
        self.book = book
        lens = try Lens(work, origin: origin)
    }

    /// The rows that pass a filter, in order, with relations embedded.
    func rows(
        _ resource: Resource, where filter: Filter, order: [Query.Order]? = nil, page: Query.Page = .all,
        with wanted: [Relations.Node] = []
    ) throws(DomainError) -> [Shown] {
        let tree = try work.tree(
            Query(
                resource.entity, where: resource.scope && live(resource) && filter, include: includes(resource),
                order: order ?? (resource.order.isEmpty ? [.by("id")] : resource.order), page: page))
        var rows = try shown(resource, tree)
        try embed(wanted, into: &rows, of: resource, depth: 0)
        return rows
    }

    /// Rows by id in the order of the ids, deleted ones only when asked for.
    func rows(
        _ resource: Resource, ids: [Int64], deleted: Bool = false, with wanted: [Relations.Node] = []
    ) throws(DomainError) -> [Shown] {
        var found: [Int64: Shown] = [:]
        let filter = Filter.oneOf("id", ids.map { .int($0) })
        if deleted {
            let tree = try work.tree(
                Query(resource.entity, where: filter, include: includes(resource)))
            for row in try shown(resource, tree) { found[row.id] = row }
        } else {
            for row in try rows(resource, where: filter, with: wanted) { found[row.id] = row }
        }
        return ids.compactMap { found[$0] }
    }

    func count(_ resource: Resource, where filter: Filter) throws(DomainError) -> Int {
        try work.count(resource.entity, where: resource.scope && live(resource) && filter)
    }

    /// Rows that are not deleted and that the caller sees here.
    func live(_ resource: Resource) -> Filter {
        let own = resource.visible?(lens) ?? .all
        return work.schema[resource.entity].isSoftDeleted ? .equals("isDeleted", false) && own : own
    }

    /// The to-one relations that columns are read through.
    private func includes(_ resource: Resource) -> [Query.Include] {
        var paths: Set<[String]> = []
        for column in resource.columns where !column.path.isEmpty { paths.insert(column.path) }
        return includes(paths, of: resource.entity)
    }

    private func includes(_ paths: Set<[String]>, of entity: String) -> [Query.Include] {
        var below: [String: Set<[String]>] = [:]
        for path in paths {
            guard let first = path.first else { continue }
            below[first, default: []].insert(Array(path.dropFirst()))
        }
        return below.keys.sorted().compactMap { name in
            guard let relation = work.schema[entity].relation(name) else { return nil }
            let inner = includes((below[name] ?? []).filter { !$0.isEmpty }, of: relation.target)
            return Query.Include(name, .rows(Query(relation.target, include: inner)))
        }
    }

    private func shown(_ resource: Resource, _ tree: ResultTree) throws(DomainError) -> [Shown] {
        guard !tree.isEmpty else { return [] }
        let rows = tree.rows
        let figures = try resource.figures?(rows, work, lens) ?? [:]
        var result: [Shown] = []
        result.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            var shown = Shown(id: row.id, members: JSONObject())
            shown.members.members.reserveCapacity(resource.columns.count)
            let own = figures[row.id] ?? [:]
            for column in resource.columns {
                let value: JSON
                if let show = column.show {
                    let source = column.path.isEmpty ? row : RowReader.descend(tree, index, column.path[...])
                    value = source.map { show($0, lens) } ?? .null
                } else {
                    value = own[column.name] ?? .null
                }
                if column.isHidden {
                    shown.hidden[column.name] = value
                } else {
                    shown.members.members.append(JSONObject.Member(name: column.name, value: value))
                }
            }
            result.append(shown)
        }
        return result
    }

    /// The row at the end of to-one relations.
    private static func descend(_ tree: ResultTree, _ index: Int, _ path: ArraySlice<String>) -> Row? {
        guard let name = path.first else { return tree.row(index) }
        for item in tree.included where item.relation.name == name {
            guard case .rows(let below, let positions) = item.content, positions.indices.contains(index),
                let position = positions[index].first
            else { return nil }
            return descend(below, position, path.dropFirst())
        }
        return nil
    }

    // MARK: - Relations

    private func embed(
        _ wanted: [Relations.Node], into rows: inout [Shown], of resource: Resource, depth: Int
    ) throws(DomainError) {
        guard !rows.isEmpty, depth < RowReader.depthLimit else { return }
        for node in wanted {
            guard let link = resource.links.first(where: { $0.name == node.name && $0.isShown }),
                let target = book[link.target]
            else { continue }
            let found = try related(link, target, of: resource, rows, node.below, depth)
            for index in rows.indices { rows[index].members[node.name] = found[index] }
        }
    }

    /// What each row gets: an object or null, or a list.
    private func related(
        _ link: Link, _ target: Resource, of resource: Resource, _ rows: [Shown], _ below: [Relations.Node],
        _ depth: Int
    ) throws(DomainError) -> [JSON] {
        switch link.kind {
        case .one(let column), .few(let column):
            let ids = Set(rows.compactMap { $0[column]?.integer })
            let filter = Filter.oneOf("id", ids.sorted().map { .int($0) })
            let found = try children(target, where: filter, below, depth, ids.isEmpty)
            var byId: [Int64: JSON] = [:]
            for row in found { byId[row.id] = .object(row.members) }
            let own = rows.map { row in (row[column]?.integer).flatMap { byId[$0] } }
            guard case .few = link.kind else { return own.map { $0 ?? .null } }
            return own.map { row in .array(row.map { [$0] } ?? []) }
        case .many(let column):
            let filter = try parents(column, of: target, rows.map(\.id))
            let found = try children(target, where: filter, below, depth, false)
            var byParent: [Int64: [JSON]] = [:]
            for row in found {
                if let parent = row[column]?.integer { byParent[parent, default: []].append(.object(row.members)) }
            }
            return rows.map { .array(byParent[$0.id] ?? []) }
        case .through(let pivot, let here, let there):
            guard let middle = book[pivot] else { return rows.map { _ in [] } }
            let pairs = try self.rows(middle, where: try parents(here, of: middle, rows.map(\.id)))
            let ids = Set(pairs.compactMap { $0[there]?.integer })
            let filter = Filter.oneOf("id", ids.sorted().map { .int($0) })
            let found = try children(target, where: filter, below, depth, ids.isEmpty)
            var byId: [Int64: JSON] = [:]
            for row in found { byId[row.id] = .object(row.members) }
            var byParent: [Int64: [JSON]] = [:]
            for pair in pairs {
                guard let parent = pair[here]?.integer, let child = pair[there]?.integer, let json = byId[child] else {
                    continue
                }
                byParent[parent, default: []].append(json)
            }
            return rows.map { .array(byParent[$0.id] ?? []) }
        case .related:
            let filter = try parents("related_id", of: target, rows.map(\.id)) && kind(resource, target)
            let found = try children(target, where: filter, below, depth, false)
            var byParent: [Int64: [JSON]] = [:]
            for row in found {
                guard let parent = row["related_id"]?.integer, row["related_type"]?.string == resource.name else {
                    continue
                }
                byParent[parent, default: []].append(.object(row.members))
            }
            return rows.map { .array(byParent[$0.id] ?? []) }
        }
    }

    private func children(
        _ target: Resource, where filter: Filter, _ below: [Relations.Node], _ depth: Int, _ isEmpty: Bool
    ) throws(DomainError) -> [Shown] {
        if isEmpty { return [] }
        var found = try rows(target, where: filter)
        try embed(below, into: &found, of: target, depth: depth + 1)
        return found
    }

    /// Rows whose column holds one of these ids.
    func parents(_ name: String, of resource: Resource, _ ids: [Int64]) throws(DomainError) -> Filter {
        guard let match = resource.column(name)?.match else { throw .fault("\(resource.name) has no \(name)") }
        return match(ids.map { .value(.int($0)) }, lens)
    }

    private func kind(_ resource: Resource, _ target: Resource) -> Filter {
        target.column("related_type")?.match?([.value(.text(resource.name))], lens) ?? .none
    }

    /// The condition that rows of a link's target belong to one row here.
    func nested(_ link: Link, below resource: Resource, _ id: Int64) throws(DomainError) -> Filter {
        guard let target = book[link.target] else { return .none }
        switch link.kind {
        case .one: return .none
        case .few(let column):
            let own = try rows(resource, ids: [id]).first
            return own?[column]?.integer.map { .equals("id", .int($0)) } ?? .none
        case .many(let column): return try parents(column, of: target, [id])
        case .related: return try parents("related_id", of: target, [id]) && kind(resource, target)
        case .through(let pivot, let here, let there):
            guard let middle = book[pivot] else { return .none }
            let pairs = try rows(middle, where: try parents(here, of: middle, [id]))
            return .oneOf("id", pairs.compactMap { $0[there]?.integer }.map { .int($0) })
        }
    }

    /// The rows of the pivot between a row and its children, by the child's id.
    func pivots(_ link: Link, _ id: Int64) throws(DomainError) -> [Int64: JSON] {
        guard case .through(let pivot, let here, let there) = link.kind, let middle = book[pivot] else { return [:] }
        var result: [Int64: JSON] = [:]
        for pair in try rows(middle, where: try parents(here, of: middle, [id])) {
            if let child = pair[there]?.integer { result[child] = .object(pair.members) }
        }
        return result
    }
}

/// What `_with` asks for.
enum Relations {
    struct Node: Sendable, Hashable {
        let name: String
        var below: [Node] = []
    }

    /// Reads `run,test.step` in any casing.
    static func parse(_ text: String) -> [Node] {
        var nodes: [Node] = []
        for path in text.split(separator: ",").prefix(100) {
            let names = path.split(separator: ".").prefix(RowReader.depthLimit).map { snake($0) }
            add(names[...], to: &nodes)
        }
        return nodes
    }

    private static func add(_ path: ArraySlice<String>, to nodes: inout [Node]) {
        guard let name = path.first, !name.isEmpty else { return }
        if let index = nodes.firstIndex(where: { $0.name == name }) {
            add(path.dropFirst(), to: &nodes[index].below)
        } else {
            var node = Node(name: name)
            add(path.dropFirst(), to: &node.below)
            nodes.append(node)
        }
    }

    /// `runResult`, `RunResult` and `run_result` are one name.
    static func snake(_ word: some StringProtocol) -> String {
        var result = ""
        for character in word where !character.isWhitespace {
            if character.isUppercase, !result.isEmpty, result.last != "_" { result += "_" }
            result += character.lowercased()
        }
        return result
    }
}
