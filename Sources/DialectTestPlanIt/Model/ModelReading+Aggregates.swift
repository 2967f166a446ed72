import Engine
import Model
import Wire

extension ModelReading {
    /// The aggregates that `_count`, `_sum`, `_avg`, `_min` and `_max` ask for.
    func aggregates(_ arguments: JSONObject, _ model: ModelType) throws(DomainError) -> [ModelAggregate] {
        var wanted: [ModelAggregate] = []
        for function in Aggregate.Function.allCases {
            guard let json = arguments[function.rawValue], !json.isNull, json != .bool(false) else { continue }
            if function == .count, json == .bool(true) {
                wanted.append(ModelAggregate(function: function, scalar: nil, isWhole: true))
                continue
            }
            guard let choice = json.object else { throw ModelProblem.wrongType(function.rawValue, "an object", model) }
            for member in choice.members where member.value == .bool(true) {
                wanted.append(try aggregate(function, member.name, model))
            }
        }
        return wanted
    }

    func aggregate(
        _ function: Aggregate.Function, _ name: String, _ model: ModelType
    ) throws(DomainError) -> ModelAggregate {
        if function == .count, name == "_all" { return ModelAggregate(function: .count, scalar: nil, isWhole: false) }
        guard let scalar = scalar(name, model), ModelAggregate.fits(function, scalar) else {
            throw ModelProblem.unknown("\(function.rawValue).\(name)", model)
        }
        return ModelAggregate(function: function, scalar: scalar, isWhole: false)
    }

    /// Groups with their keys and aggregates.
    func grouping(
        _ arguments: JSONObject, _ model: ModelType
    ) throws(DomainError) -> (keys: [ModelScalar], aggregates: [ModelAggregate], grouping: Grouping) {
        var keys: [ModelScalar] = []
        guard let by = arguments["by"] else { throw ModelProblem.missing("by", model) }
        for element in by.array ?? [by] {
            guard let name = element.string, let scalar = scalar(name, model), scalar.kind != .dueOrCompleted else {
                throw ModelProblem.unknown("by.\(element.string ?? "")", model)
            }
            if !keys.contains(where: { $0.name == scalar.name }) { keys.append(scalar) }
        }
        guard !keys.isEmpty else { throw ModelProblem.missing("by", model) }
        let wanted = try aggregates(arguments, model)
        let page = try page(arguments, model)
        var columns: [Aggregate] = []
        for aggregate in wanted where !columns.contains(aggregate.aggregate) { columns.append(aggregate.aggregate) }
        var grouping = Grouping(by: keys.map(\.field.name), aggregates: columns)
        if let having = arguments["having"], !having.isNull {
            grouping.having = try self.having(having, keys, model, logic: 0)
        }
        grouping.order = try groupOrder(arguments["orderBy"], keys, model)
        grouping.limit = page.limit ?? ModelReading.takeLimit
        grouping.offset = page.offset
        if page.isReversed {
            if grouping.order.isEmpty { grouping.order = keys.map { (.field($0.field.name), .ascending) } }
            grouping.order = grouping.order.map { ($0.key, $0.direction == .ascending ? .descending : .ascending) }
        }
        return (keys, wanted, grouping)
    }

    private func groupOrder(
        _ json: JSON?, _ keys: [ModelScalar], _ model: ModelType
    ) throws(DomainError) -> [(key: Grouping.OrderKey, direction: Query.Order.Direction)] {
        guard let json, !json.isNull else { return [] }
        var order: [(key: Grouping.OrderKey, direction: Query.Order.Direction)] = []
        for element in json.array ?? [json] {
            guard let object = element.object else { throw ModelProblem.wrongType("orderBy", "an object", model) }
            for member in object.members {
                if let function = Aggregate.Function(rawValue: member.name) {
                    guard let choice = member.value.object else {
                        throw ModelProblem.wrongType("orderBy.\(member.name)", "an object", model)
                    }
                    for inner in choice.members {
                        let aggregate = try aggregate(function, inner.name, model)
                        order.append((.aggregate(aggregate.aggregate), try direction(inner.value, inner.name, model)))
                    }
                } else {
                    guard let key = keys.first(where: { $0.name == member.name }) else {
                        throw ModelProblem.unknown("orderBy.\(member.name)", model)
                    }
                    order.append((.field(key.field.name), try direction(member.value, member.name, model)))
                }
            }
        }
        return order
    }

    private func direction(
        _ json: JSON, _ name: String, _ model: ModelType
    ) throws(DomainError) -> Query.Order.Direction {
        switch json.string ?? json["sort"]?.string {
        case "asc": return .ascending
        case "desc": return .descending
        default: throw ModelProblem.wrongType("orderBy.\(name)", "`asc` or `desc`", model)
        }
    }

