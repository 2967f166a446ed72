import Engine
import Model

extension ModelReading {
    /// The condition of a `where` argument.
    func filter(_ json: JSON?, _ model: ModelType, depth: Int = 0) throws(DomainError) -> Filter {
        guard let json, !json.isNull else { return .all }
        return try filter(json, model, depth: depth, logic: 0)
    }

    private func filter(
        _ json: JSON, _ model: ModelType, depth: Int, logic: Int
    ) throws(DomainError) -> Filter {
        guard let object = json.object else { throw ModelProblem.wrongType("where", "an object", model) }
        guard logic <= ModelReading.logicLimit else {
            throw ModelProblem.argument("conditions are nested deeper than \(ModelReading.logicLimit) levels.", model)
        }
        var result = Filter.all
        for member in object.members {
            result = result && (try condition(member, model, depth: depth, logic: logic))
        }
        return result
    }

    private func condition(
        _ member: JSONObject.Member, _ model: ModelType, depth: Int, logic: Int
    ) throws(DomainError) -> Filter {
        switch member.name {
        case "AND":
            var result = Filter.all
            for part in parts(member.value) {
                result = result && (try filter(part, model, depth: depth, logic: logic + 1))
            }
            return result
        case "OR":
            var alternatives: [Filter] = []
            for part in parts(member.value) {
                alternatives.append(try filter(part, model, depth: depth, logic: logic + 1))
            }
            return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
        case "NOT":
            var result = Filter.all
            for part in parts(member.value) {
                result = result && .not(try filter(part, model, depth: depth, logic: logic + 1))
            }
            return result
        default: break
        }
        if let scalar = scalar(member.name, model) {
            return try scalarFilter(scalar, member.value, model)
        }
        if let relation = relation(member.name, model) {
            return try relationFilter(relation, member.value, model, depth: depth + 1)
        }
        if let key = model.keys[member.name] { return try keyFilter(key, member, model) }
        throw ModelProblem.unknown(member.name, model)
    }

    /// One object or a list of them.
    private func parts(_ json: JSON) -> [JSON] { json.array ?? [json] }

    private func relationFilter(
        _ relation: ModelRelation, _ json: JSON, _ model: ModelType, depth: Int
    ) throws(DomainError) -> Filter {
        try checkDepth(depth, model)
        try countTerm(model)
        let target = book.target(relation)
        if relation.isList { return try listFilter(relation, json, target, depth: depth) }
        guard let object = json.object else {
            guard json.isNull else { throw ModelProblem.wrongType(relation.name, "an object or null", model) }
            return none(relation)
        }
        if object.members.isEmpty || !object.members.allSatisfy({ $0.name == "is" || $0.name == "isNot" }) {
            return .related(relation.name, .some, try reached(json, target, depth: depth))
        }
        var result = Filter.all
        for member in object.members {
            let found: Filter
            if member.value.isNull {
                found = none(relation)
                result = result && (member.name == "is" ? found : .not(found))
            } else {
                found = .related(relation.name, .some, try reached(member.value, target, depth: depth))
                result = result && (member.name == "is" ? found : .not(found))
            }
        }
        return result
    }

    /// The rows without this related row.
    private func none(_ relation: ModelRelation) -> Filter {
        if let field = relation.ownField { return .equals(field, .null) }
        return .related(relation.name, .none, .all)
    }

    private func listFilter(
        _ relation: ModelRelation, _ json: JSON, _ target: ModelType, depth: Int
    ) throws(DomainError) -> Filter {
        guard let object = json.object else { throw ModelProblem.wrongType(relation.name, "an object", target) }
        var result = Filter.all
        for member in object.members {
            let quantified: Filter
            switch member.name {
            case "some": quantified = .related(relation.name, .some, try reached(member.value, target, depth: depth))
            case "none": quantified = .related(relation.name, .none, try reached(member.value, target, depth: depth))
            case "every":
                let inner = try filter(member.value, target, depth: depth)
                let visible = try visible(target.entity.name)
                quantified = .related(relation.name, .none, visible && .not(inner))
            default: throw ModelProblem.unknown(member.name, target)
            }
            result = result && quantified
        }
        return result
    }

    /// A condition on related rows; rows that the caller may not read do not count.
    private func reached(_ json: JSON, _ target: ModelType, depth: Int) throws(DomainError) -> Filter {
        let inner = try filter(json, target, depth: depth)
        return try visible(target.entity.name) && inner
    }
}
