import Model

/// A row of an export with its members read leniently.
struct TestmoRow {
    let json: JSON

    init(_ json: JSON) { self.json = json }

    func text(_ names: String...) -> String? {
        for name in names {
            if let text = json[name]?.string, !text.isEmpty { return text }
        }
        return nil
    }

    /// A number, or a text that is one.
    func integer(_ names: String...) -> Int64? {
        for name in names {
            guard let value = json[name] else { continue }
            if let number = value.integer { return number }
            if let text = value.string, let number = Int64(text) { return number }
            if let number = value.double, number.magnitude < 9e15 { return Int64(number) }
        }
        return nil
    }

    func flag(_ names: String...) -> Bool {
        for name in names {
            guard let value = json[name] else { continue }
            if let flag = value.bool { return flag }
            if let number = value.integer { return number != 0 }
            if let text = value.string { return ["1", "true", "yes"].contains(text.lowercased()) }
        }
        return false
    }

    /// The row's own id as text.
    var id: String { json["id"].map { $0.string ?? $0.text } ?? "" }

    func key(_ name: String) -> String? {
        guard let value = json[name], !value.isNull else { return nil }
        return value.string ?? value.text
    }

    /// A document, a text, or nothing.
    func rich(_ names: String...) -> Value {
        for name in names {
            guard let value = json[name], !value.isNull else { continue }
            if let text = value.string {
                if text.isEmpty { continue }
                return .text(RichText.document(TestmoRow.plain(text)).text)
            }
            if value["type"]?.string == "doc" { return .text(value.text) }
        }
        return .null
    }

    /// Text without the tags of simple HTML.
    static func plain(_ text: String) -> String {
        guard text.contains("<"), text.contains(">") else { return text }
        var result = ""
        var tag = ""
        var isTag = false
        for character in text {
            if isTag {
                if character == ">" {
                    isTag = false
                    let name = tag.lowercased()
                    let isBreak = name.hasPrefix("br") || name == "/p" || name == "/li" || name == "/div"
                    if isBreak, !result.hasSuffix("\n") { result += "\n" }
                } else {
                    tag.append(character)
                }
            } else if character == "<" {
                isTag = true
                tag = ""
            } else {
                result.append(character)
            }
        }
        let entities = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&#39;", "'"), ("&amp;", "&"),
        ]
        for (entity, character) in entities { result = result.replacing(entity, with: character) }
        while result.last?.isWhitespace == true { result.removeLast() }
        return result
    }

    /// A time in milliseconds: text, seconds, milliseconds or microseconds.
    func time(_ names: String...) -> Int64? {
        for name in names {
            guard let value = json[name], !value.isNull else { continue }
            if let text = value.string {
                if let time = Timestamp.parse(text) ?? Timestamp.parse(text.replacing(" ", with: "T") + "Z") {
                    return time
                }
            }
            guard let number = integer(name), number > 0 else { continue }
            if number > 100_000_000_000_000 { return number / 1000 }
            return number > 100_000_000_000 ? number : number * 1000
        }
        return nil
    }

    /// A duration in seconds; larger numbers than two years are microseconds.
    func seconds(_ names: String...) -> Int64? {
        for name in names {
            guard let number = integer(name), number >= 0 else { continue }
            return number > 63_072_000 ? number / 1_000_000 : number
        }
        return nil
    }
}
