import HTTPTypes
import Model
import Wire

/// How refusals are spelled (wire specification, section 5).
enum Refusal {
    /// A refusal with an id of its own.
    static func named(_ code: DomainError.Code, _ id: String, _ message: String, issues: [Issue] = []) -> DomainError {
        DomainError(code, message, issues: issues, entity: id)
    }

    /// The names of a refusal in the words of a resource: core fields become columns, `[2].name` becomes `2.name`.
    static func renamed(_ error: DomainError, _ resource: Resource) -> DomainError {
        var error = error
        error.issues = error.issues.map { issue in
            var prefix = ""
            var name = issue.field
            if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
                prefix = name[name.index(after: name.startIndex)..<end] + "."
                name = String(name[name.index(after: end)...].drop { $0 == "." })
            }
            let wire = column(name, resource)
            return Issue(
                field: prefix + wire,
                message: issue.message.replacing(name, with: wire).replacing(issue.field, with: prefix + wire))
        }
        error.fields = error.fields.map { column($0, resource) }
        return error
    }

    private static func column(_ field: String, _ resource: Resource) -> String {
        resource.columns.first { $0.field == field && !$0.isHidden }?.name
            ?? resource.columns.first { $0.field == field }?.name ?? Field.snakeCase(field)
    }

    static func reply(_ error: DomainError, _ call: Call) -> Reply {
        let status = status(error.code)
        var body = JSONObject()
        body["message"] = .string(message(error))
        if let id = id(error) { body["id"] = .string(id) }
        switch error.code {
        case .duplicate where error.entity?.hasSuffix("_EXCEPTION") != true:
            body["title"] = "Duplicate"
            body["code"] = "23505"
        case .invalid, .missingReference:
            if error.entity?.hasSuffix("INMUTABLE_EXCEPTION") != true { body["validation_errors"] = validation(error) }
        case .fault: body["request_id"] = .string(call.requestId)
        default: break
        }
        return .json(.object(body), status: status)
    }

    private static func message(_ error: DomainError) -> String {
        switch error.code {
        case .unauthenticated: "Unauthenticated."
        case .notFound: "Resource Not Found."
        case .fault: "Internal error."
        case .forbidden, .invalid, .malformed, .conflict, .duplicate, .missingReference, .stale, .tooLarge,
            .rateLimited, .methodNotAllowed, .unsupportedMediaType, .upstream, .unavailable:
            error.message.isEmpty ? "The request was refused." : error.message
        }
    }

    private static func id(_ error: DomainError) -> String? {
        if let id = error.entity, id.hasSuffix("_EXCEPTION") { return id }
        switch error.code {
        case .forbidden: return "USER_NOT_AUTHORIZED_EXCEPTION"
        case .invalid, .missingReference: return "VALIDATION_FAILED_EXCEPTION"
        case .conflict, .stale: return "UPDATE_EXCEPTION"
        case .duplicate: return "PRIMARY_KEY_VIOLATION_EXCEPTION"
        case .rateLimited: return "TOO_MANY_REQUESTS_EXCEPTION"
        case .unauthenticated, .notFound, .malformed, .tooLarge, .methodNotAllowed, .unsupportedMediaType, .upstream,
            .unavailable, .fault:
            return nil
        }
    }

    private static func validation(_ error: DomainError) -> JSON {
        var fields = JSONObject()
        for issue in error.issues {
            let name = issue.field.isEmpty ? "body" : issue.field
            let known = fields[name]?.array ?? []
            fields[name] = .array(known + [.string(issue.message)])
        }
        if fields.isEmpty {
            for name in error.fields { fields[name] = .array([.string(error.message)]) }
        }
        if fields.isEmpty { fields["body"] = .array([.string(error.message)]) }
        return .object(fields)
    }

    private static func status(_ code: DomainError.Code) -> HTTPResponse.Status {
        switch code {
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .invalid, .missingReference, .malformed, .unsupportedMediaType: .badRequest
        case .conflict, .stale, .duplicate: .conflict
        case .tooLarge: .contentTooLarge
        case .rateLimited: .tooManyRequests
        case .methodNotAllowed: .methodNotAllowed
        case .upstream: .badGateway
        case .unavailable: .serviceUnavailable
        case .fault: .internalServerError
        }
    }
}
