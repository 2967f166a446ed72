import Model

/// Turns conditions into filters.
struct SelectionReader {
    let work: Reading
    let choices: CaseChoices
    let project: Int64

    init(_ work: Reading, product: String, project: Int64) throws(DomainError) {
        self.work = work
        choices = try CaseChoices(work, product: product)
        self.project = project
    }

    private func refused(_ condition: CaseSelection.Condition) -> DomainError {
        .invalid(condition.field, "\(condition.field) cannot be compared by \(condition.comparison.rawValue)")
    }

    func filter(_ condition: CaseSelection.Condition) throws(DomainError) -> Filter {
        switch condition.field {
        case "id": return try ids(condition)
        case "title": return try title(condition)
        case "folder_id": return try rows(condition, "folderId", "RepositoryFolder", inProject: true)
        case "owner_id": return try rows(condition, "ownerId", "User", inProject: false)
        case "reviewer_id": return try rows(condition, "reviewerId", "User", inProject: false)
        case "label_ids": return try labels(condition)
        case "created_at": return try time(condition)
        case "status_id":
            return try chosen(condition, choices.states) { choices.filter(state: $0) }
        case "priority_id":
            return try chosen(condition, choices.priorities) { choices.filter(priority: $0) }
        case "type_id":
            return try chosen(condition, choices.types) { choices.filter(type: $0) }
        case "automation_type_id":
            return try chosen(condition, choices.automations) { choices.filter(automation: $0) }
        default: throw .invalid(condition.field, "\(condition.field) is no field of a case")
        }
    }

    /// The values that count: one for equality, all for membership.
    private func values(_ condition: CaseSelection.Condition) throws(DomainError) -> (values: [String], isNot: Bool) {
        switch condition.comparison {
        case .isIn: return (condition.values, false)
        case .isNotIn: return (condition.values, true)
        case .equals: return (Array(condition.values.prefix(1)), false)
        case .differs: return (Array(condition.values.prefix(1)), true)
        default: throw refused(condition)
        }
    }

    private func chosen(
        _ condition: CaseSelection.Condition, _ list: [CaseChoice], _ filter: (CaseChoice) -> Filter
    ) throws(DomainError) -> Filter {
        let (words, isNot) = try values(condition)
        var result = Filter.none
        for word in words {
            guard let choice = CaseChoices.named(word, in: list) else {
                throw .invalid(condition.field, "\(condition.field) has no value \(word)")
            }
            result = result || filter(choice)
        }
        return isNot ? .not(result) : result
    }

    private func rows(
        _ condition: CaseSelection.Condition, _ field: String, _ entity: String, inProject: Bool
    ) throws(DomainError) -> Filter {
        let (words, isNot) = try values(condition)
        let keys = words.compactMap { RowKey($0) }
        guard keys.count == words.count else {
            throw .invalid(condition.field, "\(condition.field) must be compared with ids")
        }
        var found = try keys.isEmpty ? [] : work.find(entity, keys, deleted: .shown)
        if inProject { found = found.filter { $0["projectId"].integer == project } }
        guard found.count == Set(keys).count else {
            throw .invalid(condition.field, "\(condition.field) names no \(entity)")
        }
        let filter = Filter.oneOf(field, found.map { .int($0.id) })
        return isNot ? .not(filter) || .equals(field, .null) : filter
    }

    private func ids(_ condition: CaseSelection.Condition) throws(DomainError) -> Filter {
        let (words, isNot) = try values(condition)
        let found = try work.cases(named: words, project: project)
        var ids: [Value] = []
        for word in words {
            guard let id = found[word] else {
                throw .invalid(condition.field, "\(condition.field): \(word) is no case of the project")
            }
            ids.append(.int(id))
        }
        return isNot ? .not(.oneOf("id", ids)) : .oneOf("id", ids)
    }

    private func title(_ condition: CaseSelection.Condition) throws(DomainError) -> Filter {
        let first = condition.values.first ?? ""
        switch condition.comparison {
        case .isIn: return .oneOf("name", condition.values.map { .text($0) })
        case .isNotIn: return .not(.oneOf("name", condition.values.map { .text($0) }))
        case .equals: return .equals("name", .text(first))
        case .differs: return .not(.equals("name", .text(first)))
        case .contains: return .text("name", .contains, first, .insensitive)
        case .lacks: return .not(.text("name", .contains, first, .insensitive))
        case .startsWith: return .text("name", .startsWith, first, .insensitive)
        case .endsWith: return .text("name", .endsWith, first, .insensitive)
        case .greater, .greaterOrEqual, .less, .lessOrEqual: throw refused(condition)
        }
    }

    private func labels(_ condition: CaseSelection.Condition) throws(DomainError) -> Filter {
        let (words, isNot) = try values(condition)
        var named = Filter.none
        for word in words {
            switch RowKey(word) {
            case .uid(let uid): named = named || .equals("uid", .text(uid))
            case .id, nil: named = named || .text("name", .equals, word, .insensitive)
            }
        }
        let tags = try work.find(Query("Tag", where: named && .equals("isDeleted", false), fields: ["id"]))
        let ids = tags.map { Value.int($0.id) }
        return .related("tags", isNot ? .none : .some, ids.isEmpty ? .none : .oneOf("id", ids))
    }

    private func time(_ condition: CaseSelection.Condition) throws(DomainError) -> Filter {
        let field = "createdAt"
        guard let text = condition.values.first,
            let time = Timestamp.parse(text) ?? Int64(text).map({ Timestamp.milliseconds($0) })
        else { throw .invalid(condition.field, "\(condition.field) must be compared with a time") }
        switch condition.comparison {
        case .equals: return .equals(field, .int(time))
        case .differs: return .not(.equals(field, .int(time)))
        case .greater: return .compare(field, .greater, .int(time))
        case .greaterOrEqual: return .compare(field, .greaterOrEqual, .int(time))
        case .less: return .compare(field, .less, .int(time))
        case .lessOrEqual: return .compare(field, .lessOrEqual, .int(time))
        case .isIn, .isNotIn, .contains, .lacks, .startsWith, .endsWith: throw refused(condition)
        }
    }
}
