public import Engine
import HTTPTypes
public import Model

extension IdempotentRequest {
    private static let header = HTTPField.Name("Idempotency-Key")

    /// What the `Idempotency-Key` header asks for; `nil` without one. `content` is what the body says.
    public init?(_ call: Call, content: String) throws(DomainError) {
        guard let header = IdempotentRequest.header, let key = call.headers[header], !call.caller.isAnonymous else {
            return nil
        }
        guard (1...255).contains(key.utf8.count) else {
            throw .invalid("Idempotency-Key", "Idempotency-Key must have 1 to 255 characters")
        }
        self.init(key: key, route: "\(call.method.rawValue) \(call.path)", content: content)
    }
}

extension StoredAnswer {
    /// The answer as it was given the first time.
    public var reply: Reply { .json(Array(body.utf8), status: HTTPResponse.Status(code: status)) }
}
