import Engine
import HTTPTypes
import Model
import Wire

/// Refusals of the application's endpoints, in the contract's form.
enum Refusal {
    static func json(_ error: DomainError, _ call: Call, current: [UInt8]? = nil) -> Reply {
        let (status, code) = spelled(error.code)
        var issues = error.issues
        if issues.isEmpty, status == .unprocessableContent {
            issues = error.fields.map { Issue(field: $0, message: error.message) }
        }
        var writer = JSONWriter(capacity: 256 + (current?.count ?? 0))
        writer.beginObject()
        writer.key(.error)
        writer.beginObject()
        writer.put(.code, code)
        writer.put(.message, error.message)
        writer.key(.issues)
        writer.beginArray()
        for issue in issues {
            writer.beginObject()
            writer.put(.field, fieldName(issue.field))
            writer.put(.message, issue.message)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.put(.requestId, call.requestId)
        if let current {
            writer.key(.current)
            writer.raw(current)
        }
        writer.endObject()
        return Reply.json(writer.bytes, status: status)
    }

    /// Fields that pages call otherwise than the tables do.
    private static let fieldNames = ["repositoryCaseId": "caseId", "configId": "configurationId"]

    private static func fieldName(_ name: String) -> String { fieldNames[name] ?? name }

    static func spelled(_ code: DomainError.Code) -> (status: HTTPResponse.Status, word: String) {
        switch code {
        case .unauthenticated: (.unauthorized, "signed-out")
        case .forbidden: (.forbidden, "forbidden")
        case .notFound: (.notFound, "not-found")
        case .invalid, .duplicate, .missingReference: (.unprocessableContent, "invalid")
        case .malformed: (.badRequest, "malformed")
        case .unsupportedMediaType: (.unsupportedMediaType, "malformed")
        case .methodNotAllowed: (.methodNotAllowed, "malformed")
        case .conflict: (.conflict, "conflict")
        case .stale: (.preconditionFailed, "stale")
        case .tooLarge: (.contentTooLarge, "too-large")
        case .rateLimited: (.tooManyRequests, "rate-limited")
        case .upstream: (.badGateway, "unavailable")
        case .unavailable: (.serviceUnavailable, "unavailable")
        case .fault: (.internalServerError, "fault")
        }
    }
}
