import Engine
import Model
import Wire

extension ModelWriting {
    /// Changes one row and everything nested in the data.
    func update(_ model: ModelType, _ id: Int64, _ data: JSONObject, depth: Int) throws(DomainError) {
        try checkDepth(depth, model)
        try requireWritten(model, "update")
        var values: [String: Assignment] = [:]
        var later: [Later] = []
        var gone: [(ModelType, Int64)] = []
        for member in data.members {
            if let scalar = writable(member.name, model) {
                if values[scalar.field.name] != nil, model.relation(by: scalar.field.name) != nil { continue }
                values[scalar.field.name] = try assignment(scalar, member.value, model, id)
            } else if let relation = model.relation(member.name) {
                guard let operations = member.value.object else {
                    throw ModelProblem.wrongType(member.name, "an object", model)
                }
                if let field = relation.ownField {
                    let change = try reference(model, id, relation, operations, &gone, depth: depth)
                    if let change { values[field] = .set(change) }
                } else {
                    later.append(Later(relation: relation, operations: operations))
                }
            } else {
                throw ModelProblem.unknown(member.name, model)
            }
        }
        try apply(model, [id], values)
        for (target, row) in gone { try delete(target, [row]) }
        for part in later { try related(model, id, part.relation, part.operations, depth: depth) }
    }

    /// Changes the scalars of many rows in one go.
    func updateMany(_ model: ModelType, _ ids: [Int64], _ data: JSONObject) throws(DomainError) {
        try requireWritten(model, "update")
        var values: [String: Assignment] = [:]
        var pushes: [(ModelScalar, JSON)] = []
        for member in data.members {
            guard let scalar = writable(member.name, model) else { throw ModelProblem.unknown(member.name, model) }
            if scalar.field.kind == .textList, member.value["push"] != nil {
                pushes.append((scalar, member.value))
            } else {
                values[scalar.field.name] = try assignment(scalar, member.value, model, 0)
            }
        }
        guard !ids.isEmpty else { return try work.requireCreatable(model.entity.name) }
        try apply(model, ids, values)
        for (scalar, json) in pushes {
            for id in ids { try apply(model, [id], [scalar.field.name: try assignment(scalar, json, model, id)]) }
        }
    }

    private func apply(_ model: ModelType, _ ids: [Int64], _ values: [String: Assignment]) throws(DomainError) {
        guard !values.isEmpty else { return try work.requireUpdatable(model.entity.name, ids) }
        var changes = ids.map { Change($0, values) }
        if model.entity.name == "Milestone", values["completedAt"] != nil { try dueDates(&changes) }
        if model.entity.name == "User", values["password"] != nil {
            for index in changes.indices { changes[index].values["passwordChangedAt"] = .set(.int(work.time)) }
        }
        try work.update(model.entity.name, changes)
    }

    /// The completion time of a milestone that is not completed is its due date.
    private func dueDates(_ changes: inout [Change]) throws(DomainError) {
        let rows = try work.find(
            "Milestone", changes.map { .id($0.id) }, fields: ["id", "isCompleted"], deleted: .shown)
        var completed: Set<Int64> = []
        for row in rows where row.flag("isCompleted") { completed.insert(row.id) }
        for index in changes.indices {
            var isCompleted = completed.contains(changes[index].id)
            if case .set(let value) = changes[index].values["isCompleted"] { isCompleted = value.boolean == true }
            if isCompleted { continue }
            let time = changes[index].values.removeValue(forKey: "completedAt")
            if changes[index].values["dueDate"] == nil { changes[index].values["dueDate"] = time }
        }
    }

