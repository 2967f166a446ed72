public import Model
public import Statements
public import Store

/// Reads inside one transaction, limited to what the caller may see.
public class Reading {
    public let engine: Engine
    public let session: any Session
    public let caller: Caller
    private var loadedGrants: Grants?

    /// How many rows a query may answer when its caller sets no limit, includes counted.
    static let rowLimit = 100_000
    /// How many levels of related rows one query may ask for.
    public static let depthLimit = 8

    init(engine: Engine, session: any Session, caller: Caller) {
        self.engine = engine
        self.session = session
        self.caller = caller
    }

    public var schema: Schema { engine.schema }
    public var world: World { engine.world }
    public var now: Int64 { engine.world.now() }
    var build: Build { engine.build }

    /// What the caller may do; read once for the transaction.
    public func grants() throws(DomainError) -> Grants {
        if caller.isSystem { return .system }
        if let loadedGrants { return loadedGrants }
        guard sharesGrants else {
            let grants = try run { () throws(StoreError) in try GrantsReader(session: session, caller: caller).grants()
            }
            loadedGrants = grants
            return grants
        }
        let now = self.now
        if let user = caller.userId, let kept = engine.grants.grants(of: user, now: now) {
            loadedGrants = kept
            return kept
        }
        let generation = engine.grants.generation
        let grants = try run { () throws(StoreError) in try GrantsReader(session: session, caller: caller).grants() }
        if let user = caller.userId { engine.grants.keep(grants, of: user, generation: generation, now: now) }
        loadedGrants = grants
        return grants
    }

    /// Grants that this transaction changed are its own: they may be undone, and the kept ones are those of before.
    var sharesGrants: Bool { true }

    /// Books read here stay true when the transaction ends.
    var keepsBooks: Bool { true }

    /// Forgets the grants after this transaction changed them.
    func forgetGrants() { loadedGrants = nil }

    /// The condition that the caller may read a row of the entity.
    public func visible(_ entity: String) throws(DomainError) -> Filter {
        try grants().filter(for: schema[entity], in: schema)
    }

    /// The rows of a query with their includes.
    public func tree(_ query: Query, uids: [String] = []) throws(DomainError) -> ResultTree {
        var budget = Reading.rowLimit
        return try tree(query, uids: uids, depth: 0, budget: &budget)
    }

    private func tree(
        _ query: Query, uids: [String], depth: Int, budget: inout Int
    ) throws(DomainError) -> ResultTree {
        let entity = schema[query.entity]
        var query = query
        query.filter = try visible(query.entity) && query.filter
        let fields = self.fields(query, entity)
        let uids = uids + query.uids
        // One row more than the budget shows that there are too many.
        if query.page.limit == nil, query.page.offset == 0 { query.page.limit = budget + 1 }
        let statement = try compile { () throws(StatementError) in try build.select(query, fields: fields + uids) }
        var values = try rows(statement)
        try nameReferences(uids, of: entity, from: fields.count, in: &values)
        if query.page.isReversed { values.reverse() }
        var tree = ResultTree(entity: entity, layout: RowLayout(fields + uids.map { "\($0)#uid" }), values: values)
        try spend(values.count, &budget)
        try include(query.include, into: &tree, depth: depth, budget: &budget)
        return tree
    }

    private func spend(_ rows: Int, _ budget: inout Int) throws(DomainError) {
        budget -= rows
        guard budget >= 0 else {
            throw .invalid("take", "the query answers more than \(Reading.rowLimit) rows; ask for a page")
        }
    }

    /// The fields to read: those that were asked for and those that the includes need.
    private func fields(_ query: Query, _ entity: EntityType) -> [String] {
        guard var fields = query.fields else { return entity.fields.map(\.name) }
        var needed = ["id"]
        for include in query.include {
            if case .toOne(let field) = entity.relation(include.relation)?.kind { needed.append(field) }
        }
        for name in needed where !fields.contains(name) { fields.append(name) }
        return fields
    }

