/// Finds the root element of an XML document without parsing it.
enum XMLHead {
    static func rootTag(_ text: ArraySlice<UInt8>) -> (name: String, text: String)? {
        var rest = text
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[open...]
            if starts(rest, "<!--") {
                guard let end = end(rest.dropFirst(4), "-->") else { return nil }
                rest = end
            } else if starts(rest, "<?") || starts(rest, "<!") {
                guard let end = end(rest, ">") else { return nil }
                rest = end
            } else {
                let tag = rest.dropFirst().prefix { $0 != UInt8(ascii: ">") }
                let name = tag.prefix { !XMLText.isSpace($0) && $0 != UInt8(ascii: "/") }
                guard !name.isEmpty, name.count <= 200 else { return nil }
                return (String(decoding: name, as: UTF8.self), String(decoding: tag, as: UTF8.self))
            }
        }
        return nil
    }

    private static func starts(_ text: ArraySlice<UInt8>, _ mark: String) -> Bool { text.starts(with: mark.utf8) }

    /// What follows the first occurrence of the mark.
    private static func end(_ text: ArraySlice<UInt8>, _ mark: String) -> ArraySlice<UInt8>? {
        var position = text.startIndex
        while position < text.endIndex {
            if starts(text[position...], mark) { return text[(position + mark.utf8.count)...] }
            position += 1
        }
        return nil
    }
}
