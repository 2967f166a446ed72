import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/oauth/access_token`: tokens for e-mail and password, and new ones for a refresh token.
enum OAuthHandlers {
    static func token(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        let fields = try await fields(call)
        do throws(DomainError) {
            let grant = try await grant(fields, call, engine)
            return .json([
                "access_token": .string(grant.accessToken), "token_type": "Bearer",
                "expires_in": .integer(Engine.accessLifetime / 1000), "refresh_token": .string(grant.refreshToken),
                "expires_at": .string(Shape.time(grant.expiresAt)), "client_name": "Assay",
                "user_id": .integer(grant.userId), "client_id": 1,
            ])
        } catch {
            guard case .unauthenticated = error.code else { throw error }
            return refused("invalid_grant", "The provided authorization grant is invalid.")
        }
    }

    private static func fields(_ call: Call) async throws(DomainError) -> [String: String] {
        var fields: [String: String] = [:]
        if call.mediaType == "application/x-www-form-urlencoded" {
            for item in try await call.form().items where fields[item.name] == nil { fields[item.name] = item.value }
            return fields
        }
        let (objects, isList) = try await BodyReader.read(call)
        guard !isList, let object = objects.first else { throw .malformed("The body must be a JSON object.") }
        for member in object.members { fields[member.name] = member.value.string }
        return fields
    }

    private static func grant(
        _ fields: [String: String], _ call: Call, _ engine: Engine
    ) async throws(DomainError) -> Engine.NewGrant {
        switch fields["grant_type"] {
        case "password":
            let found = try needed(["username", "password"], fields)
            let client = fields["client_id"].map { String($0.prefix(100)) }
            return try await engine.grant(
                email: found[0], password: found[1], address: call.remoteAddress, client: client)
        case "refresh_token":
            let found = try needed(["refresh_token"], fields)
            return try await engine.refreshGrant(found[0], address: call.remoteAddress)
        case nil, "": throw Refusal.named(.invalid, request, "A field is missing.", issues: [missing("grant_type")])
        default: throw Refusal.named(.invalid, unsupported, "The authorization grant type is not supported.")
        }
    }

    /// Marks of refusals that this endpoint spells in the form of OAuth.
    private static let request = "oauth:invalid_request"
    private static let unsupported = "oauth:unsupported_grant_type"

    private static func missing(_ name: String) -> Issue {
        Issue(field: name, message: "The \(name) field is required.")
    }

    private static func needed(_ names: [String], _ fields: [String: String]) throws(DomainError) -> [String] {
        let absent = names.filter { fields[$0]?.isEmpty != false }
        guard absent.isEmpty else {
            throw Refusal.named(.invalid, request, "A field is missing.", issues: absent.map { missing($0) })
        }
        return names.map { fields[$0] ?? "" }
    }

    /// The form of a refusal of this endpoint; `nil` for any other.
    static func form(_ error: DomainError) -> Reply? {
        switch error.entity {
        case request:
            var fields = JSONObject()
            for issue in error.issues { fields[issue.field] = .array([.string(issue.message)]) }
            return .json(
                ["error": "invalid_request", "message": .string(error.message), "validation_errors": .object(fields)],
                status: .badRequest)
        case unsupported: return refused("unsupported_grant_type", error.message)
        default: return nil
        }
    }

    private static func refused(_ word: String, _ message: String) -> Reply {
        .json(["error": .string(word), "message": .string(message)], status: .badRequest)
    }
}
