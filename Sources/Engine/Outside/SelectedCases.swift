public import Model
import Statements

/// Which cases a language model proposes for a run.
public struct ProposedSelection: Sendable {
    /// Ids of live cases of the project.
    public var cases: [Int64]
    public var reasoning: String
    /// How many cases there were to choose from.
    public var total: Int
    /// `nil` when the model was not asked.
    public var answer: ModelAnswer?
}

extension Engine {
    /// More cases than this are not put before a model.
    private static let mostCases = 1000

    /// Has cases proposed that belong into a described run; `wantsCount` only counts what there is.
    public func selectCases(
        project: Int64, material: String, except: [RowKey], wantsCount: Bool, as caller: Caller
    ) async throws(DomainError) -> ProposedSelection {
        let known = try await read(as: caller) { work throws(DomainError) in
            let excluded = Set(try work.find("RepositoryCase", except, fields: ["id"]).map(\.id))
            let live = Filter.equals("projectId", .int(project)) && .equals("isDeleted", false)
            let query = Query(
                "RepositoryCase", where: live && .equals("isArchived", false), fields: ["id", "name"],
                order: [.by("id")], page: .init(limit: Engine.mostCases))
            return try work.find(query).filter { !excluded.contains($0.id) }.map { ($0.id, $0.text("name")) }
        }
        if wantsCount || known.isEmpty {
            return ProposedSelection(cases: [], reasoning: "", total: known.count, answer: nil)
        }
        let list = known.map { "\($0.0): \(String($0.1.prefix(200)))" }.joined(separator: "\n")
        let text = GeneratedCases.harmless("The run:\n\(material)\n\nThe test cases:\n\(list)")
        var question = ModelQuestion(feature: "magic_select_cases", project: project, messages: [])
        try await requireModel(question, as: caller)
        question.messages = [
            ModelMessage(.system, try await instruction("magic_select_cases")),
            ModelMessage(.user, "<material>\n\(text)\n</material>"),
        ]
        let answer = try await ask(question, as: caller)
        guard let json = GeneratedCases.document(answer.content) else {
            throw DomainError(.upstream, "the language model's answer cannot be read")
        }
        let wanted = json["caseIds"]?.array ?? json["suggestedCaseIds"]?.array ?? json.array ?? []
        let named = Set(wanted.compactMap { $0.integer ?? $0.string.flatMap { Int64($0) } })
        let reasoning = String((json["reasoning"]?.string ?? "").prefix(2000))
        return ProposedSelection(
            cases: known.map(\.0).filter { named.contains($0) }, reasoning: reasoning, total: known.count,
            answer: answer)
    }
}