    private func having(
        _ json: JSON, _ keys: [ModelScalar], _ model: ModelType, logic: Int
    ) throws(DomainError) -> Having {
        guard let object = json.object else { throw ModelProblem.wrongType("having", "an object", model) }
        guard logic <= ModelReading.logicLimit else {
            throw ModelProblem.argument("`having` is nested too deep.", model)
        }
        var parts: [Having] = []
        for member in object.members {
            switch member.name {
            case "AND", "OR", "NOT":
                var inner: [Having] = []
                for part in member.value.array ?? [member.value] {
                    inner.append(try having(part, keys, model, logic: logic + 1))
                }
                switch member.name {
                case "AND": parts.append(.and(inner))
                case "OR": parts.append(.or(inner))
                default: parts.append(.and(inner.map { .not($0) }))
                }
            default: parts.append(try having(member, keys, model))
            }
        }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    /// `{"estimate": {"_avg": {"gt": 10}}}` or a filter on a grouping field.
    private func having(
        _ member: JSONObject.Member, _ keys: [ModelScalar], _ model: ModelType
    ) throws(DomainError) -> Having {
        guard let scalar = scalar(member.name, model) else {
            throw ModelProblem.unknown("having.\(member.name)", model)
        }
        var parts: [Having] = []
        var plain = JSONObject()
        for inner in member.value.object?.members ?? [] {
            guard let function = Aggregate.Function(rawValue: inner.name) else {
                plain.members.append(inner)
                continue
            }
            let aggregate = try aggregate(function, scalar.name, model)
            for sign in inner.value.object?.members ?? [JSONObject.Member(name: "equals", value: inner.value)] {
                try countTerm(model)
                parts.append(try compare(aggregate, sign, model))
            }
        }
        if member.value.object == nil || !plain.isEmpty {
            guard keys.contains(where: { $0.name == scalar.name }) else {
                throw ModelProblem.argument("`having`: `\(scalar.name)` must be in `by` or inside an aggregate.", model)
            }
            let value = member.value.object == nil ? member.value : .object(plain)
            parts.append(.field(try scalarFilter(scalar, value, model)))
        }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private func compare(
        _ aggregate: ModelAggregate, _ member: JSONObject.Member, _ model: ModelType
    ) throws(DomainError) -> Having {
        let column = aggregate.aggregate
        if member.name == "in" || member.name == "notIn" {
            guard let elements = member.value.array else { throw ModelProblem.wrongType("having", "a list", model) }
            try countListed(elements.count, model)
            var found: [Having] = []
            for element in elements { found.append(.compare(column, .equal, try aggregate.value(element, model))) }
            return member.name == "in" ? .or(found) : .not(.or(found))
        }
        let signs: [String: Having.Sign] = [
            "equals": .equal, "not": .notEqual, "lt": .less, "lte": .lessOrEqual, "gt": .greater,
            "gte": .greaterOrEqual,
        ]
        guard let sign = signs[member.name] else { throw ModelProblem.unknown("having.\(member.name)", model) }
        return .compare(column, sign, try aggregate.value(member.value, model))
    }
}

/// One aggregate under the words of the RPC.
struct ModelAggregate {
    let function: Aggregate.Function
    /// `nil` counts rows.
    let scalar: ModelScalar?
    /// `_count: true` answers a number in place of an object.
    let isWhole: Bool

    var aggregate: Aggregate { Aggregate(function, scalar?.field.name) }
    var name: String { scalar?.name ?? "_all" }

    static func fits(_ function: Aggregate.Function, _ scalar: ModelScalar) -> Bool {
        if scalar.kind == .dueOrCompleted { return false }
        switch function {
        case .count: return true
        case .sum, .average:
            switch scalar.field.kind {
            case .integer, .bigInteger, .real, .decimal: return true
            case .reference: return scalar.kind == .idReference
            case .text, .boolean, .timestamp, .json, .textList, .choice: return false
            }
        case .minimum, .maximum:
            switch scalar.field.kind {
            case .text, .integer, .bigInteger, .real, .timestamp, .decimal, .choice: return true
            case .reference: return scalar.kind == .idReference
            case .boolean, .json, .textList: return false
            }
        }
    }

    /// How the number is shown.
    var kind: Field.Kind {
        guard let scalar else { return .integer }
        switch function {
        case .count: return .integer
        case .average: return scalar.field.kind == .decimal ? .decimal : .real
        case .sum, .minimum, .maximum: return scalar.field.kind
        }
    }

    func value(_ json: JSON, _ model: ModelType) throws(DomainError) -> Value {
        if json.isNull { return .null }
        if function == .minimum || function == .maximum, let scalar { return try scalar.value(json, model) }
        if let number = json.integer { return .int(number) }
        guard let number = json.double else { throw ModelProblem.wrongType("having", "a number", model) }
        return .double(number)
    }
}

extension RowWriter {
    /// The aggregates of one row of results as members of the open object.
    mutating func aggregates(_ wanted: [ModelAggregate], _ row: Row, _ path: String) {
        for function in Aggregate.Function.allCases {
            let own = wanted.filter { $0.function == function }
            guard let first = own.first else { continue }
            json.key(function.rawValue)
            if first.isWhole {
                json.value(row[first.aggregate.column].integer ?? 0)
                continue
            }
            json.beginObject()
            for aggregate in own {
                json.key(aggregate.name)
                write(
                    row[aggregate.aggregate.column], aggregate.kind, false,
                    "\(path)\(function.rawValue).\(aggregate.name)")
            }
            json.endObject()
        }
    }
}
