import HTTPTypes
import Model
import Wire

/// How refusals are spelled: `{"error":{…}}` below `/v1`, `{"error":"text"}` below `/api/tests`.
enum Refusal {
    static func reply(_ error: DomainError, _ call: Call) -> Reply {
        call.path.hasPrefix("/api/tests") ? verb(error) : envelope(error, call)
    }

    private static func envelope(_ error: DomainError, _ call: Call) -> Reply {
        let (status, code) = spelled(error)
        var details: [JSON] = error.issues.map { ["field": .string($0.field), "message": .string($0.message)] }
        if details.isEmpty, status == .unprocessableContent || status == .conflict {
            details = error.fields.map { ["field": .string(shown($0)), "message": .string(error.message)] }
        }
        var message = error.message
        if status == .internalServerError { message = "internal error, request \(call.requestId)" }
        let body: JSON = [
            "error": ["code": .string(code), "message": .string(message), "details": .array(details)]
        ]
        return .json(body, status: status)
    }

    /// The core's name of a field as this API spells it.
    private static func shown(_ field: String) -> String { field == "roleId" ? "role" : field }

    private static func spelled(_ error: DomainError) -> (HTTPResponse.Status, String) {
        switch error.code {
        case .unauthenticated: (.unauthorized, "unauthorized")
        case .forbidden: (.forbidden, "forbidden")
        case .notFound: (.notFound, "notFound")
        case .invalid, .missingReference:
            error.entity == NotAcceptable.mark
                ? (.notAcceptable, "notAcceptable") : (.unprocessableContent, "validationFailed")
        case .malformed: (.badRequest, "badRequest")
        case .conflict, .duplicate, .stale: (.conflict, "conflict")
        case .tooLarge: (.contentTooLarge, "payloadTooLarge")
        case .rateLimited: (.tooManyRequests, "rateLimited")
        case .methodNotAllowed: (.methodNotAllowed, "methodNotAllowed")
        case .unsupportedMediaType: (.unsupportedMediaType, "unsupportedMediaType")
        case .upstream: (.badGateway, "upstreamError")
        case .unavailable: (.serviceUnavailable, "unavailable")
        case .fault: (.internalServerError, "internalError")
        }
    }

    private static func verb(_ error: DomainError) -> Reply {
        let status: HTTPResponse.Status =
            switch error.code {
            case .unauthenticated: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .rateLimited: .tooManyRequests
            case .tooLarge: .contentTooLarge
            case .unavailable: .serviceUnavailable
            case .fault, .upstream: .internalServerError
            case .invalid, .missingReference, .malformed, .conflict, .duplicate, .stale, .unsupportedMediaType:
                .badRequest
            }
        let text = status == .internalServerError ? "internal error" : error.message
        return .json(["error": .string(text)], status: status)
    }
}

/// A format that does not exist: the engine knows no such refusal.
enum NotAcceptable {
    static let mark = "Format"

    static func error(_ message: String) -> DomainError { DomainError(.invalid, message, entity: mark) }
}
