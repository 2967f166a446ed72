import Engine
import Foundation
import Model

/// One language model provider: its protocol, nothing else.
protocol ChatModel: Sendable {
    static var descriptor: ServiceDescriptor { get }
    init(_ account: ModelAccount, _ gateway: Gateway) throws(DomainError)
    func chat(_ request: ModelRequest) async throws(DomainError) -> ModelAnswer
    func models() async throws(DomainError) -> [String]
}

extension ChatModel {
    static var name: String { descriptor.name }

    static func nothing() -> DomainError { DomainError(.upstream, "\(name) answered without a text") }
}

extension ModelAccount {
    /// A client for the provider's own or the configured address.
    func client(
        _ name: String, _ gateway: Gateway, usual: String?, headers: (_ key: String?) -> [(name: String, value: String)]
    ) throws(DomainError) -> ServiceClient {
        guard let base = endpoint ?? usual else { throw .invalid("endpoint", "endpoint is required") }
        guard TargetURL(base) != nil else { throw .invalid("endpoint", "endpoint must be an http or https address") }
        var limits = Gateway.Limits()
        // Answers of models are long and slow (SAFETY 2.3-6).
        limits.answer = 4 << 20
        limits.total = .milliseconds(min(max(timeout, 1000), 120_000))
        limits.retries = min(max(retries, 0), 10)
        return ServiceClient(
            name, gateway, base: base, headers: headers(key?.text), secrets: key.map { [$0] } ?? [], limits: limits)
    }

    func neededKey() throws(DomainError) {
        if key == nil { throw .invalid("apiKey", "apiKey is required") }
    }

    func neededModel() throws(DomainError) -> String {
        guard let model, !model.isEmpty else { throw .invalid("model", "model is required") }
        return model
    }
}

extension ModelRequest {
    /// `[{"role","content"}]` as most providers take it.
    var messageList: JSON {
        .array(messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] })
    }

    /// The instructions alone, for providers that take them apart.
    var instructions: String? {
        let texts = messages.filter { $0.role == .system }.map(\.content)
        return texts.isEmpty ? nil : texts.joined(separator: "\n\n")
    }

    var conversation: [ModelMessage] { messages.filter { $0.role != .system } }
}
