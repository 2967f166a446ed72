import Engine
import HTTPTypes
import Model
import Wire

/// Authorizing the server at Jira (TestPlanIt API, OAuth Authentication).
enum AuthorizationHandlers {
    private static let callback = "/api/integrations/jira/callback"
    /// Where the browser ends up: the page of one's own settings.
    private static let settings = "/profile"

    /// Where a person authorizes the server for an integration.
    static func address(_ row: Row, _ call: Call) -> String {
        "\(call.origin)/api/integrations/jira/auth?integrationId=\(row.uid)"
    }

    static func begin(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard let key = RowKey(try call.needed("integrationId")) else {
            throw .invalid("integrationId", "integrationId must be an id")
        }
        do throws(DomainError) {
            let address = try await engine.beginAuthorization(
                key, as: call.caller, redirect: call.origin + callback)
            return Reply(.found, headers: [.location: address])
        } catch {
            guard error.code == .notFound else { throw error }
            throw .invalid("integrationId", "integrationId names no Integration")
        }
    }

    static func finish(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        guard let state = call.query["state"], !state.isEmpty else {
            return .redirect("\(settings)?error=invalid_state")
        }
        if call.query["error"] != nil { return .redirect("\(settings)?error=access_denied") }
        guard let code = call.query["code"], !code.isEmpty else {
            return .redirect("\(settings)?error=exchange_failed")
        }
        switch try await engine.finishAuthorization(code: code, state: state, as: call.caller) {
        case .granted: return .redirect("\(settings)?success=true")
        case .invalidState: return .redirect("\(settings)?error=invalid_state")
        case .exchangeFailed: return .redirect("\(settings)?error=exchange_failed")
        }
    }

    static func check(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let key = try call.key("id", "Integration")
        let status = try await engine.authorizationStatus(key, as: call.caller)
        var user = JSON.null
        if status.isAuthorized, let known = status.user {
            user = ["email": known.email.map { .string($0) } ?? .null, "displayName": .string(known.name)]
        }
        return .json([
            "authorized": .bool(status.isAuthorized), "authenticated": .bool(status.isAuthorized), "user": user,
            "expiresAt": status.expiresAt.map { .string(Timestamp.text($0)) } ?? .null,
        ])
    }
}
