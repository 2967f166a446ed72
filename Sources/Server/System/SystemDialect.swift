import Engine
import Foundation
import HTTPTypes
import Model
import Statements
import Store
import Wire

/// What machines ask about the server itself: `/health/live`, `/health/ready`, `/metrics`.
struct SystemDialect: Dialect {
    let name = "system"
    let prefixes = ["/health", "/metrics"]
    let lifecycle: Lifecycle
    /// Made once the gate exists.
    let metrics: @Sendable () -> String

    var routes: [Route] {
        [
            Route(.get, "/health/live", "health.live", access: .anyone, cost: .free) { [self] call, engine in
                live()
            },
            Route(.get, "/health/ready", "health.ready", access: .anyone, cost: .free) { [self] call, engine async in
                await ready(engine)
            },
            Route(.get, "/metrics", "metrics", access: .anyone, cost: .free) { [self] call, engine in
                .text(metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }

    func failure(_ error: DomainError, _ call: Call) -> Reply {
        Reply.json(.members([("error", .string(error.message))]), status: StatusCode.of(error.code))
    }

    /// The process answers, whatever it can do.
    private func live() -> Reply { .json(.members([("status", "live")])) }

    private func ready(_ engine: Engine) async -> Reply {
        var members: [(String, JSON)] = []
        if lifecycle.isDraining {
            members = [("status", "stopping")]
        } else if let failure = await SystemDialect.failure(of: engine.store) ?? lifecycle.failure {
            members = [("status", "broken"), ("database", .string(failure))]
        } else {
            members = [("status", "ready"), ("database", "answers")]
            // How safe acknowledged writes are; versions and sizes are nobody's business here.
            for fact in lifecycle.facts
            where ["synchronous", "synchronous_commit", "fsync", "writes"].contains(fact.name) {
                members.append((fact.name, .string(fact.value)))
            }
        }
        let isReady = members.first?.1 == "ready"
        return .json(.members(members), status: isReady ? .ok : .serviceUnavailable)
    }

    /// Asks the database a question that costs nothing.
    private static func failure(of store: any Store) async -> String? {
        do {
            let answer = try await store.read { session in try session.value("SELECT 1") }
            return answer?.integer == 1 ? nil : "gives wrong answers"
        } catch {
            return "does not answer"
        }
    }
}

/// Status codes of refusals where no product's API says otherwise.
enum StatusCode {
    static func of(_ code: DomainError.Code) -> HTTPResponse.Status {
        switch code {
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .invalid, .missingReference: .unprocessableContent
        case .malformed: .badRequest
        case .conflict, .duplicate: .conflict
        case .stale: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .rateLimited: .tooManyRequests
        case .methodNotAllowed: .methodNotAllowed
        case .unsupportedMediaType: .unsupportedMediaType
        case .upstream: .badGateway
        case .unavailable: .serviceUnavailable
        case .fault: .internalServerError
        }
    }
}
