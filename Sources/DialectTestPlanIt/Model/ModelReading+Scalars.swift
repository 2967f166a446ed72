import Engine
import Model
import Wire

extension ModelReading {
    /// The condition on one scalar: a value, null, or an object of operators.
    func scalarFilter(_ scalar: ModelScalar, _ json: JSON, _ model: ModelType) throws(DomainError) -> Filter {
        try countTerm(model)
        if scalar.kind == .dueOrCompleted {
            guard let completed = scalar.plain(of: "completedAt", in: model),
                let due = scalar.plain(of: "dueDate", in: model)
            else { throw ModelProblem.unknown(scalar.name, model) }
            let isCompleted = Filter.equals("isCompleted", true)
            let first = isCompleted && (try plainFilter(completed, json, model))
            let second = Filter.equals("isCompleted", false) && (try plainFilter(due, json, model))
            return first || second
        }
        return try plainFilter(scalar, json, model)
    }

    private func plainFilter(_ scalar: ModelScalar, _ json: JSON, _ model: ModelType) throws(DomainError) -> Filter {
        switch scalar.field.kind {
        case .json: return try documentFilter(scalar, json, model)
        case .textList: return try textListFilter(scalar, json, model)
        case .text, .integer, .bigInteger, .real, .boolean, .timestamp, .decimal, .choice, .reference: break
        }
        guard let operators = json.object else { return try equals(scalar, json, .sensitive, model) }
        var sensitivity = Filter.Case.sensitive
        if let mode = operators["mode"] {
            switch mode.string {
            case "insensitive": sensitivity = .insensitive
            case "default": sensitivity = .sensitive
            default: throw ModelProblem.wrongType("\(scalar.name).mode", "`insensitive` or `default`", model)
            }
        }
        var result = Filter.all
        for member in operators.members where member.name != "mode" {
            result = result && (try apply(member, scalar, sensitivity, model))
        }
        return result
    }

    private func apply(
        _ member: JSONObject.Member, _ scalar: ModelScalar, _ sensitivity: Filter.Case, _ model: ModelType
    ) throws(DomainError) -> Filter {
        let isText = scalar.field.kind == .text
        switch member.name {
        case "equals": return try equals(scalar, member.value, sensitivity, model)
        case "not":
            if member.value.object != nil {
                try countTerm(model)
                return .not(try plainFilter(scalar, member.value, model))
            }
            return .not(try equals(scalar, member.value, sensitivity, model))
        case "in": return try oneOf(scalar, member.value, sensitivity, model)
        case "notIn": return .not(try oneOf(scalar, member.value, sensitivity, model))
        case "lt": return try compare(scalar, .less, member.value, model)
        case "lte": return try compare(scalar, .lessOrEqual, member.value, model)
        case "gt": return try compare(scalar, .greater, member.value, model)
        case "gte": return try compare(scalar, .greaterOrEqual, member.value, model)
        case "contains" where isText: return try text(scalar, .contains, member.value, sensitivity, model)
        case "startsWith" where isText: return try text(scalar, .startsWith, member.value, sensitivity, model)
        case "endsWith" where isText: return try text(scalar, .endsWith, member.value, sensitivity, model)
        default: throw ModelProblem.unknown("\(scalar.name).\(member.name)", model)
        }
    }

    private func equals(
        _ scalar: ModelScalar, _ json: JSON, _ sensitivity: Filter.Case, _ model: ModelType
    ) throws(DomainError) -> Filter {
        if scalar.isEmptyWhenNull, json.isNull || json.string == "" {
            return .or([.equals(scalar.field.name, .null), .equals(scalar.field.name, "")])
        }
        if json.isNull { return .equals(scalar.field.name, .null) }
        switch scalar.kind {
        case .rowId, .idReference, .uidReference:
            return rows(scalar, [try scalar.reference(json, model)])
        case .plain, .rowUid, .dueOrCompleted: break
        }
        let value = try scalar.value(json, model)
        if sensitivity == .insensitive, let text = value.string {
            return .text(scalar.field.name, .equals, text, .insensitive)
        }
        return .equals(scalar.field.name, value)
    }

    /// The condition that a key or a reference names one of these rows.
    private func rows(_ scalar: ModelScalar, _ references: [ModelReference]) -> Filter {
        var ids: [Value] = []
        var uids: [String] = []
        for reference in references {
            switch reference {
            case .key(.id(let id)): ids.append(.int(id))
            case .key(.uid(let uid)): uids.append(uid)
            case .unknown: continue
            }
        }
        let name = scalar.field.name
        var alternatives: [Filter] = []
        if ids.count == 1 { alternatives.append(.equals(name, ids[0])) }
        if ids.count > 1 { alternatives.append(.oneOf(name, ids)) }
        if !uids.isEmpty {
            let isOwn = scalar.kind == .rowId
            alternatives.append(isOwn ? .oneOf("uid", uids.map { .text($0) }) : .referenceUid(name, uids))
        }
        // A null stays neither in nor out, as in any other comparison.
        if alternatives.isEmpty { return .oneOf(name, [.int(-1)]) }
        return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
    }

