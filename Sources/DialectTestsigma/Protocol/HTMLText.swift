/// Text that may hold HTML: what a browser would run is taken out, everything else stays as it was written.
enum HTMLText {
    /// Elements that go with all they hold.
    private static let banned: Set<String> = [
        "script", "style", "iframe", "object", "embed", "applet", "form", "input", "button", "textarea", "select",
        "link", "meta", "base", "svg", "math", "template", "noscript", "frame", "frameset",
    ]

    static func safe(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "<")) else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            result += rest[..<start]
            rest = rest[start...]
            guard let tag = Tag(rest) else {
                result += "<"
                rest = rest.dropFirst()
                continue
            }
            rest = rest[tag.end...]
            guard banned.contains(tag.name) else {
                result += tag.safeText
                continue
            }
            guard !tag.isClosing, !tag.isVoid else { continue }
            // To the end of the element, or of the text.
            let closing = "</\(tag.name)"
            guard let end = rest.lowercased().firstRange(of: closing) else { return result }
            let offset = rest.lowercased().distance(from: rest.lowercased().startIndex, to: end.lowerBound)
            rest = rest.dropFirst(offset)
            guard let close = rest.firstIndex(of: ">") else { return result }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// `<name attribute="value">`; `nil` for a `<` that begins no tag.
    private struct Tag {
        let name: String
        let isClosing: Bool
        let end: Substring.Index
        private let attributes: [(name: String, value: String?)]
        private let text: Substring

        var isVoid: Bool { ["input", "link", "meta", "base", "embed", "frame"].contains(name) }

        init?(_ source: Substring) {
            var scan = source.dropFirst()
            isClosing = scan.first == "/"
            if isClosing { scan = scan.dropFirst() }
            let name = scan.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
            guard name.first?.isLetter == true else { return nil }
            self.name = name.lowercased()
            scan = scan.dropFirst(name.count)
            var attributes: [(name: String, value: String?)] = []
            while true {
                scan = scan.drop { $0.isWhitespace || $0 == "/" }
                guard let first = scan.first else { return nil }
                if first == ">" { break }
                let label = scan.prefix { !$0.isWhitespace && $0 != "=" && $0 != ">" && $0 != "/" }
                guard !label.isEmpty else {
                    scan = scan.dropFirst()
                    continue
                }
                scan = scan.dropFirst(label.count).drop { $0.isWhitespace }
                var value: String?
                if scan.first == "=" {
                    scan = scan.dropFirst().drop { $0.isWhitespace }
                    if let quote = scan.first, quote == "\"" || quote == "'" {
                        let content = scan.dropFirst().prefix { $0 != quote }
                        value = String(content)
                        scan = scan.dropFirst(content.count + 1)
                        guard scan.first == quote else { return nil }
                        scan = scan.dropFirst()
                    } else {
                        let content = scan.prefix { !$0.isWhitespace && $0 != ">" }
                        value = String(content)
                        scan = scan.dropFirst(content.count)
                    }
                }
                attributes.append((label.lowercased(), value))
            }
            self.attributes = attributes
            end = scan.index(after: scan.startIndex)
            text = source[source.startIndex..<end]
        }

        private static func isHarmful(_ attribute: (name: String, value: String?)) -> Bool {
            if attribute.name.hasPrefix("on") || attribute.name == "style" || attribute.name == "srcdoc" { return true }
            let value = (attribute.value ?? "").lowercased().filter { !$0.isWhitespace && !$0.isNewline }
            let plain = value.unicodeScalars.filter { $0.value > 0x20 }
            var folded = String(String.UnicodeScalarView(plain))
            folded = folded.replacing("&colon;", with: ":").replacing("&#58;", with: ":").replacing("&#x3a;", with: ":")
            return ["javascript:", "vbscript:", "data:text/html"].contains { folded.hasPrefix($0) }
                || (attribute.name == "href" && folded.contains("&#"))
        }

        /// As it was written, or without what harms.
        var safeText: String {
            guard attributes.contains(where: { Tag.isHarmful($0) }) else { return String(text) }
            var result = isClosing ? "</\(name)" : "<\(name)"
            for attribute in attributes where !Tag.isHarmful(attribute) {
                result += " \(attribute.name)"
                if let value = attribute.value { result += "=\"\(value.replacing("\"", with: "&quot;"))\"" }
            }
            return result + ">"
        }
    }
}
