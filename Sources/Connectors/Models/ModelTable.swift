public import Engine
import Foundation
public import Model

/// The language model providers that the server knows.
public struct ModelTable: LanguageModels {
    /// The table of contents.
    private static let entries: [any ChatModel.Type] = [
        OpenAI.self, Anthropic.self, AzureOpenAI.self, Gemini.self, Ollama.self, OpenAICompatible.self,
    ]

    private let gateway: Gateway

    public init(_ gateway: Gateway) { self.gateway = gateway }

    public var providers: [ServiceDescriptor] { ModelTable.entries.map { $0.descriptor } }

    private func model(_ account: ModelAccount) throws(DomainError) -> any ChatModel {
        guard let entry = ModelTable.entries.first(where: { $0.descriptor.provider == account.provider }) else {
            let words = ModelTable.entries.map { $0.descriptor.provider }.joined(separator: ", ")
            throw .invalid("provider", "provider must be one of \(words)")
        }
        return try entry.init(account, gateway)
    }

    public func chat(_ account: ModelAccount, _ request: ModelRequest) async throws(DomainError) -> ModelAnswer {
        try await model(account).chat(request)
    }

    public func models(_ account: ModelAccount) async throws(DomainError) -> [String] {
        try await model(account).models()
    }

    /// The list of models costs nothing, so it is what is asked for.
    public func check(_ account: ModelAccount) async throws(DomainError) {
        let names = try await model(account).models()
        guard account.provider == "OLLAMA", let wanted = account.model, !names.isEmpty else { return }
        guard names.contains(wanted) || names.contains("\(wanted):latest") else {
            throw DomainError(.upstream, "Ollama has no model \(wanted)")
        }
    }

    public func prompt(_ name: String) -> String? { Prompts.text(name) }
}

/// The instruction files of this module.
enum Prompts {
    private static let folder = Bundle.module.bundleURL.appendingPathComponent("Prompts").resolvingSymlinksInPath()

    /// The text of `Prompts/<name>.md`; `nil` when there is none.
    static func text(_ name: String) -> String? {
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "-" || $0 == "_") }) else {
            return nil
        }
        let file = folder.appendingPathComponent("\(name).md")
        guard let data = FileManager.default.contents(atPath: file.path) else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
