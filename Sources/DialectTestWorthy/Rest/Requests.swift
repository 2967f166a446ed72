import Engine
import HTTPTypes
import Model
import Wire

extension Call {
    /// The body as JSON; `.unsupportedMediaType` when it says that it is something else.
    func content(limit: Int = Call.bodyLimit) async throws(DomainError) -> JSON {
        if let type = mediaType, type != "application/json", !type.hasSuffix("+json") {
            throw DomainError(.unsupportedMediaType, "send the body as application/json")
        }
        return try await json(limit: limit)
    }

    /// The body as a JSON object.
    func fields() async throws(DomainError) -> JSONObject {
        guard let object = try await content().object else {
            throw .malformed("the body is JSON, but not an object")
        }
        return object
    }
}

extension Reply {
    static let noContent = Reply(.noContent)

    /// A new object with its address.
    static func created(_ json: JSON, at path: String) -> Reply {
        var reply = Reply.json(json, status: .created)
        reply.headers[.location] = path
        return reply
    }
}

extension Reading {
    /// The project that a placeholder of the path names.
    func project(of call: Call, fields: [String] = ["id", "uid", "key", "name"]) throws(DomainError) -> Row {
        try row("Project", try call.key("projectId", "Project"), fields: fields)
    }

    /// The id that a body names in this project; `.invalid` for the field otherwise.
    func own(
        _ entity: String, _ key: RowKey, by field: String, project: Int64
    ) throws(DomainError) -> Int64 {
        let row = try named(entity, key, by: field, fields: ["id", "projectId"])
        guard row["projectId"].integer == project else {
            throw .invalid(field, "\(field) belongs to another project")
        }
        return row.id
    }

    /// A live row of the path; what belongs to a deleted project is invisible anyway.
    func wanted(_ entity: String, _ call: Call, _ name: String = "id") throws(DomainError) -> Row {
        try row(entity, try call.key(name, entity))
    }
}

extension Given where Wrapped == RowKey {
    /// The assignment of a reference inside a project.
    func own(
        _ entity: String, _ field: String, project: Int64, in work: Reading
    ) throws(DomainError) -> Given<Int64> {
        switch self {
        case .absent: .absent
        case .null: .null
        case .value(let key): .value(try work.own(entity, key, by: field, project: project))
        }
    }
}

extension Dictionary where Key == String, Value == Model.Value {
    /// Rich text of a column.
    mutating func set(document field: String, _ given: Given<String>) {
        set(field, given) { RichText.stored(.string($0)) }
    }
}

extension Row {
    /// The plain text of a document, or null.
    func document(_ name: String) -> JSON { self[name].isNull ? .null : .string(RichText.plain(self[name])) }

    /// `createdAt` and `updatedAt`.
    var times: [(String, JSON)] {
        [("createdAt", .time(self["createdAt"])), ("updatedAt", .time(self["updatedAt"]))]
    }
}
