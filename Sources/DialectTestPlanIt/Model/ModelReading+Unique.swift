import Engine
import Model

extension ModelReading {
    /// The condition of unique arguments: at least one of them, and any further filters.
    func uniqueFilter(_ json: JSON?, _ model: ModelType) throws(DomainError) -> Filter {
        guard let object = json?.object else { throw ModelProblem.missing("where", model) }
        let isUnique = object.members.contains { member in
            if model.keys[member.name] != nil { return !member.value.isNull }
            guard model.uniqueFields.contains(member.name), scalar(member.name, model) != nil else { return false }
            return member.value.string != nil || member.value.integer != nil || member.value["equals"] != nil
        }
        guard isUnique else {
            let names = (model.uniqueFields.filter { scalar($0, model) != nil } + model.keys.keys).sorted()
            throw ModelProblem.argument(
                "Argument `where` of type \(model.name)WhereUniqueInput needs at least one of \(ModelReading.quoted(names)).",
                model)
        }
        return try filter(.object(object), model)
    }

    static func quoted(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

    /// `{"testRunId_repositoryCaseId": {"testRunId": 1, "repositoryCaseId": 2}}`.
    func keyFilter(
        _ key: ModelKey, _ member: JSONObject.Member, _ model: ModelType
    ) throws(DomainError) -> Filter {
        guard let object = member.value.object else {
            throw ModelProblem.wrongType(member.name, "an object", model)
        }
        for part in object.members where !key.fields.contains(part.name) {
            throw ModelProblem.unknown("\(member.name).\(part.name)", model)
        }
        var result = Filter.all
        for name in key.fields {
            guard let scalar = scalar(name, model) else { throw ModelProblem.unknown(name, model) }
            let given = object[name]
            if given == nil, scalar.field.isRequired {
                throw ModelProblem.missing("\(member.name).\(name)", model)
            }
            result = result && (try scalarFilter(scalar, given ?? .null, model))
        }
        if key.isLive { result = result && .equals("isDeleted", false) }
        return result
    }
}
