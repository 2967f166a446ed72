public import Model
import Statements

/// A test case that a language model proposes, checked against the template; nothing of it is stored.
public struct GeneratedCase: Sendable {
    public struct Step: Sendable {
        public var action: String
        public var expected: String
    }

    public var title: String
    public var description: String
    public var steps: [Step]
    /// LOW, MEDIUM, HIGH or another word of the priorities; `nil` when none was given that exists.
    public var priority: String?
    public var tags: [String]
    /// Values of the template's fields by their display names, each one valid.
    public var fieldValues: JSONObject
}

/// What is to be generated.
public struct GenerationRequest: Sendable {
    public var project: Int64
    /// `nil` for the project's default template.
    public var template: RowKey?
    /// What the cases are about, in the words of whoever asks.
    public var material: String
    public var count: Int
    public var wantsTags: Bool

    public init(project: Int64, template: RowKey?, material: String, count: Int, wantsTags: Bool) {
        self.project = project
        self.template = template
        self.material = material
        self.count = count
        self.wantsTags = wantsTags
    }
}

/// What came of it.
public struct Generation: Sendable {
    public var cases: [GeneratedCase]
    public var template: String
    public var answer: ModelAnswer
}

/// A template as far as generating needs it.
struct TemplateFields: Sendable {
    var name: String
    var fields: [CaseFieldBook.Field]
    var required: Set<Int64>
    var priorities: [String]

    /// Fields that have members of their own in the answer.
    static let own: Set<String> = ["description", "steps", "priority", "expected"]

    /// One line for each field.
    var text: String {
        var lines: [String] = []
        for field in fields where !TemplateFields.own.contains(field.systemName) {
            var line = "- \(field.displayName) (\(field.type)"
            if !field.options.isEmpty { line += ": \(field.options.prefix(50).map(\.name).joined(separator: ", "))" }
            lines.append(line + (required.contains(field.id) ? ", required)" : ")"))
        }
        return lines.isEmpty ? "(none)" : lines.joined(separator: "\n")
    }
}

extension Engine {
    /// Has test cases proposed. Throws `.upstream` when the answer holds none that can be used.
    public func generateCases(_ request: GenerationRequest, as caller: Caller) async throws(DomainError) -> Generation {
        let (template, book) = try await read(as: caller) { work throws(DomainError) in
            (try work.templateFields(request.template, project: request.project), try work.caseFields())
        }
        let tags = request.wantsTags ? "Give each test case up to three short tags." : "Leave out \"tags\"."
        var question = ModelQuestion(feature: "test_case_generation", project: request.project, messages: [])
        try await requireModel(question, as: caller)
        let instruction = try await instruction("generate_test_cases")
            .replacing("{{count}}", with: String(request.count)).replacing("{{template}}", with: template.name)
            .replacing("{{fields}}", with: template.text).replacing("{{tags}}", with: tags)
        question.messages = [
            ModelMessage(.system, instruction),
            ModelMessage(.user, "<material>\n\(GeneratedCases.harmless(request.material))\n</material>"),
        ]
        let answer = try await ask(question, as: caller)
        let cases = GeneratedCases.read(answer.content, template, book)
        guard !cases.isEmpty else {
            throw DomainError(.upstream, "the language model's answer holds no test case")
        }
        return Generation(cases: Array(cases.prefix(request.count)), template: template.name, answer: answer)
    }
}

extension Reading {
    func templateFields(_ key: RowKey?, project: Int64) throws(DomainError) -> TemplateFields {
        let row: Row
        if let key {
            guard let found = try find("Template", [key]).first else {
                throw .invalid("templateId", "templateId names no Template")
            }
            row = found
        } else {
            let found = try value(
                """
                SELECT t.id FROM template AS t LEFT JOIN template_project_assignment AS a
                ON a.template_id = t.id AND a.project_id = \(Value.int(project))
                WHERE t.is_enabled AND NOT t.is_deleted
                ORDER BY CASE WHEN a.id IS NULL THEN 1 ELSE 0 END, CASE WHEN t.is_default THEN 0 ELSE 1 END, t.id LIMIT 1
                """)
            guard let id = found?.integer else { throw .invalid("templateId", "there is no template") }
            row = try self.row("Template", .id(id))
        }
        let assigned = try rows(
            """
            SELECT f.id, f.is_required FROM template_case_assignment AS a JOIN case_field AS f ON f.id = a.case_field_id
            WHERE a.template_id = \(Value.int(row.id)) AND NOT f.is_deleted AND f.is_enabled
            AND NOT f.is_restricted ORDER BY a."order", f.id
            """)
        let book = try caseFields()
        var template = TemplateFields(
            name: row.text("templateName"), fields: [], required: [], priorities: try priorities().map(\.word))
        for entry in assigned {
            guard let id = entry[0].integer, let field = book.field(id: id) else { continue }
            template.fields.append(field)
            if entry[1].boolean == true { template.required.insert(id) }
        }
        return template
    }
}

