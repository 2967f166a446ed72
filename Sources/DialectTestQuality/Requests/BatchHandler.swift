import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/batch`: several calls in one, one after the other, each with its own answer.
enum BatchHandler {
    private static let partLimit = 100
    private static let router = Router([TestQualityDialect()], fallback: TestQualityDialect())

    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let (objects, isList) = try await BodyReader.read(call)
        guard !isList, let requests = objects.first?["requests"]?.array else {
            throw .invalid("requests", "The requests field must be an array.")
        }
        guard requests.count <= partLimit else {
            throw .invalid("requests", "At most \(partLimit) requests in one batch.")
        }
        var parts: [JSON] = []
        for request in requests { parts.append(await part(request, call, engine)) }
        return .json(["responses": .array([.array(parts)])])
    }

    private static func part(_ request: JSON, _ call: Call, _ engine: Engine) async -> JSON {
        let reply = await answer(request, call, engine)
        var members: [(String, JSON)] = [
            ("method", request["method"] ?? .null), ("endpoint", request["endpoint"] ?? .null),
            ("status", .integer(Int64(reply.status.code))), ("statusText", .string(reply.status.reasonPhrase)),
        ]
        var body: JSON = .null
        if case .bytes(let bytes) = reply.content, let text = String(validating: bytes, as: UTF8.self) {
            body = Shape.parsed(text)
        }
        let isGood = reply.status.code < 400
        members.append(("data", isGood ? body : .null))
        if !isGood { members.append(("exception", body)) }
        return .members(members)
    }

    private static func answer(_ request: JSON, _ call: Call, _ engine: Engine) async -> Reply {
        func refused(_ message: String) -> Reply {
            Refusal.reply(.invalid("requests", message), call)
        }
        guard let verb = request["method"]?.string, let method = HTTPRequest.Method(verb),
            ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(verb)
        else { return refused("The method must be GET, POST, PUT, PATCH or DELETE.") }
        guard let endpoint = request["endpoint"]?.string, endpoint.hasPrefix("/api/") else {
            return refused("The endpoint must begin with /api/.")
        }
        let parts = endpoint.split(separator: "?", maxSplits: 1)
        let path = parts.first.map { String($0) } ?? ""
        if path.split(separator: "/").map({ PercentEncoding.decoded($0) }) == ["api", "batch"] {
            return refused("A batch cannot hold a batch.")
        }
        let body = request["body"].map { $0.isNull ? [] : Array($0.text.utf8) } ?? []
        let inner = call.inner(
            method, path, query: QueryItems(parsing: parts.count > 1 ? parts[1] : ""), body: body)
        return await router.answer(inner: inner, engine)
    }
}