    private func oneOf(
        _ scalar: ModelScalar, _ json: JSON, _ sensitivity: Filter.Case, _ model: ModelType
    ) throws(DomainError) -> Filter {
        guard let elements = json.array else { throw ModelProblem.wrongType(scalar.name, "a list", model) }
        try countListed(elements.count, model)
        let isSpecial =
            sensitivity == .insensitive
            || elements.contains { scalar.isEmptyWhenNull && ($0.isNull || $0.string == "") }
        if isSpecial {
            guard elements.count <= ModelReading.termLimit else {
                throw ModelProblem.argument("`\(scalar.name)`: the list is too long for this comparison.", model)
            }
            var alternatives: [Filter] = []
            for element in elements { alternatives.append(try equals(scalar, element, sensitivity, model)) }
            return .or(alternatives)
        }
        let holdsNull = elements.contains(where: \.isNull)
        let present = elements.filter { !$0.isNull }
        var found: Filter
        switch scalar.kind {
        case .rowId, .idReference, .uidReference:
            var references: [ModelReference] = []
            for element in present { references.append(try scalar.reference(element, model)) }
            found = present.isEmpty ? .none : rows(scalar, references)
        case .plain, .rowUid, .dueOrCompleted:
            var values: [Value] = []
            for element in present { values.append(try scalar.value(element, model)) }
            found = values.isEmpty ? .none : .oneOf(scalar.field.name, values)
        }
        if holdsNull { found = found || .equals(scalar.field.name, .null) }
        return found
    }

    private func compare(
        _ scalar: ModelScalar, _ comparison: Filter.Comparison, _ json: JSON, _ model: ModelType
    ) throws(DomainError) -> Filter {
        if json.isNull { throw scalar.wrongType("a value", model) }
        if scalar.field.kind == .boolean { throw ModelProblem.unknown("\(scalar.name).lt", model) }
        let value = try scalar.value(json, model)
        switch scalar.kind {
        case .rowId, .idReference, .uidReference:
            guard case .int = value else { throw scalar.wrongType("Int", model) }
        case .plain, .rowUid, .dueOrCompleted: break
        }
        return .compare(scalar.field.name, comparison, value)
    }

    private func text(
        _ scalar: ModelScalar, _ match: Filter.TextMatch, _ json: JSON, _ sensitivity: Filter.Case, _ model: ModelType
    ) throws(DomainError) -> Filter {
        guard let text = json.string else { throw scalar.wrongType("String", model) }
        return .text(scalar.field.name, match, text, sensitivity)
    }

    private func textListFilter(
        _ scalar: ModelScalar, _ json: JSON, _ model: ModelType
    ) throws(DomainError) -> Filter {
        let name = scalar.field.name
        guard let operators = json.object else { return .list(name, .equals(try strings(scalar, json, model))) }
        var result = Filter.all
        for member in operators.members {
            switch member.name {
            case "has":
                guard let text = member.value.string else { throw scalar.wrongType("String", model) }
                result = result && .list(name, .hasAny([text]))
            case "hasSome": result = result && .list(name, .hasAny(try strings(scalar, member.value, model)))
            case "hasEvery": result = result && .list(name, .hasEvery(try strings(scalar, member.value, model)))
            case "equals": result = result && .list(name, .equals(try strings(scalar, member.value, model)))
            case "isEmpty":
                guard let flag = member.value.bool else { throw scalar.wrongType("Boolean", model) }
                result = result && .list(name, .isEmpty(flag))
            default: throw ModelProblem.unknown("\(scalar.name).\(member.name)", model)
            }
        }
        return result
    }

    private func strings(_ scalar: ModelScalar, _ json: JSON, _ model: ModelType) throws(DomainError) -> [String] {
        let texts = try scalar.texts(json, model).array?.compactMap(\.string) ?? []
        try countListed(texts.count, model)
        return texts
    }
}

extension ModelScalar {
    /// `className` null and `""` are the same.
    fileprivate var isEmptyWhenNull: Bool { name == "className" }

    /// The plain column of another field of the entity.
    fileprivate func plain(of name: String, in model: ModelType) -> ModelScalar? {
        model.entity.field(name).map { ModelScalar(self.name, $0, .plain) }
    }
}
