import Engine
import HTTPTypes
import Model
import Wire

/// What an endpoint answers: JSON, and the version of a single thing.
struct Answer: Sendable {
    var status = 200
    var bytes: [UInt8]
    var version: Int64?

    init(_ bytes: [UInt8], status: Int = 200, version: Int64? = nil) {
        self.bytes = bytes
        self.status = status
        self.version = version
    }

    init(
        capacity: Int = 512, status: Int = 200, version: Int64? = nil,
        _ write: (inout JSONWriter) throws(DomainError) -> Void
    ) throws(DomainError) {
        var writer = JSONWriter(capacity: capacity)
        try write(&writer)
        self.init(writer.bytes, status: status, version: version)
    }

    static let nothing = Answer(Array("{}".utf8))

    var tag: String? { version.map { "\"\($0)\"" } }

    var reply: Reply {
        var reply = Reply.json(bytes, status: HTTPResponse.Status(code: status))
        reply.headers[.eTag] = tag
        return reply
    }
}

/// What a reading endpoint is asked: pages ask it too, for their first screen.
struct Ask: Sendable {
    var parameters: [String: String]
    var query: QueryItems
    /// The browser session behind it.
    var session: Int64?

    init(_ parameters: [String: String] = [:], query: QueryItems = QueryItems(), session: Int64? = nil) {
        self.parameters = parameters
        self.query = query
        self.session = session
    }

    init(_ call: Call) {
        self.init(call.parameters, query: call.query, session: call.browserSession?.id)
    }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The id that a placeholder holds; what cannot be one is not found.
    func id(_ name: String = "id") throws(DomainError) -> Int64 {
        guard let id = Int64(parameter(name)), id > 0 else { throw DomainError(.notFound, "not found") }
        return id
    }

    /// An item of the query that is there and not empty.
    func text(_ name: String) -> String? {
        guard let text = query[name], !text.isEmpty else { return nil }
        return text
    }

    func flag(_ name: String) -> Bool { ["1", "true"].contains(query[name] ?? "") }

    /// The values of a list that is joined by commas.
    func list(_ name: String) -> [String] {
        (query[name] ?? "").split(separator: ",").map(String.init)
    }

    func ids(_ name: String) -> [Int64] { list(name).compactMap { Int64($0) } }

    func integer(_ name: String) throws(DomainError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let value = Int64(text) else { throw .malformed("\(name) must be a number") }
        return value
    }

    /// `offset` and `limit`.
    func page(default size: Int = 200) throws(DomainError) -> Query.Page {
        let offset = try integer("offset") ?? 0
        let limit = try integer("limit") ?? Int64(size)
        guard offset >= 0, limit > 0 else { throw .malformed("offset and limit must not be negative") }
        return Query.Page(limit: Int(min(limit, 500)), offset: Int(min(offset, 10_000_000)))
    }
}

/// What a changing endpoint is told.
struct Order: Sendable {
    let ask: Ask
    let body: JSONObject
    let ifMatch: String?

    /// Throws `.stale` when the browser names another version.
    func check(version: Int64) throws(DomainError) {
        guard let ifMatch, ifMatch != "*" else { return }
        let tags = ifMatch.split(separator: ",").map { $0.filter { $0 != " " } }
        guard !tags.contains("\"\(version)\""), !tags.contains("W/\"\(version)\"") else { return }
        throw DomainError(.stale, "somebody changed this meanwhile")
    }

    func has(_ name: String) -> Bool { body[name] != nil }

    /// A text; `nil` when the body has none or null.
    func text(_ name: String) throws(DomainError) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.string else { throw .invalid(name, "must be a text") }
        return text
    }

    func integer(_ name: String) throws(DomainError) -> Int64? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let number = value.integer else { throw .invalid(name, "must be a whole number") }
        return number
    }

    func flag(_ name: String) throws(DomainError) -> Bool? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let flag = value.bool else { throw .invalid(name, "must be true or false") }
        return flag
    }

    func array(_ name: String) throws(DomainError) -> [JSON]? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let array = value.array else { throw .invalid(name, "must be a list") }
        return array
    }

    func texts(_ name: String) throws(DomainError) -> [String]? {
        guard let array = try array(name) else { return nil }
        let texts = array.compactMap(\.string)
        guard texts.count == array.count else { throw .invalid(name, "must be a list of texts") }
        return texts
    }

    func ids(_ name: String) throws(DomainError) -> [Int64]? {
        guard let array = try array(name) else { return nil }
        let ids = array.compactMap(\.integer)
        guard ids.count == array.count else { throw .invalid(name, "must be a list of ids") }
        return ids
    }

    /// A text that must have a character other than blanks.
    func title(_ name: String) throws(DomainError) -> String {
        let text = try text(name) ?? ""
        guard !text.allSatisfy(\.isWhitespace) else { throw .invalid(name, "is needed") }
        return text
    }
}
