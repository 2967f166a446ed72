import HTTPTypes
import Model
import Wire

/// How refusals are spelled: `{"errors":[{"status","title","source"}]}` (PractiTest API, Success and failure).
enum Refusal {
    static func reply(_ error: DomainError, _ call: Call) -> Reply {
        var status = status(error.code)
        var title = title(error)
        if case .notFound = error.code, error.entity == nil, hasForeignSuffix(call.path) {
            status = .notAcceptable
            title = "Only .json is served"
        }
        var elements: [JSON] = []
        for issue in error.issues.prefix(200) {
            elements.append(element(status, issue.message, source(issue.field)))
        }
        if elements.isEmpty { elements.append(element(status, title, error.fields.last.flatMap { source($0) })) }
        return .json(["errors": .array(elements)], status: status)
    }

    private static func element(_ status: HTTPResponse.Status, _ title: String, _ source: JSON?) -> JSON {
        var members: [(String, JSON)] = [("status", .string(String(status.code))), ("title", .string(title))]
        if let source { members.append(("source", source)) }
        return .members(members)
    }

    private static func status(_ code: DomainError.Code) -> HTTPResponse.Status {
        switch code {
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .invalid, .conflict, .duplicate, .missingReference, .stale: .unprocessableContent
        case .malformed: .badRequest
        case .tooLarge: .contentTooLarge
        case .rateLimited: .tooManyRequests
        case .methodNotAllowed: .methodNotAllowed
        case .unsupportedMediaType: .notAcceptable
        case .upstream: .badGateway
        case .unavailable: .serviceUnavailable
        case .fault: .internalServerError
        }
    }

    private static func title(_ error: DomainError) -> String {
        switch error.code {
        case .unauthenticated: "Invalid API token"
        case .forbidden: "Not allowed for this token"
        case .fault: "The server failed; the problem was noted"
        case .notFound, .invalid, .malformed, .conflict, .duplicate, .missingReference, .stale, .tooLarge,
            .rateLimited, .methodNotAllowed, .unsupportedMediaType, .upstream, .unavailable:
            error.message.isEmpty ? "The request failed" : error.message
        }
    }

    /// `/data/…` points into the body, `?name` at a parameter; the engine's own names are attributes.
    private static func source(_ field: String) -> JSON? {
        if field.isEmpty { return nil }
        if field.hasPrefix("/") { return ["pointer": .string(field)] }
        if field.hasPrefix("?") { return ["parameter": .string(String(field.dropFirst()))] }
        var name = Substring(field)
        var place = "/data"
        if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
            place += "/\(name[name.index(after: name.startIndex)..<end])"
            name = name[name.index(after: end)...].drop { $0 == "." }
        }
        return ["pointer": .string("\(place)/attributes/\(kebab(name))")]
    }

    private static func kebab(_ name: Substring) -> String {
        var result = ""
        for character in name {
            if character.isUppercase { result += "-" }
            result += character.lowercased()
        }
        return result
    }

    /// A last segment that ends in another suffix than `.json`.
    static func hasForeignSuffix(_ path: String) -> Bool {
        guard let last = path.split(separator: "/").last, let dot = last.lastIndex(of: ".") else { return false }
        let suffix = last[last.index(after: dot)...]
        return suffix != "json" && !suffix.isEmpty && suffix.allSatisfy { $0.isASCII && $0.isLetter }
    }

    static let suffix = DomainError(.unsupportedMediaType, "Only .json is served")
}
