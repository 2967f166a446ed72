import Engine
import Model
import Wire

extension ModelWriting {
    /// Relations that are written once their row is there.
    struct Later {
        let relation: ModelRelation
        let operations: JSONObject
    }

    /// Makes rows with everything nested in them; `preset` holds the references to the row above.
    func create(
        _ model: ModelType, _ list: [JSONObject], _ preset: [String: Value] = [:], depth: Int
    ) throws(DomainError) -> [Int64] {
        try checkDepth(depth, model)
        try requireWritten(model, "create")
        var drafts: [Draft] = []
        var later: [[Later]] = []
        for data in list {
            var rest: [Later] = []
            drafts.append(try draft(model, data, preset, &rest, depth: depth))
            later.append(rest)
        }
        let ids = try work.insert(model.entity.name, drafts)
        for (id, rest) in zip(ids, later) {
            for part in rest { try related(model, id, part.relation, part.operations, depth: depth) }
        }
        return ids
    }

    private func draft(
        _ model: ModelType, _ data: JSONObject, _ preset: [String: Value], _ later: inout [Later], depth: Int
    ) throws(DomainError) -> Draft {
        var draft = Draft()
        for member in data.members {
            if let scalar = writable(member.name, model) {
                let value = try created(scalar, member.value, model)
                // A relation that is connected as well decides.
                if draft[scalar.field.name] == nil || model.relation(by: scalar.field.name) == nil {
                    draft[scalar.field.name] = value
                }
            } else if let relation = model.relation(member.name) {
                guard !member.value.isNull else { continue }
                guard let operations = member.value.object else {
                    throw ModelProblem.wrongType(member.name, "an object", model)
                }
                if let field = relation.ownField {
                    guard let id = try parent(relation, operations, model, depth: depth) else { continue }
                    draft[field] = .int(id)
                } else {
                    later.append(Later(relation: relation, operations: operations))
                }
            } else {
                throw ModelProblem.unknown(member.name, model)
            }
        }
        for (name, value) in preset { draft[name] = value }
        fill(&draft, model)
        try requireComplete(draft, model)
        return draft
    }

    private func created(_ scalar: ModelScalar, _ json: JSON, _ model: ModelType) throws(DomainError) -> Value {
        if json.isNull {
            guard scalar.field.isRequired else { return .null }
            throw ModelProblem.argument("Argument `\(scalar.name)` must not be null.", model)
        }
        if scalar.field.kind == .textList, let set = json["set"] { return try scalar.value(set, model) }
        return try sealed(try scalar.value(json, model), scalar)
    }

    /// The row at the other end of a reference of a row that is being made.
    private func parent(
        _ relation: ModelRelation, _ operations: JSONObject, _ model: ModelType, depth: Int
    ) throws(DomainError) -> Int64? {
        let target = book.target(relation)
        var id: Int64?
        for member in operations.members {
            switch member.name {
            case "connect": id = try connected(target, member.value)
            case "create":
                id = try create(target, [try data(member.value, target, name: "create")], depth: depth + 1).first
            case "connectOrCreate":
                let arguments = try data(member.value, target, name: "connectOrCreate")
                id = try connectOrCreate(target, arguments, [:], depth: depth + 1)
            default: throw ModelProblem.unknown("\(relation.name).\(member.name)", model)
            }
        }
        return id
    }

    func connectOrCreate(
        _ target: ModelType, _ arguments: JSONObject, _ preset: [String: Value], depth: Int
    ) throws(DomainError) -> Int64 {
        try reading.check(arguments, ["where", "create"], target)
        let create = try data(arguments["create"], target, name: "create")
        if let id = try found(target, arguments["where"]) {
            if !preset.isEmpty { try work.update(target.entity.name, [Change(id, set: preset)]) }
            return id
        }
        return try self.create(target, [create], preset, depth: depth)[0]
    }

    /// What the engine's fields cannot say by themselves.
    private func fill(_ draft: inout Draft, _ model: ModelType) {
        switch model.entity.name {
        case "Milestone":
            guard let time = draft["completedAt"], draft["isCompleted"]?.boolean != true else { return }
            draft["completedAt"] = nil
            if draft["dueDate"] == nil { draft["dueDate"] = time }
        case "RepositoryCaseVersion":
            if draft["creatorId"] == nil { draft["creatorId"] = .text(work.caller.uid) }
            if draft["creatorName"] == nil { draft["creatorName"] = .text(work.caller.name) }
        case "SessionVersion":
            if draft["createdById"] == nil { draft["createdById"] = .text(work.caller.uid) }
            if draft["createdByName"] == nil { draft["createdByName"] = .text(work.caller.name) }
        case "User":
            if draft["createdById"] == nil { draft["createdById"] = .int(work.caller.userId) }
            if draft["isApi"] == nil { draft["isApi"] = true }
            if draft["password"] != nil { draft["passwordChangedAt"] = .int(work.time) }
        default:
            // Rows of the caller's own: tokens, preferences, watches.
            guard case .user(let field) = model.entity.ownership, draft[field] == nil else { return }
            draft[field] = .int(work.caller.userId)
        }
    }

    private func requireComplete(_ draft: Draft, _ model: ModelType) throws(DomainError) {
        for field in model.entity.fields where field.isRequired && field.fallback == .none {
            if field.name == "id" || field.name == "uid" || draft[field.name] != nil { continue }
            throw ModelProblem.missing(model.relation(by: field.name)?.name ?? field.name, model)
        }
    }

    /// `{"data": [{…}], "skipDuplicates": true}`; scalars only.
    func createMany(
        _ model: ModelType, _ json: JSON, _ preset: [String: Value], depth: Int
    ) throws(DomainError) -> [Int64] {
        guard let arguments = json.object else { throw ModelProblem.wrongType("createMany", "an object", model) }
        try reading.check(arguments, ["data", "skipDuplicates"], model)
        guard let data = arguments["data"] else { throw ModelProblem.missing("data", model) }
        var list = try list(data, model, "data")
        for object in list {
            for member in object.members where model.relation(member.name) != nil {
                throw ModelProblem.unknown(member.name, model)
            }
        }
        if arguments["skipDuplicates"]?.bool == true { list = try fresh(list, preset, model) }
        if list.isEmpty {
            try work.requireCreatable(model.entity.name)
            return []
        }
        return try create(model, list, preset, depth: depth)
    }

    /// The objects whose unique keys are taken neither by stored rows nor by objects before them.
    private func fresh(
        _ list: [JSONObject], _ preset: [String: Value], _ model: ModelType
    ) throws(DomainError) -> [JSONObject] {
        var seen: Set<[Value]> = []
        var result: [JSONObject] = []
        for object in list {
            var later: [Later] = []
            let draft = try draft(model, object, preset, &later, depth: 0)
            var isTaken = false
            for (index, key) in model.entity.uniques.enumerated() {
                guard let values = try work.keyValues(draft, key, model.entity.name) else { continue }
                if !seen.insert([.int(index)] + values).inserted { isTaken = true }
                if isTaken { break }
                isTaken = try work.isTaken(key, values, model.entity.name)
            }
            if !isTaken { result.append(object) }
        }
        return result
    }
}
