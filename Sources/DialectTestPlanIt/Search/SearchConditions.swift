import Engine
import Model
import Wire

/// The conditions of an advanced search on one kind of things.
struct SearchConditions: Sendable {
    let kind: SearchKind
    private(set) var filter = Filter.all

    init(_ kind: SearchKind) { self.kind = kind }

    /// A reference that must be one of these rows; a kind without the field has no hits then.
    mutating func require(_ condition: SearchFilter, _ keys: [RowKey]) {
        guard let field = kind.field(condition) else {
            filter = .none
            return
        }
        var ids: [Value] = []
        var uids: [String] = []
        for key in keys {
            switch key {
            case .id(let id): ids.append(.int(id))
            case .uid(let uid): uids.append(uid)
            }
        }
        var any = ids.isEmpty ? Filter.none : .oneOf(field, ids)
        if !uids.isEmpty {
            any = any || (field == "id" ? .oneOf("uid", uids.map { .text($0) }) : .referenceUid(field, uids))
        }
        filter = filter && any
    }

    private var hasTags: Bool { kind != .project }

    /// Any of these tags, by name without regard to case.
    mutating func require(tagNames names: [String]) {
        guard hasTags else {
            filter = .none
            return
        }
        var any = Filter.none
        for name in names.prefix(100) { any = any || .text("name", .equals, name, .insensitive) }
        filter = filter && .related("tags", .some, any && .equals("isDeleted", false))
    }

    private mutating func require(tags keys: [RowKey]) {
        guard hasTags else {
            filter = .none
            return
        }
        var any = Filter.none
        for key in keys.prefix(100) {
            switch key {
            case .id(let id): any = any || .equals("id", .int(id))
            case .uid(let uid): any = any || .equals("uid", .text(uid))
            }
        }
        filter = filter && .related("tags", .some, any)
    }

    /// A time of the rows; only some kinds are ever completed.
    mutating func require(_ bounds: DateBounds, field: String, in schema: Schema) {
        guard schema[kind.entity].field(field) != nil else {
            filter = .none
            return
        }
        filter = filter && bounds.filter(field)
    }

    /// The filters of one kind: `repositoryCase: {projectIds, tagIds, automated, …}`.
    mutating func read(_ input: inout Input, in schema: Schema) {
        for condition in SearchFilter.allCases where kind.field(condition) != nil {
            for name in condition.names where input.object[name] != nil {
                if let key = input.object[name].flatMap({ RowKey($0) }) {
                    require(condition, [key])
                } else if let keys = input.keys(name).value, !keys.isEmpty {
                    require(condition, keys)
                }
            }
        }
        if let keys = input.keys("tagIds").value, !keys.isEmpty { require(tags: keys) }
        let entity = schema[kind.entity]
        for flag in ["automated", "isArchived", "isCompleted", "isStarted"] where entity.field(flag) != nil {
            if let value = input.bool(flag).value { filter = filter && .equals(flag, .bool(value)) }
        }
        for name in ["source", "testRunType", "automationStatus", "status", "priority", "severity"] {
            guard entity.field(name) != nil, let value = input.object[name], !value.isNull else { continue }
            let words = value.array?.compactMap(\.string) ?? value.string.map { [$0] } ?? []
            if words.isEmpty { input.fail(name, "must be a text or an array of texts") }
            filter = filter && .oneOf(name, words.map { .text($0) })
        }
        readRanges(&input, in: schema)
        readCustomFields(&input)
    }

    private mutating func readRanges(_ input: inout Input, in schema: Schema) {
        if kind == .repositoryCase || kind == .session, let range = input.object("estimateRange").value {
            var inner = Input(range, prefix: "estimateRange.")
            if let low = inner.count("min").value {
                filter = filter && .compare("estimate", .greaterOrEqual, .int(low))
            }
            if let high = inner.count("max").value { filter = filter && .compare("estimate", .lessOrEqual, .int(high)) }
            input.absorb(inner)
        }
        if let range = input.object("dateRange").value {
            var inner = Input(range, prefix: "dateRange.")
            let bounds = DateBounds(&inner)
            let field = inner.text("field").value ?? "createdAt"
            if ["createdAt", "updatedAt", "completedAt"].contains(field) {
                require(bounds, field: field, in: schema)
            } else {
                inner.fail("field", "must be one of createdAt, updatedAt, completedAt")
            }
            input.absorb(inner)
        }
    }

    /// `customFields: [{fieldId, operator, value}]` of cases; values compare as they are stored.
    private mutating func readCustomFields(_ input: inout Input) {
        guard kind == .repositoryCase else { return }
        let found = input.each("customFields", limit: 20) { inner -> Filter? in
            guard let key = inner.required("fieldId", inner.key("fieldId")) else { return nil }
            let word = inner.text("operator").value ?? "equals"
            let value = inner.object["value"] ?? .null
            let own: Filter
            switch key {
            case .id(let id): own = .equals("fieldId", .int(id))
            case .uid(let uid): own = .referenceUid("fieldId", [uid])
            }
            switch word {
            case "equals", "eq", "is":
                return .related("caseFieldValues", .some, own && .json("value", path: [], .equals(value)))
            case "contains", "like":
                return .related(
                    "caseFieldValues", .some, own && .text("value", .contains, value.string ?? value.text, .insensitive)
                )
            case "exists", "isNotEmpty": return .related("caseFieldValues", .some, own)
            case "isEmpty", "notExists": return .related("caseFieldValues", .none, own)
            default:
                inner.fail("operator", "must be one of equals, contains, exists, isEmpty")
                return nil
            }
        }
        for condition in found.value ?? [] { filter = filter && condition }
    }
}
