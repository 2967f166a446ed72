import Engine
import HTTPTypes
import Model
import Wire

/// `POST /api/llm/generate-test-cases`: proposals that fit the template; nothing is saved.
enum GenerateCases {
    private static let most: Int64 = 50
    private static let longest = 100_000

    static func handle(_ call: Call, _ engine: Engine) async throws(DomainError) -> Reply {
        var input = Input(try await call.object())
        let project = input.required("projectId", input.key("projectId"))
        let (material, issueKey) = material(&input)
        let count = count(&input)
        let template = template(&input)
        let wantsTags = input.object["autoGenerateTags"] != nil && input.bool("autoGenerateTags").value != false
        try input.finish()
        guard let project else { throw .invalid("projectId", "projectId is required") }
        let id = try await engine.read(as: call.caller) { work throws(DomainError) in
            try work.named("Project", project, by: "projectId").id
        }
        let request = GenerationRequest(
            project: id, template: template, material: material, count: count, wantsTags: wantsTags)
        return try await ChatHandlers.answering { () async throws(DomainError) in
            let generation = try await engine.generateCases(request, as: call.caller)
            return .json(shown(generation, issueKey))
        }
    }

    private static func count(_ input: inout Input) -> Int {
        let name = input.object["count"] == nil ? "quantity" : "count"
        // Clients of the other form name an amount in words.
        if let word = input.object[name]?.string {
            switch word {
            case "just_one": return 1
            case "couple": return 2
            case "few": return 3
            case "several": return 6
            case "many": return 12
            case "maximum": return 30
            default: break
            }
        }
        let given = input.count(name, minimum: 1)
        if let number = given.value, number > most { input.fail(name, "must be from 1 to \(most)") }
        return Int(min(given.value ?? 5, most))
    }

    private static func template(_ input: inout Input) -> RowKey? {
        if let key = input.key("templateId").value { return key }
        guard let object = input.object("template").value else { return nil }
        var inner = Input(object, prefix: "template.")
        let key = inner.key("id").value
        input.absorb(inner)
        return key
    }

    /// What the cases are about: a prompt, or an issue with notes and what is there already.
    private static func material(_ input: inout Input) -> (text: String, issueKey: String?) {
        var parts: [String] = []
        var issueKey: String?
        let prompt = input.text("prompt")
        if let text = prompt.value, !text.isEmpty { parts.append(text) }
        if let issue = input.object("issue").value {
            issueKey = issue["key"]?.string
            for name in ["key", "title", "status", "description"] {
                guard let value = issue[name], !value.isNull else { continue }
                parts.append("\(name): \(RichText.plain(value))")
            }
            for comment in issue["comments"]?.array ?? [] {
                parts.append("comment: \(RichText.plain(comment["body"] ?? comment["content"] ?? comment))")
            }
        }
        if parts.isEmpty { input.fail("prompt", "is required") }
        if let context = input.object("context").value {
            if let notes = context["userNotes"]?.string, !notes.isEmpty { parts.append("notes: \(notes)") }
            if let folder = context["folderContext"]?.string, !folder.isEmpty { parts.append("folder: \(folder)") }
            let known = (context["existingTestCases"]?.array ?? []).prefix(100).compactMap {
                $0["name"]?.string ?? $0["title"]?.string
            }
            if !known.isEmpty { parts.append("test cases that are there already: \(known.joined(separator: "; "))") }
        }
        let text = parts.joined(separator: "\n")
        if text.utf8.count > longest { input.fail("prompt", "is longer than \(longest) characters") }
        return (text, issueKey)
    }

    private static func shown(_ generation: Generation, _ issueKey: String?) -> JSON {
        let cases = generation.cases.map { found -> JSON in
            var object = JSONObject()
            object["title"] = .string(found.title)
            object["name"] = .string(found.title)
            object["description"] = .string(found.description)
            object["steps"] = .array(
                found.steps.map { ["action": .string($0.action), "expected": .string($0.expected)] })
            if let priority = found.priority { object["priority"] = .string(priority) }
            if !found.tags.isEmpty { object["tags"] = .array(found.tags.map { .string($0) }) }
            object["fieldValues"] = .object(found.fieldValues)
            return .object(object)
        }
        var metadata = JSONObject()
        metadata["generatedCount"] = .integer(Int64(cases.count))
        metadata["model"] = .string(generation.answer.model)
        metadata["tokens"] = [
            "prompt": .integer(generation.answer.promptTokens),
            "completion": .integer(generation.answer.completionTokens),
            "total": .integer(generation.answer.totalTokens),
        ]
        if let issueKey { metadata["issueKey"] = .string(issueKey) }
        metadata["templateName"] = .string(generation.template)
        return ["testCases": .array(cases), "success": true, "metadata": .object(metadata)]
    }
}
