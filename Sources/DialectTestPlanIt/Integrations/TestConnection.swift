import Catalog
import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/integrations/test-connection`: a stored integration or one that is about to be.
enum TestConnection {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let key = input.key("integrationId")
        if let key = key.value {
            try input.finish()
            return try await stored(key, call, engine)
        }
        let provider = input.word("provider", IntegrationHandlers.providers)
        let word = input.required("provider", provider)
        let authType = input.word("authType", Choices.integrationAuthType).value ?? "NONE"
        let credentials = input.object("credentials").value ?? JSONObject()
        let settings = input.object("settings").value ?? input.object("config").value ?? JSONObject()
        try input.finish()
        let account = engine.trackerAccount(
            provider: word ?? "", authType: authType, credentials: credentials, settings: settings)
        do throws(DomainError) {
            return success(try await engine.outside.trackers.tracker(account).user())
        } catch {
            return try failure(error, nil, call)
        }
    }

    private static func stored(_ key: RowKey, _ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let row = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.named("Integration", key, by: "integrationId")
        }
        do throws(DomainError) {
            let user = try await engine.connect(.id(row.id), as: call.caller).tracker.user()
            try await engine.noteTest(row.id, error: nil)
            return success(user)
        } catch {
            let reply = try failure(error, row, call)
            // An administrator without a grant of his own says nothing about the integration.
            if case .unauthenticated = error.code { return reply }
            try await engine.noteTest(row.id, error: error.message)
            return reply
        }
    }

    private static func success(_ user: TrackerUser) -> Reply {
        let isNobody = user.id.isEmpty
        return .json(["success": true, "user": isNobody ? .null : user.json])
    }

    private static func failure(_ error: DomainError, _ row: Row?, _ call: Call) throws(DomainError) -> Reply {
        var body = JSONObject()
        body["success"] = false
        body["error"] = .string(error.message)
        switch error.code {
        case .upstream, .invalid, .notFound, .unavailable: break
        case .unauthenticated:
            if let row {
                body["requiresAuth"] = true
                body["authUrl"] = .string(AuthorizationHandlers.address(row, call))
            }
        default: throw error
        }
        return .json(.object(body), status: .badRequest)
    }
}

extension TrackerUser {
    /// As the lookups show users.
    var json: JSON {
        [
            "accountId": .string(id), "displayName": .string(name),
            "emailAddress": email.map { .string($0) } ?? .null, "avatarUrl": avatar.map { .string($0) } ?? .null,
        ]
    }
}
