import Engine
import HTTPTypes
import Model
import Wire

/// `/api/tests/<verb>`: the calls that integrations make (TestWorthy API, surface B).
enum Verb {
    private static let emailHeader = HTTPField.Name("X-USER-EMAIL")
    private static let projectHeader = HTTPField.Name("X-PROJECT-KEY")
    private static let keyHeader = HTTPField.Name("X-TMA-KEY")

    /// The token of `X-TMA-KEY`, else the bearer token.
    static func token(_ call: Call) -> String? {
        if let keyHeader, let token = call.headers[keyHeader] { return token }
        return Credentials.bearer(call)
    }

    /// A route whose caller is who the e-mail header says.
    static func route(
        _ verb: HTTPRequest.Method, _ path: String, _ name: String,
        _ handler: @escaping @Sendable (Call, Engine) async throws(DomainError) -> JSON
    ) -> Route {
        Route(verb, "/api/tests/\(path)", name) { (call, engine) async throws(DomainError) -> Reply in
            if let emailHeader, let email = call.headers[emailHeader],
                email.lowercased() != call.caller.email.lowercased()
            {
                throw DomainError(.unauthenticated(.invalidToken), "the key does not belong to this e-mail address")
            }
            return .json(try await handler(call, engine))
        }
    }

    /// The project of the header; `nil` without one.
    static func project(_ call: Call, in work: Reading) throws(DomainError) -> Int64? {
        guard let projectHeader, let word = call.headers[projectHeader], !word.isEmpty else { return nil }
        return try project(word, in: work)
    }

    /// A project by key, id or UUID.
    static func project(_ word: String, in work: Reading) throws(DomainError) -> Int64 {
        var filter = Filter.equals("key", .text(word.uppercased()))
        switch RowKey(word) {
        case .id(let id): filter = filter || .equals("id", .int(id))
        case .uid(let uid): filter = .equals("uid", .text(uid))
        case nil: break
        }
        let query = Query("Project", where: filter && .equals("isDeleted", false), fields: ["id"])
        guard let row = try work.first(query) else { throw .notFound("Project") }
        return row.id
    }

    /// A suite or run of the path that belongs to the project of the header.
    static func row(_ entity: String, _ name: String, _ call: Call, in work: Reading) throws(DomainError) -> Row {
        let row = try work.row(entity, try call.key(name, entity))
        if let project = try project(call, in: work), row["projectId"].integer != project { throw .notFound(entity) }
        return row
    }

    /// The body with its names in lower case and without `_`.
    static func body(_ call: Call) async throws(DomainError) -> JSONObject {
        guard let object = folded(try await call.json(limit: 32 << 20)).object else {
            throw .malformed("the body is JSON, but not an object")
        }
        return object
    }

    private static func folded(_ json: JSON) -> JSON {
        switch json {
        case .object(let object):
            .members(object.members.map { ($0.name.lowercased().filter { $0 != "_" }, folded($0.value)) })
        case .array(let elements): .array(elements.map { folded($0) })
        case .null, .bool, .integer, .number, .string: json
        }
    }

    /// Numbers of statuses: the same as of the tool that these calls come from.
    static let statuses: [(id: Int64, systemName: String)] = [
        (1, "passed"), (2, "blocked"), (3, "untested"), (4, "retest"), (5, "failed"), (6, "skipped"),
        (7, "in_progress"),
    ]

    /// Others of the core count as what they come down to.
    static func number(_ entry: StatusBook.Entry?) -> Int64 {
        guard let entry else { return 3 }
        if let known = statuses.first(where: { $0.systemName == entry.systemName }) { return known.id }
        return entry.isSuccess ? 1 : entry.isFailure ? 5 : 7
    }

    static func seconds(_ value: Value) -> JSON { .of(value.integer.map { $0 / 1000 }) }
}
