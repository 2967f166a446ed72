import Foundation
import Model

/// Atlassian Document Format, the rich text of Jira's API v3.
enum JiraDocument {
    /// A document with one paragraph for each line.
    static func document(_ text: String) -> JSON {
        var paragraphs: [JSON] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let content: [JSON] = line.isEmpty ? [] : [["type": "text", "text": .string(String(line))]]
            paragraphs.append(["type": "paragraph", "content": .array(content)])
        }
        return ["type": "doc", "version": 1, "content": .array(paragraphs)]
    }

    /// The plain text of a document or of the plain text that v2 gives; `nil` when there is none.
    static func plain(_ json: JSON) -> String? {
        if let text = json.string { return text.isEmpty ? nil : text }
        guard json.object != nil else { return nil }
        var lines: [String] = []
        collect(json, into: &lines, depth: 0)
        let text = lines.joined(separator: "\n")
        return text.isEmpty ? nil : text
    }

    private static let blocks: Set<String> = ["paragraph", "heading", "codeBlock", "listItem", "tableCell"]

    private static func collect(_ json: JSON, into lines: inout [String], depth: Int) {
        guard depth < 40 else { return }
        if let type = json["type"]?.string, blocks.contains(type), !isContainer(json) {
            lines.append(inline(json, depth: depth))
            return
        }
        for element in json["content"]?.array ?? [] { collect(element, into: &lines, depth: depth + 1) }
    }

    private static func isContainer(_ json: JSON) -> Bool {
        (json["content"]?.array ?? []).contains { $0["content"] != nil }
    }

    private static func inline(_ json: JSON, depth: Int) -> String {
        var text = ""
        for element in json["content"]?.array ?? [] {
            text += element["text"]?.string ?? element["attrs"]?["text"]?.string ?? ""
            if element["type"]?.string == "hardBreak" { text += "\n" }
        }
        return text
    }
}

/// Searches in Jira's query language.
enum JiraQuery {
    /// `ABC-12`, in either case.
    static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count >= 2, parts[0].first?.isLetter == true, !parts[1].isEmpty else {
            return false
        }
        let isWord = parts[0].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isWord && parts[1].allSatisfy { $0.isASCII && $0.isNumber } && parts[1].count <= 10
    }

    /// Issues with these words, newest first; a query always has a bound.
    static func text(_ text: String, project: String?) -> String {
        var conditions: [String] = []
        if let project { conditions.append("project = \(quoted(project))") }
        let words = words(text)
        if !words.isEmpty { conditions.append("text ~ \(quoted(words + "*"))") }
        if conditions.isEmpty { conditions.append("updated >= -90d") }
        return conditions.joined(separator: " AND ") + " ORDER BY updated DESC"
    }

    /// The words alone: what the query language gives a meaning becomes a blank.
    private static func words(_ text: String) -> String {
        let special = Set("+-&|!(){}[]^~*?\\/:\"'<>=,;")
        let plain = text.map { special.contains($0) || $0.isNewline ? " " : $0 }
        return String(plain).split(separator: " ").joined(separator: " ")
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            if character == "\"" || character == "\\" { result.append("\\") }
            if !character.isNewline { result.append(character) }
        }
        return result + "\""
    }
}