    /// A value, or an object with one operator.
    private func assignment(
        _ scalar: ModelScalar, _ json: JSON, _ model: ModelType, _ id: Int64
    ) throws(DomainError) -> Assignment {
        if json.isNull {
            guard !scalar.field.isRequired else {
                throw ModelProblem.argument("Argument `\(scalar.name)` must not be null.", model)
            }
            return .set(.null)
        }
        guard scalar.field.kind != .json, let object = json.object else {
            return .set(try sealed(try scalar.value(json, model), scalar))
        }
        guard object.members.count == 1, let member = object.members.first else {
            throw ModelProblem.wrongType(scalar.name, "a value or one operation", model)
        }
        switch member.name {
        case "set": return try assignment(scalar, member.value, model, id)
        case "increment": return .add(try number(scalar, member.value, model))
        case "decrement": return .add(negative(try number(scalar, member.value, model)))
        case "multiply": return .multiply(try number(scalar, member.value, model))
        case "divide":
            let divisor = try number(scalar, member.value, model)
            guard divisor.number != 0 else { throw ModelProblem.argument("`\(scalar.name)`: division by zero.", model) }
            return .divide(divisor)
        case "push" where scalar.field.kind == .textList:
            let more = try scalar.texts(.array(member.value.array ?? [member.value]), model).array ?? []
            let row = try work.row(model.entity.name, .id(id), fields: ["id", scalar.field.name], deleted: .shown)
            return .set(.text(JSON.array(ModelWriting.texts(row.text(scalar.field.name)) + more).text))
        default: throw ModelProblem.unknown("\(scalar.name).\(member.name)", model)
        }
    }

    private static func texts(_ stored: String) -> [JSON] {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(stored).array ?? []
        } catch {
            return []
        }
    }

    private func number(_ scalar: ModelScalar, _ json: JSON, _ model: ModelType) throws(DomainError) -> Value {
        switch scalar.field.kind {
        case .integer, .bigInteger, .real: return try scalar.value(json, model)
        case .text, .boolean, .timestamp, .json, .textList, .decimal, .choice, .reference:
            throw ModelProblem.wrongType(scalar.name, "a plain value", model)
        }
    }

    private func negative(_ value: Value) -> Value {
        switch value {
        case .int(let number): .int(0 &- number)
        case .double(let number): .double(-number)
        case .null, .bool, .text, .bytes: value
        }
    }

    /// What the operations on a to-one relation make of the reference; `nil` leaves it.
    private func reference(
        _ model: ModelType, _ id: Int64, _ relation: ModelRelation, _ operations: JSONObject,
        _ gone: inout [(ModelType, Int64)], depth: Int
    ) throws(DomainError) -> Value? {
        let target = book.target(relation)
        var result: Value?
        for member in operations.members {
            switch member.name {
            case "connect": result = .int(try connected(target, member.value))
            case "create":
                let data = try data(member.value, target, name: "create")
                result = .int(try create(target, [data], depth: depth + 1)[0])
            case "connectOrCreate":
                let arguments = try data(member.value, target, name: "connectOrCreate")
                result = .int(try connectOrCreate(target, arguments, [:], depth: depth + 1))
            case "disconnect", "delete":
                if member.value == .bool(false) { continue }
                guard try current(model, id, relation, member.value) != nil else { continue }
                guard model.entity.field(relation.ownField ?? "")?.isRequired == false else {
                    throw ModelProblem.required(relation, model)
                }
                if member.name == "delete", let row = try current(model, id, relation, member.value) {
                    gone.append((target, row))
                }
                result = .null
            case "update":
                let (condition, data) = try updated(member.value, target)
                guard let row = try current(model, id, relation, condition) else {
                    throw ModelProblem.absent("No `\(target.name)` record was found for a nested update.", target)
                }
                try update(target, row, data, depth: depth + 1)
            case "upsert":
                let arguments = try data(member.value, target, name: "upsert")
                if let row = try current(model, id, relation, arguments["where"] ?? .bool(true)) {
                    try update(target, row, try data(arguments["update"], target, name: "update"), depth: depth + 1)
                } else {
                    let create = try data(arguments["create"], target, name: "create")
                    result = .int(try self.create(target, [create], depth: depth + 1)[0])
                }
            default: throw ModelProblem.unknown("\(relation.name).\(member.name)", model)
            }
        }
        return result
    }

    /// The related row, where it passes a condition.
    private func current(
        _ model: ModelType, _ id: Int64, _ relation: ModelRelation, _ condition: JSON
    ) throws(DomainError) -> Int64? {
        let target = book.target(relation)
        let filter = condition.object == nil ? .all : try reading.filter(condition, target)
        return try reading.related(model, id, relation, filter).first
    }

    /// `{"where": …, "data": …}` or the data itself.
    func updated(_ json: JSON, _ target: ModelType) throws(DomainError) -> (condition: JSON, data: JSONObject) {
        let object = try data(json, target, name: "update")
        if let inner = object["data"]?.object, target.scalar("data") == nil {
            return (object["where"] ?? .bool(true), inner)
        }
        return (.bool(true), object)
    }
}