/// Reads what a language model wrote; whatever does not fit is left out.
enum GeneratedCases {
    private static let longest = 10_000

    /// Material cannot close its own marks.
    static func harmless(_ text: String) -> String {
        text.replacing("<material>", with: "(material)").replacing("</material>", with: "(/material)")
    }

    static func read(_ text: String, _ template: TemplateFields, _ book: CaseFieldBook) -> [GeneratedCase] {
        guard let json = document(text) else { return [] }
        let elements: [JSON]
        if let list = json.array {
            elements = list
        } else if let list = json["testCases"]?.array ?? json["test_cases"]?.array ?? json["cases"]?.array {
            elements = list
        } else {
            elements = [json]
        }
        var result: [GeneratedCase] = []
        var seen: Set<String> = []
        for element in elements.prefix(200) {
            guard let found = one(element, template, book), seen.insert(found.title).inserted else { continue }
            result.append(found)
        }
        return result
    }

    /// The first JSON document of a text: alone, in a code fence, or with words around it.
    static func document(_ text: String) -> JSON? {
        if let json = KeptJSON.parsed(text.trimmed), json.isContainer { return json }
        let bytes = Array(text.utf8)
        var start = 0
        var tries = 0
        while start < bytes.count, tries < 20 {
            guard bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[") else {
                start += 1
                continue
            }
            tries += 1
            if let end = end(of: start, bytes),
                let json = KeptJSON.parsed(String(decoding: bytes[start...end], as: UTF8.self)), json.isContainer
            {
                return json
            }
            start += 1
        }
        return nil
    }

    /// Where the bracket that opens at `start` closes, strings passed over.
    private static func end(of start: Int, _ bytes: [UInt8]) -> Int? {
        var depth = 0
        var isText = false
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if isText {
                if byte == UInt8(ascii: "\\") { index += 1 } else if byte == UInt8(ascii: "\"") { isText = false }
            } else if byte == UInt8(ascii: "\"") {
                isText = true
            } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                depth += 1
            } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                depth -= 1
                if depth == 0 { return index }
            }
            index += 1
        }
        return nil
    }

    private static func one(_ json: JSON, _ template: TemplateFields, _ book: CaseFieldBook) -> GeneratedCase? {
        guard let title = text(json["title"] ?? json["name"]), !title.isEmpty else { return nil }
        var steps: [GeneratedCase.Step] = []
        for element in (json["steps"]?.array ?? []).prefix(100) {
            if let action = element.string {
                steps.append(GeneratedCase.Step(action: String(action.prefix(longest)), expected: ""))
                continue
            }
            let action = text(element["action"] ?? element["step"] ?? element["description"]) ?? ""
            let expected = text(element["expected"] ?? element["expectedResult"] ?? element["expected_result"]) ?? ""
            if !action.isEmpty || !expected.isEmpty {
                steps.append(GeneratedCase.Step(action: action, expected: expected))
            }
        }
        let word = json["priority"]?.string?.uppercased()
        let tags = (json["tags"]?.array ?? []).compactMap { text($0) }.filter { !$0.isEmpty && $0.count <= 100 }
        return GeneratedCase(
            title: String(title.replacing("\n", with: " ").prefix(1000)), description: text(json["description"]) ?? "",
            steps: steps, priority: word.flatMap { template.priorities.contains($0) ? $0 : nil },
            tags: Array(tags.prefix(10)), fieldValues: values(json["fieldValues"]?.object, template, book))
    }

    private static func text(_ json: JSON?) -> String? {
        json?.string.map { String($0.filter { $0 != "\0" }.trimmed.prefix(longest)) }
    }

    /// The values that the template's fields would take, with the names of options as the fields spell them.
    private static func values(_ given: JSONObject?, _ template: TemplateFields, _ book: CaseFieldBook) -> JSONObject {
        var result = JSONObject()
        for member in given?.members ?? [] {
            let field = template.fields.first {
                $0.displayName.lowercased() == member.name.lowercased() || $0.systemName == member.name
            }
            guard let field, !TemplateFields.own.contains(field.systemName), !member.value.isNull else { continue }
            if field.options.isEmpty {
                do throws(DomainError) {
                    _ = try book.stored(member.value, field)
                    result[field.displayName] = member.value
                } catch {
                    continue
                }
            } else {
                let names = (member.value.array ?? [member.value]).compactMap { value -> JSON? in
                    let word = value.string?.lowercased()
                    return field.options.first { $0.name.lowercased() == word }.map { .string($0.name) }
                }
                guard let first = names.first else { continue }
                result[field.displayName] = field.type == "Multi-Select" ? .array(names) : first
            }
        }
        return result
    }
}

extension JSON {
    fileprivate var isContainer: Bool { array != nil || object != nil }
}

extension String {
    fileprivate var trimmed: String {
        var slice = self[...]
        while let first = slice.first, first.isWhitespace { slice = slice.dropFirst() }
        while let last = slice.last, last.isWhitespace { slice = slice.dropLast() }
        return String(slice)
    }
}
