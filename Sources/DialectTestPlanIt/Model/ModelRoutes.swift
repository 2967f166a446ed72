import Engine
import HTTPTypes
import Model
import Wire

/// The RPC `/api/model/{Model}/{operation}` (wire specification, section 5).
enum ModelRoutes {
    /// Every method leads to the handler, which refuses wrong ones in the words of the wire.
    static let routes: [Route] = [
        Route(.get, "/api/model/{model}/{operation}", "modelRead", access: .anyone, handle),
        Route(.post, "/api/model/{model}/{operation}", "modelCreate", access: .anyone, handle),
        Route(.put, "/api/model/{model}/{operation}", "modelUpdate", access: .anyone, handle),
        Route(.patch, "/api/model/{model}/{operation}", "modelPatch", access: .anyone, handle),
        Route(.delete, "/api/model/{model}/{operation}", "modelDelete", access: .anyone, handle),
        Route(.get, "/api/model/{path*}", "modelReadPath", access: .anyone, refuse),
        Route(.post, "/api/model/{path*}", "modelCreatePath", access: .anyone, refuse),
        Route(.put, "/api/model/{path*}", "modelUpdatePath", access: .anyone, refuse),
        Route(.patch, "/api/model/{path*}", "modelPatchPath", access: .anyone, refuse),
        Route(.delete, "/api/model/{path*}", "modelDeletePath", access: .anyone, refuse),
    ]

    private static func refuse(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        throw ModelProblem.request("invalid request path")
    }

    private static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let word = call.parameter("operation")
        guard let operation = ModelOperation(rawValue: word) else {
            throw ModelProblem.request("invalid operation: \(word.prefix(100))")
        }
        try operation.check(call.method)
        let arguments = try await ModelArguments.read(call, operation)
        let name = call.parameter("model")
        guard let model = ModelBook.shared[name] else {
            throw ModelProblem.request("unknown model name: \(ModelNames.accessor(String(name.prefix(100))))")
        }
        let bytes: [UInt8]
        if operation.kind == .read {
            bytes = try await engine.read(as: call.caller) { work throws(DomainError) in
                try ModelQueries.answer(operation, model, arguments, work)
            }
        } else {
            bytes = try await ModelChanges.answer(operation, model, arguments, call, engine)
        }
        var reply = Reply.json(bytes, status: operation.kind == .create ? .created : .ok)
        ModelFailure.noStore(&reply)
        return reply
    }
}
