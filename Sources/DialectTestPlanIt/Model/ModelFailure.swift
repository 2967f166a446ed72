import HTTPTypes
import Model
import Wire

/// Spells refusals on `/api/model/…` (wire specification, section 5, Errors).
enum ModelFailure {
    static func reply(_ error: DomainError, _ call: Call) -> Reply {
        if case .unauthenticated(let reason) = error.code {
            return answer(.unauthorized, [("error", .string(error.message)), ("code", .string(reason.rawValue))])
        }
        let (status, members) = spelled(error)
        return answer(status, [("error", .members(members))])
    }

    private static func answer(_ status: HTTPResponse.Status, _ members: [(String, JSON)]) -> Reply {
        var reply = Reply.json(.members(members), status: status)
        noStore(&reply)
        return reply
    }

    /// What every answer of the RPC says about caches.
    static func noStore(_ reply: inout Reply) {
        reply.headers[.cacheControl] = "no-store, no-cache, must-revalidate, proxy-revalidate"
        reply.headers[.expires] = "0"
        if let pragma = HTTPField.Name("Pragma") { reply.headers[pragma] = "no-cache" }
    }

    private static func spelled(_ error: DomainError) -> (HTTPResponse.Status, [(String, JSON)]) {
        switch error.code {
        case .malformed:
            guard error.entity != nil else { return (.badRequest, [("message", .string(error.message))]) }
            return (.badRequest, prisma(error.message, code: error.fields.first, error))
        case .duplicate: return (.badRequest, duplicate(error))
        case .missingReference:
            let field = error.fields.first ?? "reference"
            let message = "Foreign key constraint failed on the field: `\(field)`: \(error.message)"
            return (.badRequest, prisma(message, code: "P2003", error))
        case .forbidden: return (.forbidden, denied(error))
        case .notFound: return (.notFound, prisma(error.message, code: error.fields.first ?? "P2025", error))
        case .invalid, .conflict: return (.unprocessableContent, invalid(error))
        case .stale: return (.preconditionFailed, [("message", .string(error.message))])
        case .tooLarge: return (.contentTooLarge, [("message", .string(error.message))])
        case .rateLimited: return (.tooManyRequests, [("message", .string(error.message))])
        case .methodNotAllowed: return (.methodNotAllowed, [("message", .string(error.message))])
        case .unsupportedMediaType: return (.unsupportedMediaType, [("message", .string(error.message))])
        case .upstream: return (.badGateway, [("message", .string(error.message))])
        case .unavailable: return (.serviceUnavailable, [("message", .string(error.message))])
        case .fault, .unauthenticated: return (.internalServerError, [("message", "internal error")])
        }
    }

    private static func prisma(_ message: String, code: String?, _ error: DomainError) -> [(String, JSON)] {
        var members: [(String, JSON)] = [("message", .string(message)), ("prisma", true)]
        if let code { members.append(("code", .string(code))) }
        if let model = model(error) { members.append(("modelName", .string(model.name))) }
        return members
    }

    private static func model(_ error: DomainError) -> ModelType? {
        error.entity.flatMap { ModelBook.shared.model(of: $0) }
    }

    private static func duplicate(_ error: DomainError) -> [(String, JSON)] {
        let model = model(error)
        var fields = error.fields.map { $0 == "uid" ? "id" : $0 }
        // The key of folders holds among live rows, and the wire names the mark of deletion with it.
        let isLive = model?.entity.uniques.contains { $0.fields == error.fields && $0.live } ?? false
        if isLive { fields.append("isDeleted") }
        let list = fields.map { "`\($0)`" }.joined(separator: ",")
        var members = prisma("Unique constraint failed on the fields: (\(list))", code: "P2002", error)
        members.append(("target", .array(fields.map { .string($0) })))
        return members
    }

    private static func denied(_ error: DomainError) -> [(String, JSON)] {
        let isUnreadable = error.fields.first == "RESULT_NOT_READABLE"
        var message = error.message
        if let model = model(error) {
            if isUnreadable {
                message = "denied by policy: \(model.accessor) \(error.message)"
            } else if let tail = message.firstRange(of: "entities failed") {
                message = "denied by policy: \(model.accessor) \(message[tail.lowerBound...])"
            }
        }
        if !message.hasPrefix("denied by policy") { message = "denied by policy: \(message)" }
        return [
            ("message", .string(message)), ("prisma", true), ("rejectedByPolicy", true), ("code", "P2004"),
            ("reason", isUnreadable ? "RESULT_NOT_READABLE" : "ACCESS_POLICY_VIOLATION"),
        ]
    }

    private static func invalid(_ error: DomainError) -> [(String, JSON)] {
        var issues: [JSON] = []
        for issue in error.issues {
            let path = issue.field.split { $0 == "." || $0 == "[" || $0 == "]" }.map { part -> JSON in
                Int64(part).map { .integer($0) } ?? .string(String(part))
            }
            issues.append(["code": "custom", "message": .string(issue.message), "path": .array(path)])
        }
        if issues.isEmpty { issues.append(["code": "custom", "message": .string(error.message), "path": []]) }
        return [
            ("message", .string(error.message)), ("prisma", true), ("rejectedByValidation", true), ("code", "P2004"),
            ("reason", "DATA_VALIDATION_VIOLATION"),
            ("zodErrors", ["name": "ZodError", "issues": .array(issues)]),
        ]
    }
}
