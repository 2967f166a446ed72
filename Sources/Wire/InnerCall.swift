public import Engine
public import HTTPTypes
import Model

extension Call {
    /// A call inside this one: same caller, same budget, another request.
    public func inner(
        _ method: HTTPRequest.Method, _ path: String, query: QueryItems, body: [UInt8]
    ) -> Call {
        var headers = self.headers
        headers[.contentLength] = nil
        headers[.contentType] = "application/json"
        var call = Call(
            method: method, path: path, query: query, headers: headers, body: .bytes(body),
            remoteAddress: remoteAddress, requestId: requestId, origin: origin)
        call.caller = caller
        call.browserSession = browserSession
        call.budget = budget
        return call
    }
}

extension Router {
    /// Answers a call inside another one, in the words of the dialect that owns the path.
    public func answer(inner call: Call, _ engine: Engine) async -> Reply {
        var call = call
        switch route(call.method, call.path) {
        case .match(let match):
            call.parameters = match.parameters
            do throws(DomainError) {
                if match.route.access == .administrators, !call.caller.isAdministrator {
                    throw .forbidden("only administrators may do this")
                }
                if match.route.access != .anyone, call.caller.isAnonymous {
                    throw DomainError(.unauthenticated(.noToken), "sign in or send a token")
                }
                if !call.method.isSafe, call.caller.isReadOnly { throw .forbidden("this token may only read") }
                return try await match.route.handler(call, engine)
            } catch {
                return match.dialect.failure(error, call)
            }
        case .wrongVerb(let dialect, let allowed):
            let error = DomainError(
                .methodNotAllowed(allowed.map(\.rawValue)), "\(call.method.rawValue) is not allowed here")
            return dialect.failure(error, call)
        case .unknown(let dialect): return dialect.failure(DomainError(.notFound, "no such path"), call)
        }
    }
}
