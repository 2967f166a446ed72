import HTTPTypes
import Model
import Wire

/// How refusals are spelled; the path decides which of the three forms the client expects.
enum Refusal {
    /// TestPlanIt API, Errors.
    private enum Form {
        /// `{"error":{"code","message","details"}}` of the published reference.
        case envelope
        /// `{"error":"text","code","details"}` of the routes outside it.
        case plain
        /// The RPC's own form.
        case model
    }

    static func reply(_ error: DomainError, _ call: Call) -> Reply {
        switch form(of: call.path) {
        case .envelope: envelope(error)
        case .plain: plain(error)
        case .model: ModelFailure.reply(error, call)
        }
    }

    /// Routes outside the published reference; `*` stands for one segment, `**` for the rest.
    private static let plainPaths: [[Substring]] = [
        "/api/auth/**", "/api/api-tokens", "/api/get-user-permissions", "/api/cli/**", "/api/upload-attachment",
        "/api/upload-avatar", "/api/upload-docimage", "/api/upload-project-icon", "/api/get-avatar-url",
        "/api/get-docimage-url", "/api/get-project-icon-url", "/api/test-results/**", "/api/assay/**",
        "/api/junit/attachment", "/api/junit/attachments/**", "/api/test-runs/attachments",
        "/api/test-runs/completed", "/api/test-runs/summaries", "/api/test-runs/*/summary",
        "/api/sessions/*/summary", "/api/milestones/*/summary", "/api/users/*", "/api/users/*/dashboard",
        "/api/users/*/change-password", "/api/test-helpers/**", "/api/projects/*/cases/bulk-edit",
        "/api/projects/*/folders/stats", "/api/issues/counts", "/api/tags/counts", "/api/projects/issue-counts",
        "/api/issues/*/sync", "/api/repository/cases/*/versions", "/api/repository/import-generated-test-cases",
        "/api/shared-steps/import", "/api/share/**", "/api/admin/trash/**", "/api/admin/validate-project-name",
        "/api/admin/users/verify-all", "/api/audit/export", "/api/integrations/jira/test-info", "/api/health",
    ].map { $0.split(separator: "/") }

    /// Reference routes that a pattern above would catch.
    private static let envelopePaths: Set<String> = ["/api/users/search-for-mentions"]

    private static func form(of path: String) -> Form {
        if path.hasPrefix("/api/model/") { return .model }
        if envelopePaths.contains(path) { return .envelope }
        let segments = path.split(separator: "/")
        return plainPaths.contains { matches($0, segments) } ? .plain : .envelope
    }

    private static func matches(_ pattern: [Substring], _ segments: [Substring]) -> Bool {
        for (index, part) in pattern.enumerated() {
            if part == "**" { return segments.count >= index }
            guard index < segments.count, part == "*" || part == segments[index] else { return false }
        }
        return pattern.count == segments.count
    }

    private static func envelope(_ error: DomainError) -> Reply {
        let (status, code) = spelled(error.code)
        var details = JSONObject()
        if case .unauthenticated(let reason) = error.code { details["reason"] = .string(reason.rawValue) }
        if let first = error.issues.first {
            details["field"] = .string(first.field)
            details["message"] = .string(first.message)
            details["errors"] = .array(error.issues.map { issue($0) })
        } else if let field = error.fields.last, status == .unprocessableContent {
            details["field"] = .string(field)
            details["message"] = .string(error.message)
            details["errors"] = [["field": .string(field), "message": .string(error.message)]]
        }
        let body: JSON = [
            "error": ["code": .string(code), "message": .string(error.message), "details": .object(details)]
        ]
        return .json(body, status: status)
    }

    private static func plain(_ error: DomainError) -> Reply {
        var (status, code) = spelled(error.code)
        if status == .unprocessableContent { status = .badRequest }
        if case .unauthenticated(let reason) = error.code { code = reason.rawValue }
        var body: JSONObject = JSONObject()
        body["error"] = .string(error.message)
        body["code"] = .string(code)
        if !error.issues.isEmpty { body["details"] = .array(error.issues.map { issue($0) }) }
        return .json(.object(body), status: status)
    }

    private static func issue(_ issue: Issue) -> JSON {
        ["field": .string(issue.field), "message": .string(issue.message)]
    }

    private static func spelled(_ code: DomainError.Code) -> (status: HTTPResponse.Status, word: String) {
        switch code {
        case .unauthenticated: (.unauthorized, "UNAUTHORIZED")
        case .forbidden: (.forbidden, "FORBIDDEN")
        case .notFound: (.notFound, "NOT_FOUND")
        case .invalid, .duplicate, .missingReference: (.unprocessableContent, "VALIDATION_ERROR")
        case .malformed: (.badRequest, "BAD_REQUEST")
        case .conflict: (.conflict, "CONFLICT")
        case .stale: (.preconditionFailed, "CONFLICT")
        case .tooLarge: (.contentTooLarge, "PAYLOAD_TOO_LARGE")
        case .rateLimited: (.tooManyRequests, "RATE_LIMITED")
        case .methodNotAllowed: (.methodNotAllowed, "METHOD_NOT_ALLOWED")
        case .unsupportedMediaType: (.unsupportedMediaType, "BAD_REQUEST")
        case .upstream: (.badGateway, "UPSTREAM_ERROR")
        case .unavailable: (.serviceUnavailable, "UNAVAILABLE")
        case .fault: (.internalServerError, "INTERNAL_ERROR")
        }
    }
}
