import Engine
import Model

/// One call's way of asking: the words of the RPC become filters, orders and queries of the engine.
///
/// It belongs to one transaction. It counts conditions, so that no request asks for the impossible.
final class ModelReading {
    let work: Reading
    let book: ModelBook
    private var terms = 0
    private var listed = 0
    private var includes = 0
    private var visibleFilters: [String: Filter] = [:]

    /// Levels of related rows in conditions and includes.
    static let depthLimit = Reading.depthLimit
    /// Levels of AND, OR and NOT.
    static let logicLimit = 32
    static let termLimit = 200
    static let listLimit = 20_000
    static let includeLimit = 200
    static let takeLimit = 100_000

    init(_ work: Reading, book: ModelBook = .shared) {
        self.work = work
        self.book = book
    }

    var caller: Caller { work.caller }

    /// A scalar that the caller may name in a condition or an order.
    func scalar(_ name: String, _ model: ModelType) -> ModelScalar? {
        guard let scalar = model.scalar(name) else { return nil }
        switch scalar.field.visibility {
        case .everyone: return scalar
        case .administrators: return caller.isAdministrator ? scalar : nil
        case .nobody: return nil
        }
    }

    /// A scalar that the caller may ask to be shown; of a user's own row everything but secrets.
    func shownScalar(_ name: String, _ model: ModelType) -> ModelScalar? {
        guard let scalar = model.scalar(name), isShown(scalar, model) else { return nil }
        return scalar
    }

    func isShown(_ scalar: ModelScalar, _ model: ModelType) -> Bool {
        switch scalar.field.visibility {
        case .everyone: true
        case .administrators: caller.isAdministrator || model.entity.name == "User"
        case .nobody: false
        }
    }

    /// A relation that the caller may name in a condition or an order.
    func relation(_ name: String, _ model: ModelType) -> ModelRelation? {
        guard let relation = model.relation(name) else { return nil }
        if let field = relation.ownField, scalar(field, model) == nil { return nil }
        return relation
    }

    /// The condition that the caller may read the rows at the other end.
    func visible(_ entity: String) throws(DomainError) -> Filter {
        if let known = visibleFilters[entity] { return known }
        let filter = try work.visible(entity)
        visibleFilters[entity] = filter
        return filter
    }

    func countTerm(_ model: ModelType) throws(DomainError) {
        terms += 1
        guard terms <= ModelReading.termLimit else {
            throw ModelProblem.argument("the request has more than \(ModelReading.termLimit) conditions.", model)
        }
    }

    func countListed(_ values: Int, _ model: ModelType) throws(DomainError) {
        listed += values
        guard listed <= ModelReading.listLimit else {
            throw ModelProblem.argument("the request lists more than \(ModelReading.listLimit) values.", model)
        }
    }

    func countInclude(_ depth: Int, _ model: ModelType) throws(DomainError) {
        includes += 1
        guard includes <= ModelReading.includeLimit else {
            throw ModelProblem.argument("the request asks for more than \(ModelReading.includeLimit) relations.", model)
        }
        try checkDepth(depth, model)
    }

    func checkDepth(_ depth: Int, _ model: ModelType) throws(DomainError) {
        guard depth <= ModelReading.depthLimit else {
            throw ModelProblem.argument(
                "relations are nested deeper than \(ModelReading.depthLimit) levels.", model)
        }
    }

    /// The rows of a model that pass a filter, ids only, the oldest first.
    func ids(_ model: ModelType, _ filter: Filter, limit: Int? = nil) throws(DomainError) -> [Int64] {
        let page = Query.Page(limit: limit)
        return try work.tree(Query(model.entity.name, where: filter, fields: ["id"], page: page)).ids
    }

    /// The row that unique arguments name: a live one before a deleted one.
    func id(_ model: ModelType, unique filter: Filter) throws(DomainError) -> Int64? {
        let order: [Query.Order] = model.entity.isSoftDeleted ? [.by("isDeleted"), .by("id")] : [.by("id")]
        let query = Query(
            model.entity.name, where: filter, fields: ["id"], order: order, page: Query.Page(limit: 1))
        return try work.tree(query).ids.first
    }

    /// The rows related to one row that pass a filter.
    func related(
        _ model: ModelType, _ id: Int64, _ relation: ModelRelation, _ filter: Filter = .all
    ) throws(DomainError) -> [Int64] {
        let below = Query(relation.relation.target, where: filter, fields: ["id"])
        let query = Query(
            model.entity.name, where: .equals("id", .int(id)), fields: ["id"],
            include: [Query.Include(relation.name, .rows(below))])
        return try work.tree(query).related(relation.name, of: 0).map(\.id)
    }

    /// The arguments of one level; throws for one that is not known there.
    func check(_ arguments: JSONObject, _ allowed: Set<String>, _ model: ModelType) throws(DomainError) {
        for member in arguments.members where !allowed.contains(member.name) {
            throw ModelProblem.unknown(member.name, model)
        }
    }
}
