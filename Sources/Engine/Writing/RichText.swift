public import Model

/// TipTap documents, the form in which TestPlanIt keeps text with markup.
public enum RichText {
    /// The plain text of a stored document: a doc object, a doc serialised inside a JSON string, or a JSON string.
    public static func plain(_ stored: Value) -> String {
        guard let text = stored.string else { return "" }
        if let line = singleLine(text) { return line }
        guard let json = parsed(text) else { return text }
        return plain(json)
    }

    private static let opening = Array(
        #"{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":""#.utf8)
    private static let closing = Array(#""}]}]}"#.utf8)

    /// The text of a document that is one paragraph without markup, as `document` writes it. Most are, and lists of
    /// cases show hundreds, so this one form is read without parsing. `nil` for any other.
    private static func singleLine(_ stored: String) -> String? {
        var stored = stored
        return stored.withUTF8 { bytes -> String? in
            let length = bytes.count - opening.count - closing.count
            guard length >= 0, bytes.starts(with: opening) else { return nil }
            let text = UnsafeBufferPointer(rebasing: bytes[opening.count..<opening.count + length])
            guard UnsafeBufferPointer(rebasing: bytes[(opening.count + length)...]).elementsEqual(closing) else {
                return nil
            }
            for byte in text where byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return nil }
            return String(decoding: text, as: UTF8.self)
        }
    }

    public static func plain(_ json: JSON) -> String {
        switch json {
        case .string(let text):
            guard text.first == "{", let inner = parsed(text) else { return text }
            return plain(inner)
        case .object:
            var lines: [String] = []
            var line = ""
            collect(json, &line, &lines)
            if !line.isEmpty { lines.append(line) }
            return lines.joined(separator: "\n")
        case .integer, .number, .bool: return json.text
        case .null: return ""
        case .array(let elements): return elements.map { plain($0) }.joined(separator: "\n")
        }
    }

    /// A document with one paragraph for each line.
    public static func document(_ text: String) -> JSON {
        var paragraphs: [JSON] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                paragraphs.append(["type": "paragraph"])
            } else {
                paragraphs.append(["type": "paragraph", "content": [["type": "text", "text": .string(String(line))]]])
            }
        }
        return ["type": "doc", "content": .array(paragraphs)]
    }

    /// What is stored for an input: a doc object as it is, a doc in a string as a doc, plain text as a doc.
    public static func stored(_ input: JSON) -> Value {
        switch input {
        case .null: .null
        case .string(let text):
            if text.first == "{", let inner = parsed(text), inner["type"]?.string == "doc" {
                .text(inner.text)
            } else {
                .text(document(text).text)
            }
        case .object, .array, .bool, .integer, .number: .text(input.text)
        }
    }

    private static func parsed(_ text: String) -> JSON? {
        guard let first = text.utf8.first,
            first == UInt8(ascii: "{") || first == UInt8(ascii: "\"") || first == UInt8(ascii: "[")
        else { return nil }
        do throws(JSONSyntaxError) {
            return try JSONReader.parse(text)
        } catch {
            return nil
        }
    }

    private static func collect(_ node: JSON, _ line: inout String, _ lines: inout [String]) {
        switch node["type"]?.string {
        case "text": line += node["text"]?.string ?? ""
        case "hardBreak":
            lines.append(line)
            line = ""
        case "mention": line += "@" + (node["attrs"]?["label"]?.string ?? "")
        default: break
        }
        let isBlock = ["paragraph", "heading", "codeBlock", "listItem", "blockquote"].contains(
            node["type"]?.string ?? "")
        for child in node["content"]?.array ?? [] { collect(child, &line, &lines) }
        if isBlock, node["type"]?.string != "listItem", node["type"]?.string != "blockquote" {
            lines.append(line)
            line = ""
        }
    }
}
