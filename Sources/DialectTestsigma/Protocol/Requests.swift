import Engine
import HTTPTypes
import Model
import Wire

extension Call {
    /// The body as a JSON object.
    func fields() async throws(DomainError) -> JSONObject {
        guard let object = try await json().object else { throw .malformed("the body is JSON, but not an object") }
        return object
    }
}

extension Reading {
    /// The project of the path, by UUID, id or prefix.
    func project(_ call: Call) throws(DomainError) -> Row {
        let word = call.parameter("p")
        var filter = Filter.equals("key", .text(word.uppercased()))
        switch RowKey(word) {
        case .id(let id): filter = filter || .equals("id", .int(id))
        case .uid(let uid): filter = .equals("uid", .text(uid))
        case nil: break
        }
        let found = try find(Query("Project", where: filter && .equals("isDeleted", false)))
        // A prefix made of digits counts after an id.
        let exact = found.first { RowKey(word) == .id($0.id) }
        guard let row = exact ?? found.first else { throw .notFound("Project") }
        return row
    }

    /// A row of the project that the path names by UUID, id or human id.
    func row(
        _ entity: String, _ placeholder: String, _ call: Call, of project: Row, mark: String = ""
    ) throws(DomainError) -> Row {
        let filter = try Keys.filter(call.parameter(placeholder), project.text("key"), mark)
        guard let filter else { throw .notFound(entity) }
        let own = filter && .equals("projectId", .int(project.id))
        let live = schema[entity].isSoftDeleted ? own && .equals("isDeleted", false) : own
        guard let row = try first(Query(entity, where: live)) else { throw .notFound(entity) }
        return row
    }

    /// The row of the project that a body names.
    func named(
        _ entity: String, _ word: String, by field: String, of project: Row, mark: String = ""
    ) throws(DomainError) -> Row {
        guard let filter = try Keys.filter(word, project.text("key"), mark) else {
            throw .invalid(field, "\(field) must be an id")
        }
        let own = filter && .equals("projectId", .int(project.id)) && .equals("isDeleted", false)
        guard let row = try first(Query(entity, where: own)) else {
            throw .invalid(field, "\(field) names nothing of the project")
        }
        return row
    }

    /// The user that a body names.
    func user(_ word: String, by field: String) throws(DomainError) -> Row {
        guard let key = RowKey(word) else { throw .invalid(field, "\(field) must be an id") }
        return try named("User", key, by: field)
    }
}

/// The ways to name a row.
enum Keys {
    static func filter(_ word: String, _ prefix: String, _ mark: String) throws(DomainError) -> Filter? {
        switch RowKey(word) {
        case .id(let id): .equals("id", .int(id))
        case .uid(let uid): .equals("uid", .text(uid))
        case nil: HumanKey.number(word, prefix: prefix, mark: mark).map { .equals("number", .int($0)) }
        }
    }
}

extension Input {
    /// Milliseconds, seconds, or ISO 8601.
    mutating func moment(_ name: String) -> Given<Int64> {
        guard let given = object[name] else { return .absent }
        if given.isNull { return .null }
        if let number = given.integer {
            let time = Timestamp.milliseconds(number)
            if Timestamp.range.contains(time) { return .value(time) }
        } else if let text = given.string {
            if let time = Timestamp.parse(text) ?? Int64(text).map({ Timestamp.milliseconds($0) }) {
                return .value(time)
            }
        }
        fail(name, "must be a time in milliseconds or ISO 8601")
        return .absent
    }

    /// An id of any form, as text.
    mutating func word(_ name: String) -> Given<String> {
        guard let given = object[name] else { return .absent }
        switch given {
        case .null: return .null
        case .string(let text): return text.isEmpty ? .null : .value(text)
        case .integer(let number): return .value(String(number))
        case .bool, .number, .array, .object:
            fail(name, "must be an id")
            return .absent
        }
    }

    /// A text that must not be blank and has at most so many characters.
    mutating func title(_ name: String, isNew: Bool, limit: Int) -> Given<String> {
        let given = text(name)
        guard isNew || given.isGiven, let text = required(name, given) else { return given }
        if text.allSatisfy(\.isWhitespace) {
            fail(name, "must not be empty")
        } else if text.unicodeScalars.count > limit {
            fail(name, "must have at most \(limit) characters")
        }
        return given
    }
}