    private func include(
        _ includes: [Query.Include], into tree: inout ResultTree, depth: Int, budget: inout Int
    ) throws(DomainError) {
        guard !includes.isEmpty else { return }
        guard depth < Reading.depthLimit else {
            throw .invalid("include", "related rows nested deeper than \(Reading.depthLimit) levels")
        }
        for include in includes {
            guard let relation = tree.entity.relation(include.relation) else {
                throw .invalid("include", "\(tree.entity.name) has no relation \(include.relation)")
            }
            switch include.what {
            case .count(let filter):
                tree.included.append(
                    ResultTree.Included(relation: relation, content: .counts(try counts(relation, filter, of: tree))))
            case .rows(let query):
                let content = try related(relation, query, of: tree, depth: depth, budget: &budget)
                tree.included.append(ResultTree.Included(relation: relation, content: content))
            }
        }
    }

    private func counts(_ relation: Relation, _ filter: Filter, of tree: ResultTree) throws(DomainError) -> [Int64] {
        let keys = parentKeys(relation, of: tree)
        let filter = try visible(relation.target) && filter
        var found: [Int64: Int64] = [:]
        for chunk in chunks(Set(keys.compactMap { $0 })) {
            let statement = try compile { () throws(StatementError) in
                try build.count(relation: relation, of: tree.entity, where: filter, parents: chunk)
            }
            for row in try rows(statement) { found[row[0].integer ?? 0] = row[1].integer ?? 0 }
        }
        return keys.map { key in key.flatMap { found[$0] } ?? 0 }
    }

    /// For each row the id that related rows are found by: its own, or what its reference holds.
    private func parentKeys(_ relation: Relation, of tree: ResultTree) -> [Int64?] {
        let name: String
        if case .toOne(let field) = relation.kind { name = field } else { name = "id" }
        guard let position = tree.layout.position(name) else { return [] }
        return tree.values.map { $0[position].integer }
    }

    func chunks(_ ids: Set<Int64>) -> [[Int64]] {
        let sorted = ids.sorted()
        var result: [[Int64]] = []
        var start = 0
        while start < sorted.count {
            result.append(Array(sorted[start..<min(start + 1000, sorted.count)]))
            start += 1000
        }
        return result
    }

    private func related(
        _ relation: Relation, _ query: Query, of tree: ResultTree, depth: Int, budget: inout Int
    ) throws(DomainError) -> ResultTree.Content {
        let target = schema[relation.target]
        var query = query
        query.entity = relation.target
        query.filter = try visible(relation.target) && query.filter
        let fields = self.fields(query, target)
        var below = ResultTree(entity: target, layout: RowLayout(fields + query.uids.map { "\($0)#uid" }))
        var places: [Int64: [Int]] = [:]
        let keys = parentKeys(relation, of: tree)
        for chunk in chunks(Set(keys.compactMap { $0 })) {
            let statement = try compile { () throws(StatementError) in
                try build.select(
                    query, fields: fields + query.uids, relation: relation, of: tree.entity, parents: chunk)
            }
            var found = try rows(statement)
            try nameReferences(query.uids, of: target, from: 1 + fields.count, in: &found)
            try spend(found.count, &budget)
            for row in found {
                places[row[0].integer ?? 0, default: []].append(below.values.count)
                below.values.append(Array(row.dropFirst()))
            }
        }
        for key in places.keys {
            // The statement takes one row of each combination; the page counts those.
            if !query.distinct.isEmpty, query.page.offset > 0 || query.page.limit != nil {
                let rest = (places[key] ?? []).dropFirst(query.page.offset)
                places[key] = Array(rest.prefix(query.page.limit ?? rest.count))
            }
            if query.page.isReversed { places[key]?.reverse() }
        }
        try include(query.include, into: &below, depth: depth + 1, budget: &budget)
        return .rows(below, positions: keys.map { key in key.flatMap { places[$0] } ?? [] })
    }

    /// The rows of a query without includes.
    public func find(_ query: Query) throws(DomainError) -> [Row] { try tree(query).rows }

    /// The first row of a query.
    public func first(_ query: Query) throws(DomainError) -> Row? {
        var query = query
        query.page.limit = 1
        return try tree(query).first
    }

