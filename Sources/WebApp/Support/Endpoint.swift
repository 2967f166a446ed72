import Engine
import HTTPTypes
import Model
import Wire

/// The two kinds of endpoints and the way from a call to them.
enum Endpoint {
    typealias Read = @Sendable (Ask, Reading) throws(DomainError) -> Answer
    typealias Write = @Sendable (Order, Writing) throws(DomainError) -> Answer

    private static let csrf = HTTPField.Name("X-CSRF-Token")
    private static let idempotency = HTTPField.Name("Idempotency-Key")

    static func get(_ path: String, _ name: String, _ read: @escaping Read) -> Route {
        Route(.get, "/app/api" + path, name) { call, engine async throws(DomainError) in
            let ask = Ask(call)
            return try await engine.read(as: call.caller) { work throws(DomainError) in try read(ask, work) }.reply
        }
    }

    /// A change; `current` shows the thing to a browser that knows an older version of it.
    static func change(
        _ verb: HTTPRequest.Method, _ path: String, _ name: String, current: Read? = nil, _ write: @escaping Write
    ) -> Route {
        Route(verb, "/app/api" + path, name) { call, engine async throws(DomainError) in
            try guardToken(call, engine)
            let order = try await order(call)
            do throws(DomainError) {
                let reply = try await run(order, call, engine, write)
                guard verb == .put, let current else { return reply }
                // Numbers of versions are given at the end of the transaction.
                return try await engine.read(as: call.caller) { work throws(DomainError) in
                    try current(order.ask, work)
                }.reply
            } catch {
                guard case .stale = error.code, let current else { throw error }
                return try await stale(error, order.ask, call, engine, current)
            }
        }
    }

    /// Refuses a change without the token that only our own pages know.
    static func guardToken(_ call: Call, _ engine: Engine) throws(DomainError) {
        guard let session = call.browserSession, let csrf, let sent = call.headers[csrf],
            SameText.holds(sent, engine.csrfToken(session))
        else { throw .forbidden("the request does not come from a page of this server") }
    }

    static func order(_ call: Call) async throws(DomainError) -> Order {
        var body = JSONObject()
        if call.body.length != 0 {
            if call.mediaType == "application/json" {
                body = try await call.object()
            } else if try await !call.body.collect(limit: 0).isEmpty {
                throw DomainError(.unsupportedMediaType, "send the body as application/json")
            }
        }
        return Order(ask: Ask(call), body: body, ifMatch: call.headers[.ifMatch])
    }

    /// Does a change; once, when the browser sends a key. `content` tells requests apart that have no JSON body.
    static func run(
        _ order: Order, _ call: Call, _ engine: Engine, content: String? = nil, _ write: @escaping Write
    ) async throws(DomainError) -> Reply {
        guard call.method == .post, let idempotency, let key = call.headers[idempotency], !key.isEmpty else {
            return try await engine.write(as: call.caller) { work throws(DomainError) in try write(order, work) }.reply
        }
        let request = IdempotentRequest(
            key: String(key.prefix(200)), route: "\(call.method.rawValue) \(call.path)",
            content: content ?? JSON.object(order.body).text)
        let stored = try await engine.once(request, as: call.caller) { work throws(DomainError) in
            let answer = try write(order, work)
            return StoredAnswer(status: answer.status, body: String(decoding: answer.bytes, as: UTF8.self))
        }
        return Answer(Array(stored.body.utf8), status: stored.status).reply
    }

    private static func stale(
        _ error: DomainError, _ ask: Ask, _ call: Call, _ engine: Engine, _ current: @escaping Read
    ) async throws(DomainError) -> Reply {
        let answer = try await engine.read(as: call.caller) { work throws(DomainError) in try current(ask, work) }
        var reply = Refusal.json(error, call, current: answer.bytes)
        reply.headers[.eTag] = answer.tag
        return reply
    }
}

/// Comparison of secrets that takes the same time wherever they differ.
enum SameText {
    static func holds(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count, !left.isEmpty else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
