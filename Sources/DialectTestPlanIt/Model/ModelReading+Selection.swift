import Engine
import Model

extension ModelReading {
    private static let levelArguments: Set<String> = [
        "where", "orderBy", "take", "skip", "cursor", "distinct", "select", "include",
    ]

    /// Completes a query with what `select` and `include` ask for.
    func shape(
        _ arguments: JSONObject, _ query: inout Query, _ model: ModelType, depth: Int = 0
    ) throws(DomainError) -> ModelShape {
        let shape = ModelShape(model)
        let select = try object(arguments["select"], "select", model)
        let include = try object(arguments["include"], "include", model)
        if let select {
            guard include == nil else {
                throw ModelProblem.argument(
                    "Please either use `include` or `select`, but not both at the same time.", model)
            }
            try choose(select, shape, &query, depth: depth, isSelect: true)
            guard !shape.scalars.isEmpty || !shape.parts.isEmpty || shape.showsCounts else {
                throw ModelProblem.argument("The `select` statement needs at least one truthy value.", model)
            }
        } else {
            shape.scalars = model.scalars.filter { isShown($0, model) }
            if let include { try choose(include, shape, &query, depth: depth, isSelect: false) }
        }
        query.fields = columns(of: shape)
        query.uids = shape.scalars.filter { $0.kind == .uidReference }.map(\.field.name)
        return shape
    }

    private func object(_ json: JSON?, _ name: String, _ model: ModelType) throws(DomainError) -> JSONObject? {
        guard let json, !json.isNull else { return nil }
        guard let object = json.object else { throw ModelProblem.wrongType(name, "an object", model) }
        return object
    }

    private func columns(of shape: ModelShape) -> [String] {
        var columns = ["id"]
        for scalar in shape.scalars where scalar.kind != .uidReference {
            for field in scalar.fields where !columns.contains(field) { columns.append(field) }
        }
        return columns
    }

    private func choose(
        _ choice: JSONObject, _ shape: ModelShape, _ query: inout Query, depth: Int, isSelect: Bool
    ) throws(DomainError) {
        let model = shape.model
        var wanted: Set<String> = []
        for member in choice.members {
            if member.value == .bool(false) || member.value.isNull { continue }
            if member.name == "_count" {
                try choose(counts: member.value, shape, &query, depth: depth)
            } else if isSelect, shownScalar(member.name, model) != nil {
                guard member.value == .bool(true) else {
                    throw ModelProblem.wrongType("select.\(member.name)", "a Boolean", model)
                }
                wanted.insert(member.name)
            } else if let relation = shownRelation(member.name, model) {
                try choose(relation, member.value, shape, &query, depth: depth + 1)
            } else {
                throw ModelProblem.unknown("\(isSelect ? "select" : "include").\(member.name)", model)
            }
        }
        if isSelect { shape.scalars = model.scalars.filter { wanted.contains($0.name) } }
    }

    private func shownRelation(_ name: String, _ model: ModelType) -> ModelRelation? {
        guard let relation = model.relation(name) else { return nil }
        if let field = relation.ownField, shownScalar(field, model) == nil { return nil }
        return relation
    }

    private func choose(
        _ relation: ModelRelation, _ json: JSON, _ shape: ModelShape, _ query: inout Query, depth: Int
    ) throws(DomainError) {
        let target = book.target(relation)
        try countInclude(depth, shape.model)
        var arguments = JSONObject()
        if json != .bool(true) {
            guard let object = json.object else {
                throw ModelProblem.wrongType(relation.name, "true or an object", shape.model)
            }
            try check(object, ModelReading.levelArguments, target)
            arguments = object
        }
        var below = try self.query(arguments, target, depth: depth)
        let inner = try self.shape(arguments, &below, target, depth: depth)
        shape.parts.append(ModelShape.Part(relation: relation, place: query.include.count, shape: inner))
        query.include.append(Query.Include(relation.name, .rows(below)))
    }

    /// `true` counts every list, `{"select": {"tags": true, "steps": {"where": …}}}` some.
    private func choose(
        counts json: JSON, _ shape: ModelShape, _ query: inout Query, depth: Int
    ) throws(DomainError) {
        let model = shape.model
        shape.showsCounts = true
        var choice = JSONObject()
        if json == .bool(true) {
            for relation in model.relations where relation.isList {
                choice.members.append(JSONObject.Member(name: relation.name, value: .bool(true)))
            }
        } else {
            guard let select = json["select"]?.object else {
                throw ModelProblem.wrongType("_count", "true or {select}", model)
            }
            choice = select
        }
        for member in choice.members where member.value != .bool(false) && !member.value.isNull {
            guard let relation = model.relation(member.name), relation.isList else {
                throw ModelProblem.unknown("_count.select.\(member.name)", model)
            }
            try countInclude(depth + 1, model)
            let filter = try self.filter(member.value["where"], book.target(relation), depth: depth + 1)
            shape.counts.append(ModelShape.Count(relation: relation, place: query.include.count))
            query.include.append(Query.Include(relation.name, .count(filter)))
        }
    }
}