    /// The row with this id, deleted ones left out; `.notFound` when there is none that the caller may see.
    public func row(
        _ entity: String, _ key: RowKey, fields: [String]? = nil, deleted: Visibility = .hidden
    ) throws(DomainError) -> Row {
        guard let row = try find(entity, [key], fields: fields, deleted: deleted).first else { throw .notFound(entity) }
        return row
    }

    /// Whether rows that are marked as deleted count.
    public enum Visibility: Sendable, Hashable { case hidden, shown }

    /// The visible rows with these keys, in no order.
    public func find(
        _ entity: String, _ keys: [RowKey], fields: [String]? = nil, deleted: Visibility = .hidden
    ) throws(DomainError) -> [Row] {
        var ids: [Value] = []
        var uids: [Value] = []
        for key in keys {
            switch key {
            case .id(let id): ids.append(.int(id))
            case .uid(let uid): uids.append(.text(uid))
            }
        }
        var filter = Filter.none
        if !ids.isEmpty { filter = filter || .oneOf("id", ids) }
        if !uids.isEmpty { filter = filter || .oneOf("uid", uids) }
        if deleted == .hidden, schema[entity].isSoftDeleted { filter = filter && .equals("isDeleted", false) }
        return try find(Query(entity, where: filter, fields: fields))
    }

    public func count(_ entity: String, where filter: Filter = .all) throws(DomainError) -> Int {
        let filter = try visible(entity) && filter
        let statement = try compile { () throws(StatementError) in try build.count(entity, where: filter) }
        return Int(try rows(statement).first?.first?.integer ?? 0)
    }

    /// One row of aggregates, the columns named by `Aggregate.column`.
    public func aggregate(_ query: Query, _ aggregates: [Aggregate]) throws(DomainError) -> Row {
        var query = query
        query.filter = try visible(query.entity) && query.filter
        let statement = try compile { () throws(StatementError) in try build.aggregate(query, aggregates) }
        let values = try rows(statement).first ?? []
        return Row(layout: RowLayout(aggregates.map(\.column)), values: values)
    }

    public func groups(
        _ entity: String, where filter: Filter = .all, _ grouping: Grouping
    ) throws(DomainError) -> RowSet {
        let filter = try visible(entity) && filter
        let statement = try compile { () throws(StatementError) in try build.group(entity, where: filter, grouping) }
        let layout = RowLayout(grouping.by + grouping.aggregates.map(\.column))
        return RowSet(layout: layout, values: try rows(statement))
    }

    /// A statement of the engine's own; its conditions must hold what `visible` says.
    func rows(_ statement: SQLText) throws(DomainError) -> [[Value]] {
        try run { () throws(StoreError) in try session.rows(statement) }
    }

    func value(_ statement: SQLText) throws(DomainError) -> Value? { try rows(statement).first?.first }

    func run<T>(_ body: () throws(StoreError) -> T) throws(DomainError) -> T {
        do throws(StoreError) {
            return try body()
        } catch {
            throw engine.domainError(error)
        }
    }

    private func compile(_ body: () throws(StatementError) -> SQLText) throws(DomainError) -> SQLText {
        do throws(StatementError) {
            return try body()
        } catch {
            throw .invalid(error.name, "\(error.entity) has no \(error.name)")
        }
    }

    /// The condition of a filter on rows of alias `t`, for statements of the engine's own.
    func condition(_ filter: Filter, on entity: String, alias: String = "t") throws(DomainError) -> SQLText {
        try compile { () throws(StatementError) in try build.condition(filter, on: schema[entity], alias: alias) }
    }
}

/// How the outside names a row: by integer id or by UUID.
public enum RowKey: Sendable, Hashable {
    case id(Int64)
    case uid(String)

    /// An integer, an integer as text, or a UUID in any case.
    public init?(_ text: String) {
        if let id = Int64(text), id > 0 {
            self = .id(id)
        } else if UUIDText.isUUID(text) {
            self = .uid(text.lowercased())
        } else {
            return nil
        }
    }

    public init?(_ json: JSON) {
        switch json {
        case .integer(let id) where id > 0: self = .id(id)
        case .string(let text):
            guard let key = RowKey(text) else { return nil }
            self = key
        case .null, .bool, .integer, .number, .array, .object: return nil
        }
    }
}
