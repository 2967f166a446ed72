public import Model
import Statements

extension Writing {
    /// What a draft has for the fields of a unique key, its references as row ids; `nil` where the key spares it.
    public func keyValues(
        _ draft: Draft, _ key: EntityType.Unique, _ entityName: String
    ) throws(DomainError) -> [Value]? {
        let entity = schema[entityName]
        var drafts = [draft]
        try resolveReferences(&drafts, entity)
        let draft = drafts[0]
        func value(_ name: String) -> Value {
            if let given = draft[name] { return given }
            guard let field = entity.field(name) else { return .null }
            switch field.fallback {
            case .value(let value): return value
            case .caller: return .int(caller.userId)
            case .none, .now, .sequence: return .null
            }
        }
        if key.live, draft["isDeleted"]?.boolean == true { return nil }
        for exemption in key.unless where value(exemption.field) == exemption.value { return nil }
        return key.fields.map { name in
            let value = value(name)
            // Null and the empty text are one value in a key.
            return value == "" ? .null : value
        }
    }

    /// Whether a stored row has these values of a unique key, seen by the caller or not.
    public func isTaken(
        _ key: EntityType.Unique, _ values: [Value], _ entityName: String
    ) throws(DomainError) -> Bool {
        let entity = schema[entityName]
        var filter = key.live ? Filter.equals("isDeleted", false) : .all
        for (name, value) in zip(key.fields, values) {
            let isText = entity.field(name)?.kind == .text
            let empty = Filter.equals(name, .null) || .equals(name, "")
            filter = filter && (value.isNull && isText ? empty : .equals(name, value))
        }
        for exemption in key.unless { filter = filter && .not(.equals(exemption.field, exemption.value)) }
        let condition = try condition(filter, on: entityName)
        return try value("SELECT t.id FROM \(name: entity.table) AS t WHERE \(condition) LIMIT 1") != nil
    }

    /// Throws `.forbidden` unless the caller may make rows of the entity at all.
    public func requireCreatable(_ entityName: String) throws(DomainError) { try requireWritable(schema[entityName]) }
}
