import Engine
import Foundation
import Model

/// JSON calls to one service in the name of one account.
struct ServiceClient: Sendable {
    /// The name that people read in messages.
    let name: String
    let gateway: Gateway
    /// Without a slash at the end.
    let base: String
    var headers: [(name: String, value: String)] = []
    /// What must never stand in a message.
    var secrets: [Secret] = []
    var limits = Gateway.Limits()

    init(
        _ name: String, _ gateway: Gateway, base: String, headers: [(name: String, value: String)] = [],
        secrets: [Secret] = [], limits: Gateway.Limits = Gateway.Limits()
    ) {
        self.name = name
        self.gateway = gateway
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        self.headers = headers
        self.secrets = secrets
        self.limits = limits
    }

    /// A call to the service. `path` begins with a slash; `query` is escaped here.
    struct Request {
        var method: String
        var path: String
        var query: [(String, String?)] = []
        var body: JSON?
        var type = "application/json"
        var isRepeatable: Bool?

        init(
            _ method: String, _ path: String, query: [(String, String?)] = [], body: JSON? = nil,
            type: String = "application/json", isRepeatable: Bool? = nil
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.body = body
            self.type = type
            self.isRepeatable = isRepeatable
        }
    }

    /// The answer, whatever its status. Throws `.upstream` when there is none.
    func answer(_ request: Request) async throws(DomainError) -> GatewayAnswer {
        var url = base + request.path
        var separator = "?"
        for (name, value) in request.query {
            guard let value else { continue }
            url += "\(separator)\(Escape.query(name))=\(Escape.query(value))"
            separator = "&"
        }
        var headers = headers
        if !headers.contains(where: { $0.name == "Accept" }) { headers.append(("Accept", "application/json")) }
        if request.body != nil { headers.append(("Content-Type", request.type)) }
        let message = GatewayRequest(
            request.method, url, headers: headers, body: request.body.map { Array($0.text.utf8) },
            isRepeatable: request.isRepeatable)
        do throws(GatewayError) {
            return try await gateway.send(message, limits: limits)
        } catch {
            throw DomainError(.upstream, "\(name) failed: \(error)")
        }
    }

    /// The JSON of a successful answer. Throws `.upstream` otherwise, `.notFound` for 404 when `missing` says of what.
    func json(_ request: Request, missing: String? = nil) async throws(DomainError) -> JSON {
        try parsed(try await answer(request), missing: missing)
    }

    func parsed(_ answer: GatewayAnswer, missing: String? = nil) throws(DomainError) -> JSON {
        // Azure DevOps shows its sign-in page under 203 and 302.
        guard (200..<300).contains(answer.status), answer.status != 203 else {
            throw failure(answer, missing: missing)
        }
        if answer.body.isEmpty { return .null }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(answer.body)
        } catch {
            throw DomainError(.upstream, "\(name) answered something that is not JSON")
        }
    }

    func failure(_ answer: GatewayAnswer, missing: String? = nil) -> DomainError {
        switch answer.status {
        case 401, 203: return DomainError(.upstream, "\(name) refused the credentials (status \(answer.status))")
        case 404:
            if let missing { return DomainError(.notFound, "\(name) has no such \(missing)", entity: missing) }
        default: break
        }
        let reason = reason(answer)
        let tail = reason.isEmpty ? "" : ": \(reason)"
        return DomainError(.upstream, "\(name) answered with status \(answer.status)\(tail)")
    }

    /// What the service says went wrong: at most 200 characters of its own message, and no secret.
    private func reason(_ answer: GatewayAnswer) -> String {
        guard let json = KeptAnswer.parsed(answer.body) else { return "" }
        var parts: [String] = []
        for name in ["message", "error_description", "errorMessage", "title"] {
            if let text = json[name]?.string { parts.append(text) }
        }
        if let text = json["error"]?["message"]?.string ?? json["error"]?.string { parts.append(text) }
        for element in json["errorMessages"]?.array ?? [] { if let text = element.string { parts.append(text) } }
        for member in json["errors"]?.object?.members ?? [] {
            if let text = member.value.string { parts.append("\(member.name): \(text)") }
        }
        for element in json["errors"]?.array ?? [] {
            if let text = element["message"]?.string ?? element.string { parts.append(text) }
        }
        var text = parts.joined(separator: "; ")
        for secret in secrets where secret.text.utf8.count >= 4 {
            text = text.replacingOccurrences(of: secret.text, with: "•••")
        }
        text = String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
        return String(text.prefix(200))
    }
}

enum KeptAnswer {
    static func parsed(_ bytes: [UInt8]) -> JSON? {
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(bytes)
        } catch {
            return nil
        }
    }
}

/// Percent escapes for paths and queries.
enum Escape {
    static func query(_ text: String) -> String { escaped(text) }

    /// One segment of a path.
    static func segment(_ text: String) -> String { escaped(text) }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += byte < 16 ? "%0\(hex)" : "%\(hex)"
            }
        }
        // A segment of dots alone would climb in the path.
        return result == "." || result == ".." ? result.replacingOccurrences(of: ".", with: "%2E") : result
    }
}

extension JSON {
    /// A text, or a number as text: ids come either way.
    var word: String? {
        switch self {
        case .string(let text): text.isEmpty ? nil : text
        case .integer(let number): String(number)
        case .null, .bool, .number, .array, .object: nil
        }
    }
}

extension JSONObject {
    /// A text of settings or credentials, without blanks at its ends; `nil` when it is empty.
    func word(_ names: String...) -> String? {
        for name in names {
            guard let text = self[name]?.word?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty else {
                continue
            }
            return text
        }
        return nil
    }

    /// The address under one of these names. Throws `.invalid` when it is missing or cannot be one.
    func address(_ names: String..., default fallback: String? = nil) throws(DomainError) -> String {
        let name = names.first ?? ""
        var found: String?
        for name in names where found == nil { found = word(name) }
        guard let text = found ?? fallback else { throw .invalid("settings.\(name)", "settings.\(name) is required") }
        guard TargetURL(text) != nil else {
            throw .invalid("settings.\(name)", "settings.\(name) must be an http or https address")
        }
        return text
    }
}
