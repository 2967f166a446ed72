import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/llm/magic-select-cases`: which cases belong into a run that is described.
enum SelectCases {
    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let project = input.required("projectId", input.key("projectId"))
        let wantsCount = input.bool("countOnly").value ?? false
        let excluded = input.keys("excludeCaseIds").value ?? []
        let clarification = input.text("clarification").value
        let described = input.required("testRunMetadata", input.object("testRunMetadata")) ?? JSONObject()
        try input.finish()
        guard let project else { throw .invalid("projectId", "projectId is required") }
        var material: [String] = []
        for name in ["name", "description", "docs", "tags"] {
            guard let value = described[name], !value.isNull else { continue }
            material.append("\(name): \(RichText.plain(value))")
        }
        if let clarification { material.append("clarification: \(clarification)") }
        let text = String(material.joined(separator: "\n").prefix(50_000))
        let id = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.named("Project", project, by: "projectId").id
        }
        return try await ChatHandlers.answering { () async throws(DomainError) in
            let selection = try await engine.selectCases(
                project: id, material: text, except: excluded, wantsCount: wantsCount, as: call.caller)
            var metadata = JSONObject()
            metadata["totalCasesAnalyzed"] = .integer(Int64(selection.total))
            metadata["suggestedCount"] = .integer(Int64(selection.cases.count))
            if let answer = selection.answer {
                metadata["model"] = .string(answer.model)
                metadata["tokens"] = [
                    "prompt": .integer(answer.promptTokens), "completion": .integer(answer.completionTokens),
                    "total": .integer(answer.totalTokens),
                ]
            }
            return .json([
                "success": true, "suggestedCaseIds": .array(selection.cases.map { .integer($0) }),
                "reasoning": .string(selection.reasoning), "metadata": .object(metadata),
            ])
        }
    }
}
