import HTTPTypes
import Model
import Wire

/// How refusals are spelled (Testsigma API, Errors).
enum Refusal {
    /// The vendor's word for an entity and the placeholder of the path that names one.
    private static let entities: [String: (word: String, placeholder: String)] = [
        "Project": ("project", "p"), "RepositoryFolder": ("folder", "f"), "RepositoryCase": ("test case", "c"),
        "SharedStepGroup": ("step group", "g"), "TestRun": ("test run", "r"), "TestPlan": ("test plan", "t"),
        "ImportJob": ("import", "i"), "Tag": ("label", "l"), "TestRunCase": ("test run case", "c"),
        "User": ("user", "u"),
        "Requirement": ("requirement", "q"),
    ]

    /// What no route answers.
    static let noRoute = "Route"

    static func reply(_ error: DomainError, _ call: Call) -> Reply {
        switch error.code {
        case .unauthenticated:
            return reply(.unauthorized, "Unauthorized", "API token is missing or invalid")
        case .notFound:
            guard let entity = error.entity, let known = entities[entity] else {
                return .json(["code": 404, "message": "Not Found"], status: .notFound)
            }
            let message = "\(known.word) not found"
            return reply(.notFound, message, "\(message) with ID: \(call.parameter(known.placeholder))")
        case .invalid, .duplicate, .missingReference, .conflict, .stale:
            let details = error.issues.map { "\(shown($0.field)): \($0.message)" }
            let fields = error.fields.map { "\(shown($0)): \(error.message)" }
            let lines = details.isEmpty ? fields : details
            return reply(
                .unprocessableContent, error.message, lines.isEmpty ? error.message : lines.joined(separator: "; "))
        case .malformed: return reply(.badRequest, error.message)
        case .forbidden: return reply(.forbidden, error.message)
        case .tooLarge: return reply(.contentTooLarge, error.message)
        case .rateLimited: return reply(.tooManyRequests, "rate limit exceeded", error.message)
        case .methodNotAllowed: return reply(.methodNotAllowed, error.message)
        case .unsupportedMediaType: return reply(.unsupportedMediaType, error.message)
        case .upstream: return reply(.badGateway, error.message)
        case .unavailable: return reply(.serviceUnavailable, error.message)
        case .fault: return reply(.internalServerError, "Internal Server Error", "request \(call.requestId)")
        }
    }

    private static func reply(_ status: HTTPResponse.Status, _ message: String, _ details: String? = nil) -> Reply {
        let text = message.isEmpty ? status.reasonPhrase : message
        let body: JSON = [
            "message": .string(text),
            "errors": [
                "code": .integer(Int64(status.code)), "message": .string(text), "details": .string(details ?? text),
            ],
        ]
        return .json(body, status: status)
    }

    /// The core's name of a field as this API spells it.
    private static func shown(_ field: String) -> String {
        switch field {
        case "stateId": "status_id"
        case "parentId": "parent_folder_id"
        case "key": "human_id_prefix"
        default: Field.snakeCase(field)
        }
    }
}
