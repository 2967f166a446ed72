import Engine
import Model

extension ModelReading {
    /// The rows that the arguments of one level ask for, without what is shown of them.
    func query(_ arguments: JSONObject, _ model: ModelType, depth: Int) throws(DomainError) -> Query {
        var query = Query(model.entity.name)
        query.filter = try filter(arguments["where"], model, depth: depth)
        query.order = try order(arguments["orderBy"], model)
        query.distinct = try distinct(arguments["distinct"], model)
        query.page = try page(arguments, model)
        return query
    }

    func page(_ arguments: JSONObject, _ model: ModelType) throws(DomainError) -> Query.Page {
        var page = Query.Page()
        if let take = arguments["take"], !take.isNull {
            guard let number = take.integer, abs(number) <= Int64(ModelReading.takeLimit) else {
                throw ModelProblem.wrongType("take", "an integer of at most \(ModelReading.takeLimit)", model)
            }
            page.limit = Int(abs(number))
            page.isReversed = number < 0
        }
        if let skip = arguments["skip"], !skip.isNull {
            guard let number = skip.integer, (0...Int64(Int32.max)).contains(number) else {
                throw ModelProblem.wrongType("skip", "an integer that is not negative", model)
            }
            page.offset = Int(number)
        }
        if let cursor = arguments["cursor"], !cursor.isNull {
            let filter = try uniqueFilter(cursor, model)
            page.cursor = try id(model, unique: filter)
            // Nothing stands behind an unknown cursor.
            if page.cursor == nil { page.limit = 0 }
        }
        return page
    }

    private func distinct(_ json: JSON?, _ model: ModelType) throws(DomainError) -> [String] {
        guard let json, !json.isNull else { return [] }
        var fields: [String] = []
        for element in json.array ?? [json] {
            guard let name = element.string, let scalar = scalar(name, model) else {
                throw ModelProblem.unknown("distinct.\(element.string ?? "")", model)
            }
            if !fields.contains(scalar.field.name) { fields.append(scalar.field.name) }
        }
        return fields
    }

    func order(_ json: JSON?, _ model: ModelType) throws(DomainError) -> [Query.Order] {
        guard let json, !json.isNull else { return [] }
        var order: [Query.Order] = []
        for element in json.array ?? [json] {
            guard let object = element.object else { throw ModelProblem.wrongType("orderBy", "an object", model) }
            for member in object.members { order.append(try key(member, [], model)) }
        }
        guard order.count <= 20 else { throw ModelProblem.argument("`orderBy` has more than 20 keys.", model) }
        return order
    }

    private func key(
        _ member: JSONObject.Member, _ path: [String], _ model: ModelType
    ) throws(DomainError) -> Query.Order {
        if let scalar = scalar(member.name, model) {
            let (direction, nulls) = try direction(member.value, scalar.name, model)
            var name = scalar.field.name
            if scalar.kind == .rowUid { name = "uid" }
            if !path.isEmpty { return Query.Order(.through(path, name), direction, nulls: nulls) }
            if scalar.kind == .dueOrCompleted {
                return Query.Order(.firstOf([name, "dueDate"]), direction, nulls: nulls)
            }
            return Query.Order(.field(name), direction, nulls: nulls)
        }
        guard let relation = relation(member.name, model) else {
            throw ModelProblem.unknown("orderBy.\(member.name)", model)
        }
        guard let object = member.value.object, object.members.count == 1, let inner = object.members.first else {
            throw ModelProblem.wrongType("orderBy.\(member.name)", "an object with one member", model)
        }
        let target = book.target(relation)
        if relation.isList {
            guard inner.name == "_count", path.isEmpty else {
                throw ModelProblem.unknown("orderBy.\(member.name).\(inner.name)", model)
            }
            let (direction, _) = try direction(inner.value, inner.name, model)
            return Query.Order(.count(relation.name, where: try visible(target.entity.name)), direction)
        }
        guard relation.ownField != nil else { throw ModelProblem.unknown("orderBy.\(member.name)", model) }
        try checkDepth(path.count + 1, model)
        return try key(inner, path + [relation.name], target)
    }

    private func direction(
        _ json: JSON, _ name: String, _ model: ModelType
    ) throws(DomainError) -> (Query.Order.Direction, Query.Order.Nulls?) {
        let word = json.string ?? json["sort"]?.string
        var nulls: Query.Order.Nulls?
        if let given = json["nulls"] {
            switch given.string {
            case "first": nulls = .first
            case "last": nulls = .last
            default: throw ModelProblem.wrongType("orderBy.\(name).nulls", "`first` or `last`", model)
            }
        }
        switch word {
        case "asc": return (.ascending, nulls)
        case "desc": return (.descending, nulls)
        default: throw ModelProblem.wrongType("orderBy.\(name)", "`asc` or `desc`", model)
        }
    }
}
